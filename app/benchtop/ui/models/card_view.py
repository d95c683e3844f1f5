"""A repository's model card, written little by little so that the window never waits for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from benchtop.ui.chat.chat_style import ChatStyle
from benchtop.ui.chat.code_segment import CodeSegment
from benchtop.ui.chat.markdown_blocks import Block, parse_blocks
from benchtop.ui.chat.text_segment import TextSegment
from benchtop.ui.chat.web_links import host_of, web_address
from benchtop.ui.models.card_markdown import CardText, card_sections, is_dense, readable_card
from benchtop.ui.theme import set_tone
from benchtop.ui.widgets.focus_ring import FocusRing

if TYPE_CHECKING:
    from markdown_it.token import Token

INSET = 6
"""Pixels between text and its focus ring, on every side."""
SLICE = 0.005
"""Seconds of work at a time; then the window has its turn."""

Segment = TextSegment | CodeSegment


class CardView(QWidget):
    """Shows Markdown from a stranger. Nothing is loaded or opened: ``link_activated`` carries a web
    address, encoded; a picture is a box with its description; HTML is left out.

    ``finished`` comes when all of the card stands there.
    """

    link_activated = Signal(str)
    finished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("models.card")
        self.setAccessibleName(self.tr("Model card"))
        self._source = ""
        self._style = ChatStyle(self)
        self._sections: Iterator[str] | None = None
        self._segments: list[Segment] = []
        self._placed = 0
        self._end = 0
        self._cut = QLabel(self)
        self._cut.setObjectName("models.card.cut")
        self._cut.setWordWrap(True)
        set_tone(self._cut, "muted")
        self._cut.hide()
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._work)

    @property
    def is_finished(self) -> bool:
        """Whether all of the card stands there."""
        return not self._timer.isActive()

    @property
    def segments(self) -> list[Segment]:
        """What has been written so far, from top to bottom."""
        return list(self._segments)

    def show_card(self, markdown: str) -> None:
        """Show a card in the place of the one before; empty text shows none."""
        for segment in self._segments:
            segment.hide()
            segment.deleteLater()
        self._source, self._style = markdown, ChatStyle(self)
        self._segments, self._placed, self._end = [], 0, 0
        card = readable_card(markdown)
        self._sections = card_sections(card.text)
        self._say_cut(card)
        self._timer.start()
        self._work()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._place_again()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        looks = {QEvent.Type.PaletteChange, QEvent.Type.FontChange}
        if event.type() in looks and self._source and ChatStyle(self) != self._style:
            self.show_card(self._source)

    def _work(self) -> None:
        """Lay out what waits, then write what comes, as long as a slice lasts."""
        until = perf_counter() + SLICE
        while perf_counter() < until:
            if self._placed < len(self._segments):
                self._place_next()
                continue
            section = next(self._sections, None) if self._sections is not None else None
            if section is None:
                self._sections = None
                self._timer.stop()
                self._finish_height()
                self.finished.emit()
                return
            self._write(section)
        self._finish_height()

    def _write(self, section: str) -> None:
        if is_dense(section):
            plain = self._make("text")
            assert isinstance(plain, TextSegment)
            plain.set_plain(section)
            self._segments.append(plain)
            return
        for kind, blocks in _runs(parse_blocks(section)):
            segment = self._make(kind)
            if isinstance(segment, CodeSegment):
                # Never closed, so never coloured: loading and running the colours takes too long.
                segment.put(replace(blocks[-1], closed=False), settled=False)
            else:
                segment.put(blocks, ())
            self._segments.append(segment)

    def _make(self, kind: str) -> Segment:
        if kind == "code":
            code = CodeSegment(self._style, self)
            code.copy_button.setObjectName("models.card.copy")
            code.copy_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            return code
        text = TextSegment(self._style, self)
        text.setObjectName("models.card.text")
        text.setAccessibleName(self.tr("Model card"))
        text.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        text.link_activated.connect(self.link_activated)
        text.document().setDocumentMargin(INSET)
        FocusRing(text)
        if kind == "table":
            text.setObjectName("models.card.table")
            text.let_scroll_sideways()
        return text

    def _place_again(self) -> None:
        """Everything again for another width: what is in sight first, the rest when there is time."""
        self._placed, self._end = 0, 0
        if self._segments:
            self._timer.start()
            self._work()
        else:
            self._finish_height()

    def _place_next(self) -> None:
        segment = self._segments[self._placed]
        is_text = isinstance(segment, TextSegment) and not segment.objectName().endswith("table")
        # Lines of text stay as short as can be read; code and tables take what there is.
        width = min(self.width(), self._style.column + 2 * INSET) if is_text else self.width()
        gap = round(self._style.line * 0.7) if self._placed else 0
        left = 0
        if isinstance(segment, CodeSegment):
            left, width = INSET, width - 2 * INSET
        elif gap:
            gap -= INSET  # the text has that much above itself
        height = segment.fit(max(width, 1))
        segment.setGeometry(left, self._end + gap, width, height)
        segment.show()
        self._end += gap + height
        self._placed += 1

    def _finish_height(self) -> None:
        """As high as what stands there, and while it is laid out again not less than before."""
        whole = self._sections is None and self._placed == len(self._segments)
        end = self._end if whole else max(self._end, self.height())
        if whole and not self._cut.isHidden():
            high = self._cut.heightForWidth(self.width() - INSET)
            self._cut.setGeometry(INSET, end + 12, self.width() - INSET, high)
            end += 12 + high
        if end != self.minimumHeight():
            self.setFixedHeight(end)

    def _say_cut(self, card: CardText) -> None:
        self._cut.setVisible(bool(card.left_out))
        if card.left_out:
            words = self.tr(
                "The card goes on for another {count} characters, which are left out here."
            )
            self._cut.setText(words.format(count=f"{card.left_out:,}"))


def _runs(blocks: Sequence[Block]) -> list[tuple[str, list[Block]]]:
    """Neighbouring texts together, every code block and every table alone; made safe to show."""
    runs: list[tuple[str, list[Block]]] = []
    for block in blocks:
        for token in block.tokens:
            if token.children:
                token.children = _safe(token.children)
        if block.kind == "text" and runs and runs[-1][0] == "text":
            runs[-1][1].append(block)
        else:
            runs.append((block.kind, [block]))
    return runs


def _safe(children: Sequence[Token]) -> list[Token]:
    """Inline tokens with boxes for pictures, and behind each link the host it leads to."""
    safe: list[Token] = []
    host, said = "", ""
    for token in children:
        if token.type == "link_open":
            address = web_address(str(token.attrGet("href") or ""))
            host, said = host_of(QUrl(address)) if address else "", ""
        if token.type == "image":
            _to_box(token)
        safe.append(token)
        said += token.content
        if token.type == "link_close" and host:
            if host.removeprefix("www.") not in said:
                safe.append(_text_token(f" ({host})"))
            host = ""
    return safe


def _to_box(image: Token) -> None:
    """A picture becomes its description on the ground of code; its address is forgotten."""
    alt = " ".join("".join(child.content for child in image.children or ()).split())
    named = QCoreApplication.translate("CardView", "[image: {description}]")
    bare = QCoreApplication.translate("CardView", "[image]")
    image.type, image.children, image.attrs = "code_inline", None, {}
    image.content = f"\u00a0{named.replace('{description}', alt[:200]) if alt else bare}\u00a0"


def _text_token(text: str) -> Token:
    from markdown_it.token import Token  # noqa: PLC0415 - loaded already, with the parser

    return Token("text", "", 0, content=text)
