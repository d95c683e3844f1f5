"""A piece of a message as selectable text that is exactly as high as what it says."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import QMimeData, QPointF, QRectF, Qt, QUrl, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QTextBrowser, QTextEdit, QWidget

from benchtop.ui.chat.chat_style import ChatStyle
from benchtop.ui.chat.display_text import copyable, displayable
from benchtop.ui.chat.markdown_blocks import Block
from benchtop.ui.chat.markdown_writer import LINE_HEIGHT, QUOTE_DEPTH, MarkdownWriter, quote_step
from benchtop.ui.chat.web_links import encoded
from benchtop.ui.chat.word_marks import mark_words

_TAB_SPACES = 8  # of the body's narrow spaces: about four letters
_SCROLL_KEYS = {Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}


class TextSegment(QTextBrowser):
    """Read-only text: Markdown blocks (put), or plain text (set_plain, add_plain).

    Never opens a link, never loads anything. Scrolling belongs to the transcript around it.
    """

    link_activated = Signal(str)
    caret_moved = Signal()

    def __init__(self, style: ChatStyle, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._kept: tuple[int, bool, QTextBlockFormat] | None = None
        self._width = style.column
        self._height = 0
        self._dirty = True
        self._has_quotes = False
        self._may_scroll = False
        self._words: Sequence[str] = ()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QTextEdit.LineWrapMode.FixedPixelWidth)
        # Text is laid out as it is written: in no width at all that takes seconds.
        self.setLineWrapColumnOrWidth(self._width)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextBrowserInteraction
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        document = self.document()
        document.setDocumentMargin(0)
        document.setDefaultFont(style.body)
        self.setTabStopDistance(QFontMetricsF(style.body).horizontalAdvance(" ") * _TAB_SPACES)
        document.setIndentWidth(round(style.line * 1.4))
        self.setAccessibleName(self.tr("Text of the message"))
        self.anchorClicked.connect(lambda url: self.link_activated.emit(encoded(url)))
        self.cursorPositionChanged.connect(self._on_caret)

    def let_scroll_sideways(self) -> None:
        """For a table: keep words whole, and scroll when the columns need more than there is."""
        self._may_scroll = True
        self.setWordWrapMode(QTextOption.WrapMode.WordWrap)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)

    @property
    def has_settled_text(self) -> bool:
        """Whether some of what it shows is there for good."""
        return self._kept is not None

    def put(self, settled: Sequence[Block], still_open: Sequence[Block]) -> None:
        """Write after what is settled: ``settled`` for good, ``still_open`` until the next call."""
        scrolled = self.horizontalScrollBar().value()
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        writer = MarkdownWriter(cursor, self._style, fresh=self._drop_open(cursor))
        if settled:
            writer.write(settled)
            end = QTextCursor(self.document())
            end.movePosition(QTextCursor.MoveOperation.End)
            self._kept = (end.position(), writer.fresh, end.blockFormat())
        writer.write(still_open)
        cursor.endEditBlock()
        self._has_quotes = self._has_quotes or any(
            token.type == "blockquote_open"
            for block in (*settled, *still_open)
            for token in block.tokens
        )
        if self._may_scroll and not self.hasFocus():
            # Writing takes the caret along, and the view would follow it to the last column.
            self.setTextCursor(QTextCursor(self.document()))
            self.horizontalScrollBar().setValue(scrolled)
        self._changed()

    def set_plain(self, text: str, chars: QTextCharFormat | None = None) -> None:
        """Show text as it is, in the place of what was there."""
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.removeSelectedText()
        cursor.setBlockFormat(_plain_block())
        cursor.insertText(displayable(text), chars or QTextCharFormat())
        cursor.endEditBlock()
        self._changed()

    def add_plain(self, text: str, chars: QTextCharFormat | None = None) -> None:
        """Show more text after what is there."""
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        if cursor.atStart():
            cursor.setBlockFormat(_plain_block())
        cursor.insertText(displayable(text), chars or QTextCharFormat())
        self._changed()

    def fit(self, width: int) -> int:
        """Lay the text out in ``width`` pixels; returns the height it takes."""
        if width != self._width or self._dirty:
            if width != self._width:
                self.setLineWrapColumnOrWidth(width)
            self._width = width
            size = self.document().size()
            self._height = ceil(size.height())
            if self._may_scroll and size.width() > width + 1:
                self._height += self.horizontalScrollBar().sizeHint().height()
            self._dirty = False
        return self._height

    def natural_width(self, limit: int) -> int:
        """How wide the text would like to be, at most ``limit`` pixels."""
        self.fit(limit)
        return min(limit, ceil(self.document().idealWidth()))

    def mark(self, words: Sequence[str]) -> None:
        """Mark where the words occur; none takes the marks away."""
        self._words = words
        self.setExtraSelections(mark_words(self.document(), words, self._style) if words else [])

    def selected_text(self) -> str:
        """The selected text as it would be copied."""
        return copyable(self.textCursor().selection().toPlainText())

    def _drop_open(self, cursor: QTextCursor) -> bool:
        """Take the open blocks away; returns whether an empty block is there to write in."""
        if self._kept is None:
            cursor.select(QTextCursor.SelectionType.Document)
            cursor.removeSelectedText()
            return True
        position, fresh, block_format = self._kept
        cursor.setPosition(position)
        cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        if cursor.hasSelection():
            cursor.removeSelectedText()
            # Joining two blocks may keep the format of the one that goes: an empty list item
            # would lose its mark. Setting it needlessly would lay the block out again.
            if cursor.blockFormat() != block_format:
                cursor.setBlockFormat(block_format)
        return fresh

    def _changed(self) -> None:
        self._dirty = True
        if self._words:
            self.mark(self._words)

    def _on_caret(self) -> None:
        if self.hasFocus():
            self.caret_moved.emit()

    # Qt

    def loadResource(self, _kind: int, _name: QUrl) -> object:
        """Nothing is ever loaded, from the disk or from anywhere."""
        return None

    def createMimeDataFromSelection(self) -> QMimeData:
        """Plain text only: colours of this theme have no place in another program."""
        data = QMimeData()
        data.setText(self.selected_text())
        return data

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.ignore()  # the message has one menu for all of it

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._may_scroll and scrolls_sideways(event):
            super().wheelEvent(event)
        else:
            event.ignore()  # the transcript scrolls

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _SCROLL_KEYS:
            event.ignore()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._has_quotes:
            self._paint_quote_bars(event)
        super().paintEvent(event)

    def _paint_quote_bars(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._style.tokens.border)
        step = quote_step(self._style)
        for rect, depth in self._quoted_areas():
            if not rect.intersects(QRectF(event.rect())):
                continue
            for bar in range(depth):
                corner = QPointF(bar * step, rect.top())
                painter.drawRoundedRect(QRectF(corner.x(), corner.y(), 3, rect.height()), 1.5, 1.5)
        painter.end()

    def _quoted_areas(self) -> list[tuple[QRectF, int]]:
        """The areas that blocks of the same quote cover together, with the depth of the quote."""
        areas: list[tuple[QRectF, int]] = []
        layout = self.document().documentLayout()
        before = 0
        block: QTextBlock = self.document().firstBlock()
        while block.isValid():
            depth = int(block.blockFormat().property(QUOTE_DEPTH) or 0)
            if depth:
                rect = layout.blockBoundingRect(block)
                if depth == before:
                    areas[-1] = (areas[-1][0].united(rect), depth)
                else:
                    areas.append((rect, depth))
            before = depth
            block = block.next()
        return areas


def scrolls_sideways(event: QWheelEvent) -> bool:
    """Whether a turn of the wheel means left or right."""
    shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
    return shifted or bool(event.angleDelta().x() or event.pixelDelta().x())


def _plain_block() -> QTextBlockFormat:
    made = QTextBlockFormat()
    made.setLineHeight(LINE_HEIGHT, int(QTextBlockFormat.LineHeightTypes.ProportionalHeight.value))
    return made
