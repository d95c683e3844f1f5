"""A prompt with two answers side by side: the untrained model's, and the one that learnt."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget

from benchtop.ui.theme import set_tone
from benchtop.ui.widgets.breaking_label import BreakingLabel, with_breaks

_SIDE_BY_SIDE = 60
"""Letters of width from which on the answers stand beside each other."""


class AnswerPair(QFrame):
    """``place`` numbers it in objectNames, from 0."""

    def __init__(self, place: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self._prompt, self._kind = BreakingLabel("", self), QLabel(self)
        self._heads = (QLabel(self), QLabel(self))
        self._answers = (BreakingLabel("", self), BreakingLabel("", self))
        self._prompt.setWordWrap(True)
        self._prompt.setObjectName(f"teach.sample.{place}.prompt")
        set_tone(self._prompt, "title")
        self._kind.setObjectName(f"teach.sample.{place}.kind")
        self._kind.setWordWrap(True)
        set_tone(self._kind, "muted")
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._line.setSpacing(24)
        for which, head, answer in zip(("base", "now"), self._heads, self._answers, strict=True):
            set_tone(head, "muted")
            answer.setObjectName(f"teach.sample.{place}.{which}")
            answer.setWordWrap(True)
            answer.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
            answer.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            answer.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            side = QVBoxLayout()
            side.setSpacing(2)
            side.addWidget(head)
            side.addWidget(answer, 1)
            self._line.addLayout(side, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 10)
        column.setSpacing(6)
        column.addWidget(self._prompt)
        column.addWidget(self._kind)
        column.addLayout(self._line)

    def show_pair(
        self,
        prompt: str,
        heads: tuple[str, str],
        answers: tuple[str | None, str | None],
        kind: str = "",
    ) -> None:
        """Show these; None where there is no answer yet. ``kind`` says what the answers prove."""
        self._kind.setText(kind)
        self._kind.setVisible(bool(kind))
        self._prompt.setText(with_breaks(prompt))
        self._prompt.setAccessibleName(prompt)
        for label, words in zip(self._heads, heads, strict=True):
            label.setText(words)
        for label, head, answer in zip(self._answers, heads, answers, strict=True):
            words = self.tr("Not asked yet.") if answer is None else answer.strip()
            if answer is not None and not words:
                words = self.tr("Nothing at all.")
            label.setText(with_breaks(words))
            label.setAccessibleName(f"{head}: {words}")
            set_tone(label, "normal" if answer and answer.strip() else "muted")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: Any) -> None:
        super().changeEvent(event)
        if event.type() == event.Type.FontChange:
            self._arrange()

    def _arrange(self) -> None:
        letters = self.width() / max(self.fontMetrics().averageCharWidth(), 1)
        way = QBoxLayout.Direction
        wanted = way.LeftToRight if letters >= _SIDE_BY_SIDE else way.TopToBottom
        if self._line.direction() != wanted:
            self._line.setDirection(wanted)
            self._line.setSpacing(24 if wanted == way.LeftToRight else 8)
