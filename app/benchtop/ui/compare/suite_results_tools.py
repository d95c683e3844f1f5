"""What is shown of a run's results: which run, which prompts, and the run it is compared with."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from benchtop.ui.compare.focus_order import put_in_line
from benchtop.ui.models.filter_field import FilterField
from benchtop.ui.widgets.flow_layout import FlowLayout

RunWords = tuple[str, str]
"""The id of a run, and in words when it was and what it came to."""


class SuiteResultsTools(QWidget):
    """``run_chosen`` and ``earlier_chosen`` carry the id of a run; nothing for no earlier one."""

    filtered = Signal()
    run_chosen = Signal(str)
    earlier_chosen = Signal(str)
    went_down = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field = FilterField("compare.results.filter", self.tr("Filter the prompts"), self)
        self._field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._only = self._box("only", self.tr("Which prompts are shown"))
        self._which = self._box("which", self.tr("The run on show"))
        self._earlier = self._box("earlier", self.tr("The earlier run to compare with"))
        for words, key in (
            (self.tr("All prompts"), ""),
            (self.tr("Not passed"), "failed"),
            (self.tr("Where they differ"), "apart"),
        ):
            self._only.addItem(words, key)
        tools = FlowLayout(gap=8)
        tools.setContentsMargins(0, 0, 0, 0)
        shown = (self._which, self._field, self._only, self._earlier)
        for widget in shown:
            tools.addWidget(widget)
        self.setLayout(tools)
        put_in_line(shown)
        self._field.textChanged.connect(lambda _text: self.filtered.emit())
        self._field.went_down.connect(self.went_down)
        self._only.currentIndexChanged.connect(lambda _index: self.filtered.emit())
        self._which.activated.connect(
            lambda _index: self.run_chosen.emit(self._which.currentData())
        )
        self._earlier.currentIndexChanged.connect(
            lambda _index: self.earlier_chosen.emit(self._earlier.currentData())
        )

    def words(self) -> str:
        """What prompts are filtered by."""
        return self._field.text()

    def kind(self) -> str:
        """Which prompts are shown: "failed", "apart" or, empty, all."""
        return str(self._only.currentData())

    def set_runs(self, runs: Sequence[RunWords], shown: str) -> None:
        """The runs of this suite, newest first, of which ``shown`` is on show."""
        self._which.clear()
        for run_id, words in runs:
            self._which.addItem(self.tr("Run of {run}").format(run=words), run_id)
        self._which.setCurrentIndex(self._which.findData(shown))
        self._which.setVisible(len(runs) > 1)

    def set_earlier_runs(self, runs: Sequence[RunWords], chosen: str) -> None:
        """The runs that the one on show can be compared with, newest first."""
        self._earlier.blockSignals(True)  # it is filled, nobody chose
        self._earlier.clear()
        self._earlier.addItem(self.tr("Compare with no earlier run"), "")
        for run_id, words in runs:
            self._earlier.addItem(self.tr("Against {run}").format(run=words), run_id)
        self._earlier.setCurrentIndex(max(self._earlier.findData(chosen), 0))
        self._earlier.blockSignals(False)
        self._earlier.setVisible(bool(runs))

    def show_filters(self, on: bool) -> None:
        """There are prompts to choose among."""
        self._field.setVisible(on)
        self._only.setVisible(on)

    def _box(self, key: str, name: str) -> QComboBox:
        box = QComboBox(self)
        box.setObjectName(f"compare.results.{key}")
        box.setAccessibleName(name)
        box.setToolTip(name)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        return box
