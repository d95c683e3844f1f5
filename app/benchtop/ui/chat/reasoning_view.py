"""The foldable block of a reply's reasoning."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QWidget

from benchtop.ui.chat.chat_style import ChatStyle
from benchtop.ui.chat.fold_button import FoldButton
from benchtop.ui.chat.markdown_writer import quote_step
from benchtop.ui.chat.text_segment import TextSegment

PREVIEW_CHARACTERS = 240


class ReasoningView(QWidget):
    """Folded to one line, but for a short live preview while the model still thinks.

    It opens and closes by the person's hand only (``resized`` is emitted then); the preview goes
    away by itself when the answer begins.
    """

    resized = Signal()
    caret_moved = Signal(QWidget)

    def __init__(self, style: ChatStyle, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._text = ""
        self._thinking = False
        self._words: Sequence[str] = ()
        self._body: TextSegment | None = None
        self._written = 0
        self.toggle = FoldButton(style, self)
        self.toggle.setObjectName("chat.message.reasoning")
        self.toggle.toggled.connect(self._on_toggled)
        self._preview = QLabel(self)
        self._preview.setTextFormat(Qt.TextFormat.PlainText)
        self._preview.setWordWrap(True)
        self._preview.setFont(style.small)
        self._preview.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._preview.setAlignment(Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft)
        self._describe()

    @property
    def text(self) -> str:
        """All the reasoning so far."""
        return self._text

    @property
    def is_open(self) -> bool:
        """Whether the whole reasoning is on show."""
        return self.toggle.isChecked()

    def set_open(self, on: bool) -> None:
        """Unfold or fold."""
        self.toggle.setChecked(on)

    def set_text(self, text: str, *, thinking: bool) -> None:
        """Show a newer state of the reasoning; ``thinking`` until the answer begins."""
        if not text.startswith(self._text) and self._body is not None:
            self._body.set_plain("")
            self._written = 0
        self._text = text
        self._thinking = thinking
        self._fill()
        self._describe()

    def append(self, text: str) -> None:
        """Add streamed reasoning."""
        self._text += text
        self._thinking = True
        self._fill()
        self._describe()

    def end_thinking(self) -> None:
        """The answer begins: the preview goes away."""
        if self._thinking:
            self._thinking = False
            self._describe()

    def fit(self, width: int) -> int:
        """Lay out in ``width`` pixels; returns the height."""
        size = self.toggle.sizeHint()
        self.toggle.setGeometry(0, 0, min(size.width(), width), size.height())
        y = size.height() + 2
        indent = quote_step(self._style)
        inner = width - indent
        if self.is_open and self._body is not None:
            height = self._body.fit(inner)
            self._body.setGeometry(indent, y, inner, height)
            return y + height + 4
        if self._shows_preview():
            # Always the height of two lines, so that what stands below stays where it is.
            height = self._preview.fontMetrics().lineSpacing() * 2
            self._preview.setGeometry(indent, y, inner, height)
            return y + height + 4
        return y

    def mark(self, words: Sequence[str]) -> None:
        """Mark words in the reasoning."""
        self._words = words
        if self._body is not None:
            self._body.mark(words)

    def selected_text(self) -> str:
        """What is selected in it."""
        if self._body is None or not self._body.textCursor().hasSelection():
            return ""
        return self._body.selected_text()

    def focus_stops(self) -> list[QWidget]:
        """What the Tab key visits."""
        return [self.toggle] if self._body is None else [self.toggle, self._body]

    def _shows_preview(self) -> bool:
        return self._thinking and not self.is_open

    def _on_toggled(self, on: bool) -> None:
        if on and self._body is None:
            self._body = TextSegment(self._style, self)
            self._body.setAccessibleName(self.tr("Reasoning"))
            self._body.setTextColor(self._style.tokens.muted)
            body = self._body
            body.caret_moved.connect(lambda: self.caret_moved.emit(body))
            body.mark(self._words)
        self._fill()
        self._describe()
        self.resized.emit()

    def _fill(self) -> None:
        """Bring the open text up to date; a folded one is not worth the layout."""
        if self._body is not None and self.is_open and self._written < len(self._text):
            chars = self._body.currentCharFormat()
            chars.setForeground(self._style.tokens.muted)
            self._body.add_plain(self._text[self._written :], chars)
            self._written = len(self._text)

    def _describe(self) -> None:
        if self._thinking:
            title = self.tr("Thinking…")
        else:
            count = len(self._text.split())
            many = self.tr("Reasoning, {count} words").format(count=f"{count:,}")
            title = self.tr("Reasoning, 1 word") if count == 1 else many
        self.toggle.setText(title)
        self.toggle.setAccessibleName(title)
        hint = self.tr("Fold the reasoning") if self.is_open else self.tr("Show the reasoning")
        self.toggle.setAccessibleDescription(hint)
        self.toggle.setToolTip(hint)
        if self._body is not None:
            self._body.setVisible(self.is_open)
        self._preview.setVisible(self._shows_preview())
        if self._shows_preview():
            tail = " ".join(self._text[-2 * PREVIEW_CHARACTERS :].split())
            self._preview.setText(
                ("…" if len(tail) > PREVIEW_CHARACTERS else "") + tail[-PREVIEW_CHARACTERS:]
            )

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not (self.is_open or self._shows_preview()):
            return
        top = self.toggle.geometry().bottom() + 4
        painter = QPainter(self)
        painter.fillRect(2, top, 2, self.height() - top - 4, self._style.tokens.border)
        painter.end()
