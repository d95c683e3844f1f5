"""A prompt as a heading across all columns; a long one is folded."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from benchtop.ui.chat.chat_style import ChatStyle
from benchtop.ui.chat.fold_button import FoldButton
from benchtop.ui.chat.text_segment import TextSegment

FOLD_LINES, FOLD_CHARACTERS = 6, 600
"""A longer prompt is shown folded to this much: the answers are what is looked at."""
_PAD = 10


class PromptHeading(QWidget):
    """``resized`` comes when a hand folds or unfolds it."""

    resized = Signal()

    def __init__(
        self, prompt: str, number: int, style: ChatStyle, parent: QWidget | None = None
    ) -> None:
        """``number`` counts the prompts of the conversation, from 0."""
        super().__init__(parent)
        self._style, self._prompt = style, prompt
        self.setObjectName(f"compare.prompt.{number}")
        self.setAccessibleName(self.tr("Prompt {number}").format(number=number + 1))
        self.setAccessibleDescription(prompt)
        self._text = TextSegment(style, self)
        self._text.setAccessibleName(self.tr("Text of the prompt"))
        self._fold: FoldButton | None = None
        if _folded(prompt) != prompt:
            self._fold = FoldButton(style, self)
            self._fold.setObjectName(f"compare.prompt.{number}.fold")
            self._fold.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self._fold.toggled.connect(self._on_fold)
        self._show()

    @property
    def prompt(self) -> str:
        """All of it."""
        return self._prompt

    def stops(self) -> list[QWidget]:
        """What the Tab key visits."""
        return [self._fold] if self._fold is not None else []

    def fit(self, width: int) -> int:
        """Lay out in ``width`` pixels; returns the height."""
        inner = min(width - 2 * _PAD, self._style.column)
        height = self._text.fit(inner)
        self._text.setGeometry(_PAD, _PAD - 2, inner, height)
        y = _PAD - 2 + height
        if self._fold is not None:
            size = self._fold.sizeHint()
            self._fold.setGeometry(_PAD, y, min(size.width(), inner), size.height())
            y += size.height()
        return y + _PAD - 4

    def _on_fold(self) -> None:
        self._show()
        self.resized.emit()

    def _show(self) -> None:
        whole = self._fold is None or self._fold.isChecked()
        self._text.set_plain(self._prompt if whole else _folded(self._prompt))
        if self._fold is not None:
            text = self.tr("Fold the prompt") if whole else self.tr("Show all of the prompt")
            self._fold.setText(text)
            self._fold.setAccessibleName(text)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._style.tokens.user_card)
        painter.drawRoundedRect(QRectF(self.rect()), 8, 8)
        painter.end()


def _folded(prompt: str) -> str:
    """The beginning of a long prompt; a short one is itself."""
    if len(prompt) <= 2 * FOLD_CHARACTERS and prompt.count("\n") < 2 * FOLD_LINES:
        return prompt
    lines = prompt[:FOLD_CHARACTERS].split("\n")[:FOLD_LINES]
    return "\n".join(lines).rstrip() + " …"
