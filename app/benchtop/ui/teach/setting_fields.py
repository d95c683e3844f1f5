"""The fields of the advanced settings, with their names and explanations."""

from __future__ import annotations

from collections.abc import Set

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from benchtop.domain.training import SETTING_RANGES, TARGETS, TrainingSettings
from benchtop.ui.chat.parameter_row import rich_tip
from benchtop.ui.chat.parameter_spin import ParameterSpin
from benchtop.ui.teach import setting_help as words_of
from benchtop.ui.teach.setting_help import BETA, GROUPS, SettingGroup, SettingHelp, say
from benchtop.ui.theme import pad_spin_box, set_tone
from benchtop.ui.widgets.flow_layout import FlowLayout

_TWO_COLUMNS = 84
"""Letters of width from which on two settings stand side by side."""


class SettingFields(QWidget):
    """``taken`` carries the names of settings with what a person made of them."""

    taken = Signal(dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spins: dict[str, ParameterSpin] = {}
        self._labels: dict[str, QLabel] = {}
        self._targets: dict[str, QCheckBox] = {}
        self._grids: list[tuple[QGridLayout, list[QWidget]]] = []
        self._columns = 0
        self._memory = QComboBox(self)
        self._preference = QCheckBox(say(words_of.PREFERENCE_LABEL), self)
        self._no_pairs = QLabel(self)
        self._laid_out = QLabel(self)
        self._lay_out()
        self._connect()

    def show_settings(self, now: TrainingSettings, differing: Set[str], pairs: int) -> None:
        """Show these; those of ``differing`` are not the preset's. ``pairs``: see TrainSettings."""
        for name, spin in self._spins.items():
            spin.show_number(getattr(now, name))
        for name, box in self._targets.items():
            with QSignalBlocker(box):
                box.setChecked(name in now.targets)
        places = [value for value, _text in words_of.MEMORY_CHOICES]
        self._memory.setCurrentIndex(places.index(now.save_memory))
        self._preference.setChecked(now.preference)
        self._preference.setEnabled(pairs > 0)
        self._no_pairs.setText(_pairs_words(pairs))
        self._beta.setEnabled(now.preference and pairs > 0)
        for name in ("epochs", "least_steps"):
            self._spins[name].setEnabled(now.steps == 0)
        self._spins["general_weight"].setEnabled(now.general > 0)
        for key, label in self._labels.items():
            font = QFont()  # the weight alone, so that the size goes on following the window's
            font.setWeight(QFont.Weight.DemiBold if key in differing else QFont.Weight.Normal)
            label.setFont(font)

    def set_laid_out(self, on: bool) -> None:
        """Whether the rank and all that goes with it is that of an adapter to begin from, and stays."""
        for name in ("rank", "alpha", "last_layers"):
            self._spins[name].setEnabled(not on)
        for box in self._targets.values():
            box.setEnabled(not on)
        self._laid_out.setVisible(on)

    def stops(self) -> list[QWidget]:
        """What Tab visits, in the order in which it stands."""
        names = [one.name for one in GROUPS[0].settings]
        names += [f"target.{name}" for name in TARGETS]
        names += [one.name for one in GROUPS[1].settings]
        names += ["preference", BETA.name]
        names += [one.name for group in GROUPS[2:] for one in group.settings]
        found = [self.findChild(QWidget, f"teach.train.{name}") for name in names]
        return [*(one for one in found if isinstance(one, QWidget)), self._memory]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _lay_out(self) -> None:
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 8, 0, 0)
        inside.setSpacing(12)
        for group in GROUPS:
            self._add_group(group, inside)

    def _connect(self) -> None:
        for name, spin in self._spins.items():
            spin.valueChanged.connect(lambda value, name=name: self._on_number(name, value))
        for box in self._targets.values():
            box.toggled.connect(lambda _on: self._on_targets())
        self._memory.activated.connect(
            lambda _index: self.taken.emit({"save_memory": self._memory.currentData()})
        )
        self._preference.clicked.connect(lambda on: self.taken.emit({"preference": on}))

    def _on_number(self, name: str, value: float) -> None:
        whole = isinstance(getattr(TrainingSettings(), name), int)
        self.taken.emit({name: round(value) if whole else value})

    def _on_targets(self) -> None:
        chosen = tuple(name for name, box in self._targets.items() if box.isChecked())
        self.taken.emit({"targets": chosen} if chosen else {})  # of nothing nothing is learnt

    def _add_group(self, group: SettingGroup, column: QVBoxLayout) -> None:
        title = QLabel(say(group.title), self)
        set_tone(title, "muted")
        column.addWidget(title)
        cells = [self._make_number(one) for one in group.settings]
        if group.key == "machine":
            cells.append(self._make_memory())
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        self._grids.append((grid, cells))
        column.addLayout(grid)
        if group.key == "adapter":
            column.addWidget(self._make_targets())
            self._laid_out.setText(say(words_of.LAID_OUT_WORDS))
            self._laid_out.setObjectName("teach.train.laid_out")
            self._laid_out.setWordWrap(True)
            set_tone(self._laid_out, "muted")
            column.addWidget(self._laid_out)
        if group.key == "learning":
            column.addWidget(self._make_preference())

    def _make_number(self, one: SettingHelp) -> QWidget:
        low, high = SETTING_RANGES[one.name]
        spin = ParameterSpin(
            low,
            high,
            step=one.step,
            decimals=one.decimals,
            words=[(value, say(text)) for value, text in one.words],
            parent=self,
        )
        spin.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
        spin.setKeyboardTracking(False)
        if one.adaptive:
            spin.setStepType(QAbstractSpinBox.StepType.AdaptiveDecimalStepType)
        pad_spin_box(spin)
        self._spins[one.name] = spin
        return self._cell(one.name, say(one.label), say(one.tip), spin)

    def _cell(self, key: str, label: str, tip: str, widget: QWidget) -> QWidget:
        cell = QWidget(self)
        words = QLabel(label, cell)
        words.setBuddy(widget)
        words.setWordWrap(True)
        widget.setObjectName(f"teach.train.{key}")
        widget.setAccessibleName(label)
        widget.setAccessibleDescription(tip)
        for one in (words, widget):
            one.setToolTip(rich_tip(tip))
        row = QHBoxLayout(cell)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(words, 1)
        row.addWidget(widget)
        self._labels[key] = words
        return cell

    def _make_memory(self) -> QWidget:
        for value, text in words_of.MEMORY_CHOICES:
            self._memory.addItem(say(text), value)
        self._memory.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._memory.setMinimumContentsLength(18)
        return self._cell(
            "save_memory", say(words_of.MEMORY_LABEL), say(words_of.MEMORY_TIP), self._memory
        )

    def _make_targets(self) -> QWidget:
        box = QWidget(self)
        words = QLabel(say(words_of.TARGETS_LABEL), box)
        words.setToolTip(rich_tip(say(words_of.TARGETS_TIP)))
        flow = FlowLayout(gap=8)
        for name in TARGETS:
            one = QCheckBox(name, box)
            one.setObjectName(f"teach.train.target.{name}")
            one.setAccessibleName(f"{name}: {say(words_of.TARGET_TIPS[name])}")
            one.setToolTip(rich_tip(say(words_of.TARGET_TIPS[name])))
            self._targets[name] = one
            flow.addWidget(one)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(words)
        column.addLayout(flow)
        self._labels["targets"] = words
        return box

    def _make_preference(self) -> QWidget:
        box = QWidget(self)
        self._preference.setObjectName("teach.train.preference")
        self._preference.setAccessibleName(self._preference.text())
        self._preference.setAccessibleDescription(say(words_of.PREFERENCE_TIP))
        self._preference.setToolTip(rich_tip(say(words_of.PREFERENCE_TIP)))
        set_tone(self._no_pairs, "muted")
        self._no_pairs.setWordWrap(True)
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._preference)
        column.addWidget(self._no_pairs)
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        self._beta = self._make_number(BETA)
        self._grids.append((grid, [self._beta]))
        column.addLayout(grid)
        return box

    def _arrange(self) -> None:
        """One or two settings in a line, as the width allows."""
        letters = self.width() / max(self.fontMetrics().averageCharWidth(), 1)
        columns = 2 if letters >= _TWO_COLUMNS else 1
        if columns == self._columns:
            return
        self._columns = columns
        for grid, cells in self._grids:
            for cell in cells:
                grid.removeWidget(cell)
            for place, cell in enumerate(cells):
                grid.addWidget(cell, place // columns, place % columns)
            for column in range(2):
                grid.setColumnStretch(column, 1 if column < columns else 0)


def _pairs_words(pairs: int) -> str:
    tr = QCoreApplication.translate
    if not pairs:
        return tr("SettingFields", "No example of this data set has a worse answer.")
    one = tr("SettingFields", "1 example has a worse answer.")
    many = tr("SettingFields", "{count} examples have a worse answer.")
    return one if pairs == 1 else many.format(count=f"{pairs:,}")
