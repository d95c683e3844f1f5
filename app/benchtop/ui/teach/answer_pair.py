"""A prompt with its answers side by side: the untrained model's, that of the one that learnt, and maybe one
between."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget

from benchtop.ui.theme import set_tone
from benchtop.ui.widgets.breaking_label import BreakingLabel, with_breaks

_EACH = 30
"""Letters of width for each answer from which on they stand beside each other."""


class AnswerPair(QFrame):
    """``place`` numbers it in objectNames, from 0."""

    def __init__(self, place: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self._prompt, self._kind = BreakingLabel("", self), QLabel(self)
        self._heads = (QLabel(self), QLabel(self), QLabel(self))
        self._answers = (BreakingLabel("", self), BreakingLabel("", self), BreakingLabel("", self))
        self._prompt.setWordWrap(True)
        self._prompt.setObjectName(f"teach.sample.{place}.prompt")
        set_tone(self._prompt, "title")
        self._kind.setObjectName(f"teach.sample.{place}.kind")
        self._kind.setWordWrap(True)
        set_tone(self._kind, "muted")
        self._sides: list[QWidget] = []
        self._columns = 2
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._line.setSpacing(24)
        places = ("base", "earlier", "now")
        for which, head, answer in zip(places, self._heads, self._answers, strict=True):
            set_tone(head, "muted")
            answer.setObjectName(f"teach.sample.{place}.{which}")
            answer.setWordWrap(True)
            answer.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
            answer.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            answer.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            side = QWidget(self)
            inside = QVBoxLayout(side)
            inside.setContentsMargins(0, 0, 0, 0)
            inside.setSpacing(2)
            inside.addWidget(head)
            inside.addWidget(answer, 1)
            self._line.addWidget(side, 1)
            self._sides.append(side)
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
        between: tuple[str, str] | None = None,
    ) -> None:
        """Show these; None where there is no answer yet. ``kind`` says what the answers prove; ``between`` is
        the head of a third answer, and that."""
        self._kind.setText(kind)
        self._kind.setVisible(bool(kind))
        self._prompt.setText(with_breaks(prompt))
        self._prompt.setAccessibleName(prompt)
        middle = between or ("", "")
        self._sides[1].setVisible(between is not None)
        self._columns = 3 if between is not None else 2
        self._arrange()
        for label, words in zip(self._heads, (heads[0], middle[0], heads[1]), strict=True):
            label.setText(words)
        shown = ((heads[0], answers[0]), middle, (heads[1], answers[1]))
        for label, (head, answer) in zip(self._answers, shown, strict=True):
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
        wanted = way.LeftToRight if letters >= _EACH * self._columns else way.TopToBottom
        if self._line.direction() != wanted:
            self._line.setDirection(wanted)
            self._line.setSpacing(24 if wanted == way.LeftToRight else 8)
