"""A code block: its language and a Copy button above, the code below, as wide as it needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from PySide6.QtCore import QMimeData, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QTextCharFormat,
    QTextCursor,
    QTextLayout,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QLabel, QPlainTextEdit, QToolButton, QWidget

from benchtop.ui.chat.chat_style import ChatStyle
from benchtop.ui.chat.code_highlight import CodeRole, CodeSpan, highlight
from benchtop.ui.chat.display_text import copyable, displayable
from benchtop.ui.chat.markdown_blocks import Block
from benchtop.ui.chat.text_segment import scrolls_sideways
from benchtop.ui.chat.word_marks import mark_words

_RADIUS = 8
_TAB_CHARACTERS = 4


class CodeSegment(QWidget):
    """One code block of a reply. While it streams, text is only ever added at its end."""

    copied = Signal()
    caret_moved = Signal()

    def __init__(self, style: ChatStyle, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._code = ""
        self._language = ""
        self._coloured = False
        self._words: Sequence[str] = ()
        self.view = _CodeView(style, self)
        self.view.cursorPositionChanged.connect(self._on_caret)
        self._label = QLabel(self)
        self._label.setFont(style.small)
        self._label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self.copy_button = QToolButton(self)
        self.copy_button.setObjectName("chat.code.copy")
        self.copy_button.setText(self.tr("Copy"))
        self.copy_button.setIcon(style.icon("copy"))
        self.copy_button.setIconSize(QSize(style.icon_size, style.icon_size))
        self.copy_button.setFont(style.small)
        self.copy_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.copy_button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.copy_button.clicked.connect(self.copy_all)
        self._name()

    @property
    def code(self) -> str:
        """The code as the model wrote it."""
        return self._code

    def put(self, block: Block, *, settled: bool) -> None:
        """Show a newer state of the block; ``settled`` when no more comes."""
        if block.code.startswith(self._code) and self._code:
            self.view.add(block.code[len(self._code) :])
        elif block.code != self._code:
            self.view.replace(block.code)
        if block.code != self._code:
            self._code = block.code
            self._coloured = False
        if block.language != self._language:
            self._language = block.language
            self._name()
        if (settled or block.closed) and not self._coloured:
            self._coloured = True
            # Pygments takes its time on a long block: after the reply itself is on the screen.
            QTimer.singleShot(0, self, self._colour)
        if self._words:
            self.mark(self._words)

    def fit(self, width: int) -> int:
        """Lay out in ``width`` pixels; returns the height."""
        pad = self._pad
        header = max(self._label.sizeHint().height(), self.copy_button.sizeHint().height())
        button = self.copy_button.sizeHint()
        self.copy_button.setGeometry(
            width - button.width() - 4, 3 + (header - button.height()) // 2, *_pair(button)
        )
        self._label.setGeometry(pad, 3, width - button.width() - 2 * pad, header)
        height = self.view.height_for(width - 2 * pad)
        self.view.setGeometry(pad, header + 6, width - 2 * pad, height)
        return header + 6 + height + pad // 2

    def mark(self, words: Sequence[str]) -> None:
        """Mark where the words occur; none takes the marks away."""
        self._words = words
        document = self.view.document()
        self.view.setExtraSelections(mark_words(document, words, self._style) if words else [])

    def copy_all(self) -> None:
        """Put the whole code on the clipboard."""
        QGuiApplication.clipboard().setText(self._code)
        self.copied.emit()

    @property
    def _pad(self) -> int:
        return round(self._style.line * 0.6)

    def _name(self) -> None:
        self._label.setText(self._language or self.tr("code"))
        if self._language:
            self.view.setAccessibleName(self.tr("Code, {language}").format(language=self._language))
        else:
            self.view.setAccessibleName(self.tr("Code"))
        self.copy_button.setAccessibleName(self.tr("Copy code"))
        self.copy_button.setToolTip(self.tr("Copy this code"))

    def _colour(self) -> None:
        self.view.colour(highlight(self._code, self._language))

    def _on_caret(self) -> None:
        if self.view.hasFocus():
            self.caret_moved.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._style.tokens.border)
        painter.setBrush(self._style.tokens.code_ground)
        painter.drawRoundedRect(
            self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS
        )
        painter.end()


class _CodeView(QPlainTextEdit):
    """Read-only code without wrapping, as high as its lines."""

    def __init__(self, style: ChatStyle, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = style
        self._widest = 0.0
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFont(style.mono)
        self.setTabChangesFocus(True)
        self._metrics = QFontMetricsF(style.mono)
        self.setTabStopDistance(self._metrics.horizontalAdvance(" ") * _TAB_CHARACTERS)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.document().setDocumentMargin(0)

    def replace(self, code: str) -> None:
        self._widest = 0.0
        self.setPlainText(displayable(code))
        self._measure(code)

    def add(self, more: str) -> None:
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(displayable(more))
        self._measure(self.document().findBlockByNumber(cursor.blockNumber()).text())
        self._measure(more)

    def height_for(self, width: int) -> int:
        """Lines, and room for the scroll bar where a line is wider than ``width``."""
        lines = self.document().blockCount() * self._metrics.lineSpacing()
        bar = self.horizontalScrollBar().sizeHint().height() if self._widest > width else 0
        return round(lines) + bar + 4

    def colour(self, lines: Sequence[Sequence[CodeSpan]]) -> None:
        """Give each line its colours; the text itself is not touched."""
        formats = {role: _format(role, self._style) for role in get_args(CodeRole)}
        block = self.document().firstBlock()
        for spans in lines:
            if not block.isValid():
                break
            block.layout().setFormats([_range(span, formats[span.role]) for span in spans])
            block = block.next()
        self.document().markContentsDirty(0, self.document().characterCount())
        self.viewport().update()

    def _measure(self, code: str) -> None:
        longest = sorted(code.expandtabs(_TAB_CHARACTERS).split("\n"), key=len)[-3:]
        for line in longest:
            self._widest = max(self._widest, self._metrics.horizontalAdvance(line[:5_000]))

    def createMimeDataFromSelection(self) -> QMimeData:
        data = QMimeData()
        data.setText(copyable(self.textCursor().selection().toPlainText()))
        return data

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if scrolls_sideways(event):
            super().wheelEvent(event)
        else:
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}:
            event.ignore()
            return
        super().keyPressEvent(event)


def _pair(size: QSize) -> tuple[int, int]:
    return size.width(), size.height()


def _format(role: CodeRole, style: ChatStyle) -> QTextCharFormat:
    colours: dict[CodeRole, QColor] = {
        "keyword": style.tokens.accent,
        "string": style.tokens.good,
        "comment": style.tokens.muted,
        "number": style.tokens.warning,
        "name": style.tokens.text,
    }
    made = QTextCharFormat()
    made.setForeground(colours[role])
    if role == "comment":
        made.setFontItalic(True)
    if role == "name":
        made.setFontWeight(QFont.Weight.DemiBold)
    return made


def _range(span: CodeSpan, look: QTextCharFormat) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start, made.length, made.format = span.start, span.length, look
    return made
