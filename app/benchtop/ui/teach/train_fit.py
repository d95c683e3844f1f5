"""Below the presets: what was measured, whether it fits, and the buttons that go with it."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from benchtop.ui.teach.train_rows import Forecast
from benchtop.ui.teach.train_texts import fit_words
from benchtop.ui.theme import set_tone
from benchtop.ui.widgets.breaking_label import BreakingLabel, with_breaks
from benchtop.ui.widgets.flow_layout import FlowLayout


class TrainFit(QWidget):
    """``fitting_taken``: the settings that would fit are to be taken."""

    measure_requested = Signal()
    measure_cancelled = Signal()
    fitting_taken = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = BreakingLabel("", self)
        self._take = QPushButton(self.tr("Take the settings that fit"), self)
        self._measure = QPushButton(self.tr("Measure now"), self)
        self._cancel = QPushButton(self.tr("Cancel"), self)
        self._words.setObjectName("teach.train.fit")
        self._words.setWordWrap(True)
        measure = self.tr("Measure how long each takes here, in about a minute")
        for key, button, name in (
            ("fitting", self._take, self._take.text()),
            ("measure", self._measure, measure),
            ("measure.cancel", self._cancel, self.tr("Cancel measuring")),
        ):
            button.setObjectName(f"teach.train.{key}")
            button.setAccessibleName(name)
        self._measure.setToolTip(measure)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._words, 1)
        buttons = FlowLayout(gap=8)
        for button in (self._take, self._measure, self._cancel):
            buttons.addWidget(button)
        row.addLayout(buttons)
        self._measure.clicked.connect(self.measure_requested)
        self._cancel.clicked.connect(self.measure_cancelled)
        self._take.clicked.connect(self.fitting_taken)

    def show_forecasts(
        self, chosen: Forecast, every: Iterable[Forecast], *, can_measure: bool
    ) -> None:
        """Show that of the chosen preset; while any of ``every`` is measured that can be cancelled."""
        self._words.setText(with_breaks(fit_words(chosen)))
        bad = not chosen.fits or bool(chosen.trouble)
        set_tone(self._words, "bad" if bad else "muted")
        measuring = any(one.state == "measuring" for one in every)
        had_focus = self._measure.hasFocus() or self._cancel.hasFocus()
        self._measure.setVisible(not measuring)
        self._cancel.setVisible(measuring)
        if had_focus:
            (self._cancel if measuring else self._measure).setFocus()
        again = chosen.plan is not None
        self._measure.setText(self.tr("Measure again") if again else self.tr("Measure now"))
        self._measure.setEnabled(can_measure)
        self._take.setVisible(not chosen.fits and chosen.fitting is not None)
