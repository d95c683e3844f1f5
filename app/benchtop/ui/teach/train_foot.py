"""The foot of the Train tab: what is about to happen, and the start, always in sight."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from benchtop.ui.icons import set_icon, spaced
from benchtop.ui.theme import set_kind, set_tone
from benchtop.ui.widgets.breaking_label import BreakingLabel, with_breaks


class TrainFoot(QWidget):
    """``start_requested``: now."""

    start_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = BreakingLabel("", self)
        self._start = QPushButton(spaced(self.tr("Start")), self)
        line = QFrame(self)
        line.setProperty("line", True)
        line.setFixedHeight(1)
        self._words.setObjectName("teach.train.summary")
        self._words.setWordWrap(True)
        self._start.setObjectName("teach.train")
        self._start.setAccessibleName(self.tr("Start training"))
        set_kind(self._start, "primary")
        set_icon(self._start, "teach", "on_primary")
        row = QHBoxLayout()
        row.setContentsMargins(24, 8, 24, 8)
        row.setSpacing(16)
        row.addWidget(self._words, 1)
        row.addWidget(self._start)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(line)
        column.addLayout(row)
        self._start.clicked.connect(self.start_requested)

    def show_words(self, words: str, *, can_start: bool, bad: bool) -> None:
        """Say what will happen, or why nothing can; ``bad``: it is a refusal."""
        self._words.setText(with_breaks(words))
        self._words.setAccessibleName(words)
        set_tone(self._words, "bad" if bad else "muted")
        self._start.setEnabled(can_start)
        self._start.setAccessibleDescription(words)

    def focus_start(self) -> None:
        """Give the keyboard to the start."""
        self._start.setFocus()
