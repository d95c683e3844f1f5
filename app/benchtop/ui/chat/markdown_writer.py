"""Writes Markdown tokens into a QTextDocument with formats of our own; HTML plays no part."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import (
    QFont,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
    QTextLength,
    QTextList,
    QTextListFormat,
)

from benchtop.ui.chat.chat_style import ChatStyle
from benchtop.ui.chat.display_text import displayable
from benchtop.ui.chat.markdown_blocks import Block
from benchtop.ui.chat.markdown_table import TableWriter
from benchtop.ui.chat.web_links import web_address

if TYPE_CHECKING:
    from markdown_it.token import Token

QUOTE_DEPTH = int(QTextFormat.Property.UserProperty) + 1
"""Block format property: how many quotes a block stands in; the view draws a bar for each."""
LINE_HEIGHT = 128.0
"""Percent of the font's own line height."""

_LINE_BREAK = "\u2028"
_HEADING_SCALE = {1: 1.4, 2: 1.25, 3: 1.12}
_LIST_STYLES = (
    QTextListFormat.Style.ListDisc,
    QTextListFormat.Style.ListCircle,
    QTextListFormat.Style.ListSquare,
)
_MAX_INDENT = 8
_URL = re.compile(r"https?://[^\s<>\"'`]+[^\s<>\"'`.,;:!?)\]}*_]")
_PROPORTIONAL = int(QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)


@dataclass(slots=True)
class _Level:
    """A list that is open. ``loose`` once an item is seen whose paragraphs stand apart."""

    style: QTextListFormat.Style
    start: int
    made: QTextList | None = None
    item_is_new: bool = False


def quote_step(style: ChatStyle) -> int:
    """How far a quote is moved in, in pixels."""
    return round(style.line * 0.9)


class MarkdownWriter:
    """Appends blocks at the end of one document.

    ``fresh`` says that the cursor stands in an empty block which the next block may use: at the
    start of a document and after a table. It is part of what must be kept to go on writing later.
    """

    def __init__(self, cursor: QTextCursor, style: ChatStyle, *, fresh: bool) -> None:
        self.fresh = fresh
        self._cursor = cursor
        self._style = style
        self._lists: list[_Level] = []
        self._quotes = 0
        self._heading = 0
        self._tight = False
        self._formats: list[QTextCharFormat] = [QTextCharFormat()]
        self._block_handlers: dict[str, Callable[[Token], None]] = {
            "paragraph_open": self._paragraph,
            "heading_open": self._heading_open,
            "heading_close": self._heading_close,
            "bullet_list_open": self._bullet_list,
            "ordered_list_open": self._ordered_list,
            "bullet_list_close": self._list_close,
            "ordered_list_close": self._list_close,
            "list_item_open": self._item,
            "list_item_close": self._item_close,
            "blockquote_open": self._quote_open,
            "blockquote_close": self._quote_close,
            "hr": self._rule,
            "fence": self._code_block,
            "code_block": self._code_block,
            "inline": self._inline,
        }
        self._inline_handlers: dict[str, Callable[[Token], None]] = {
            "text": self._text,
            "softbreak": self._line_break,
            "hardbreak": self._line_break,
            "code_inline": self._code,
            "strong_open": self._strong,
            "em_open": self._emphasis,
            "s_open": self._struck,
            "link_open": self._link,
            "strong_close": self._pop,
            "em_close": self._pop,
            "s_close": self._pop,
            "link_close": self._pop,
            "image": self._image,
        }

    def write(self, blocks: Iterable[Block]) -> None:
        """Write blocks in order, one after the other."""
        for block in blocks:
            self._write_tokens(iter(block.tokens))

    def _write_tokens(self, tokens: Iterator[Token]) -> None:
        for token in tokens:
            if token.type == "table_open":
                self._table(tokens)
                continue
            handler = self._block_handlers.get(token.type)
            if handler is not None:
                handler(token)

    # Blocks

    def next_block(self, block_format: QTextBlockFormat, chars: QTextCharFormat) -> None:
        """Begin a block with these formats, in the empty one that is there or in a new one."""
        if self._cursor.position() == 0:
            block_format.setTopMargin(0)
        if self.fresh:
            self._cursor.setBlockFormat(block_format)
            self._cursor.setBlockCharFormat(chars)
            self._cursor.setCharFormat(chars)
            self.fresh = False
        else:
            self._cursor.insertBlock(block_format, chars)
        self._formats = [chars]

    def _block_format(self, space_above: float) -> QTextBlockFormat:
        """The format of a block at this depth of lists and quotes; space in lines of text."""
        made = QTextBlockFormat()
        made.setTopMargin(round(self._style.line * space_above))
        made.setLineHeight(LINE_HEIGHT, _PROPORTIONAL)
        made.setIndent(min(len(self._lists), _MAX_INDENT))
        if self._quotes:
            made.setLeftMargin(self._quotes * quote_step(self._style))
            made.setProperty(QUOTE_DEPTH, self._quotes)
        return made

    def _begin(self, space_above: float, chars: QTextCharFormat | None = None) -> None:
        """Begin a paragraph-like block; the first one of a list item carries its mark."""
        level = self._lists[-1] if self._lists else None
        chars = chars or QTextCharFormat()
        if level is None or not level.item_is_new:
            self.next_block(self._block_format(space_above), chars)
            return
        level.item_is_new = False
        block_format = self._block_format(0.2 if self._tight or level.made is None else 0.4)
        if level.made is None and len(self._lists) == 1:
            block_format.setTopMargin(round(self._style.line * 0.5))
        block_format.setIndent(0)
        self.next_block(block_format, chars)
        if level.made is None:
            level.made = self._cursor.createList(self._list_format(level))
        else:
            level.made.add(self._cursor.block())

    def _list_format(self, level: _Level) -> QTextListFormat:
        made = QTextListFormat()
        made.setStyle(level.style)
        made.setStart(level.start)
        made.setIndent(min(len(self._lists), _MAX_INDENT))
        return made

    def _paragraph(self, token: Token) -> None:
        self._tight = token.hidden
        chars = QTextCharFormat()
        if self._quotes:
            chars.setForeground(self._style.tokens.muted)
        self._begin(0.3 if self._lists else 0.6, chars)

    def _heading_open(self, token: Token) -> None:
        self._heading = int(token.tag[1:])
        chars = QTextCharFormat()
        chars.setFontWeight(QFont.Weight.DemiBold)
        scale = _HEADING_SCALE.get(self._heading, 1.0)
        chars.setFontPointSize(self._style.body.pointSizeF() * scale)
        self._begin(1.0, chars)
        block_format = self._cursor.blockFormat()
        block_format.setHeadingLevel(self._heading)
        self._cursor.setBlockFormat(block_format)

    def _heading_close(self, _token: Token) -> None:
        self._heading = 0

    def _bullet_list(self, _token: Token) -> None:
        style = _LIST_STYLES[min(len(self._lists), len(_LIST_STYLES) - 1)]
        self._lists.append(_Level(style, 1))

    def _ordered_list(self, token: Token) -> None:
        start = token.attrGet("start")
        first = start if isinstance(start, int) else 1
        self._lists.append(_Level(QTextListFormat.Style.ListDecimal, first))

    def _list_close(self, _token: Token) -> None:
        self._lists.pop()

    def _item(self, _token: Token) -> None:
        self._lists[-1].item_is_new = True

    def _item_close(self, _token: Token) -> None:
        if self._lists[-1].item_is_new:  # an item without content still shows its mark
            self._begin(0.2)

    def _quote_open(self, _token: Token) -> None:
        self._quotes += 1

    def _quote_close(self, _token: Token) -> None:
        self._quotes -= 1

    def _rule(self, _token: Token) -> None:
        self._begin(0.3)
        block_format = self._cursor.blockFormat()
        block_format.setProperty(
            QTextFormat.Property.BlockTrailingHorizontalRulerWidth,
            QTextLength(QTextLength.Type.PercentageLength, 100),
        )
        block_format.setBackground(self._style.tokens.border)
        self._cursor.setBlockFormat(block_format)

    def _code_block(self, token: Token) -> None:
        """Code inside a list or a quote; at the top level it has a view of its own."""
        self._begin(0.4, self._mono_format())
        block_format = self._cursor.blockFormat()
        block_format.setBackground(self._style.tokens.code_ground)
        block_format.setNonBreakableLines(False)
        self._cursor.setBlockFormat(block_format)
        self._insert(token.content.removesuffix("\n").replace("\n", _LINE_BREAK))

    def _table(self, tokens: Iterator[Token]) -> None:
        self.next_block(self._block_format(0.6), QTextCharFormat())
        table = TableWriter(self._cursor, self._style)
        for row, column, token in table.cells(tokens):
            self._cursor = table.cell_cursor(row, column)
            self._formats = [table.cell_format(row)]
            self._inline(token)
        self._cursor.movePosition(QTextCursor.MoveOperation.End)
        after = QTextBlockFormat()
        after.setLineHeight(1, int(QTextBlockFormat.LineHeightTypes.FixedHeight.value))
        self._cursor.setBlockFormat(after)
        self.fresh = True

    # What stands inside a line

    def _inline(self, token: Token) -> None:
        for child in token.children or ():
            handler = self._inline_handlers.get(child.type, self._text)
            handler(child)

    def _insert(self, text: str, chars: QTextCharFormat | None = None) -> None:
        if text:
            self._cursor.insertText(displayable(text), chars or self._formats[-1])

    def _text(self, token: Token) -> None:
        text = token.content.replace("\n", _LINE_BREAK)
        if "://" not in text or self._formats[-1].isAnchor():
            self._insert(text)
            return
        done = 0
        for found in _URL.finditer(text):
            self._insert(text[done : found.start()])
            self._insert(found.group(), self._link_format(found.group()))
            done = found.end()
        self._insert(text[done:])

    def _line_break(self, _token: Token) -> None:
        self._insert(_LINE_BREAK)

    def _code(self, token: Token) -> None:
        chars = QTextCharFormat(self._formats[-1])
        chars.merge(self._mono_format())
        chars.setBackground(self._style.tokens.code_ground)
        self._insert(token.content, chars)

    def _strong(self, _token: Token) -> None:
        self._push().setFontWeight(QFont.Weight.Bold)

    def _emphasis(self, _token: Token) -> None:
        self._push().setFontItalic(True)

    def _struck(self, _token: Token) -> None:
        self._push().setFontStrikeOut(True)

    def _link(self, token: Token) -> None:
        self._formats.append(self._link_format(str(token.attrGet("href") or "")))

    def _image(self, token: Token) -> None:
        """An image is never fetched: its description stands in its place, its address on hover."""
        alt = "".join(child.content for child in token.children or ())
        named = QCoreApplication.translate("MarkdownWriter", "[image: {description}]")
        bare = QCoreApplication.translate("MarkdownWriter", "[image]")
        chars = self._link_format(str(token.attrGet("src") or ""))
        chars.setFontItalic(True)
        self._insert(named.replace("{description}", alt) if alt else bare, chars)

    def _push(self) -> QTextCharFormat:
        self._formats.append(QTextCharFormat(self._formats[-1]))
        return self._formats[-1]

    def _pop(self, _token: Token) -> None:
        if len(self._formats) > 1:
            self._formats.pop()

    def _link_format(self, target: str) -> QTextCharFormat:
        """How a link looks; what is no address of the web is text, with the target on hover."""
        made = QTextCharFormat(self._formats[-1])
        address = web_address(target)
        made.setToolTip(address or target)
        if not address:
            return made
        made.setAnchor(True)
        made.setAnchorHref(address)
        made.setForeground(self._style.tokens.accent)
        made.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
        return made

    def _mono_format(self) -> QTextCharFormat:
        made = QTextCharFormat()
        made.setFontFamilies(self._style.mono.families())
        made.setFontFixedPitch(True)
        made.setFontStyleHint(QFont.StyleHint.Monospace)
        made.setFontPointSize(self._style.mono.pointSizeF())
        return made
