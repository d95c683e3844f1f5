"""The line above the columns: whose turn it is, and how far the loading of a model is."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from benchtop.ui.compare.compare_rows import TurnRow
from benchtop.ui.compare.compare_texts import turn_text
from benchtop.ui.widgets.announce import announce


class TurnLine(QWidget):
    """Keeps its room while nobody writes, so that no answer moves when a turn ends."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._said = ""
        self._words = QLabel(self)
        self._words.setObjectName("compare.turn")
        self._words.setWordWrap(True)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._bar = QProgressBar(self)
        self._bar.setObjectName("compare.turn.progress")
        self._bar.setAccessibleName(self.tr("Loading the model"))
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 100)
        policy = self._bar.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._bar.setSizePolicy(policy)
        self._bar.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 8, 16, 2)
        column.setSpacing(4)
        column.addWidget(self._words)
        column.addWidget(self._bar)

    def show_turn(self, turn: TurnRow | None, idle: str, *, blind: bool) -> None:
        """Say whose turn it is, or ``idle`` where nobody writes."""
        text = turn_text(turn, blind=blind) if turn is not None else idle
        self._words.setText(text)
        self._words.setAccessibleName(text)
        fraction = turn.fraction if turn is not None and turn.stage == "loading" else None
        shown = fraction is not None and not blind
        self._bar.setUpdatesEnabled(False)  # else it paints all that waits, at once
        self._bar.setValue(round(100 * (fraction or 0.0)) if shown else 0)
        self._bar.setVisible(shown)
        self._bar.setUpdatesEnabled(True)
        stage = f"{turn.stage}{turn.label}" if turn is not None else text
        if stage != self._said and (turn is None or turn.stage == "writing"):
            announce(self, text)
        self._said = stage
