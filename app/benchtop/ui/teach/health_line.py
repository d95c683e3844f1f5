"""How a data set does, in one line of words; each part of it narrows the table."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget

from benchtop.ui.teach.data_rows import FILTERS, NOT_READ, Filter, Health
from benchtop.ui.teach.data_texts import filter_hint, filter_short, filter_words
from benchtop.ui.theme import set_kind
from benchtop.ui.widgets.flow_layout import FlowLayout

_ALWAYS: tuple[Filter, ...] = ("all",)


class HealthLine(QWidget):
    """One stop of the Tab key, as a row of choices is: the arrow keys go from part to part."""

    chosen = Signal(str)
    """A Filter."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("teach.data.health")
        self.setAccessibleName(self.tr("What is in this data set"))
        self._health = Health()
        self._group = QButtonGroup(self)
        self._parts: dict[Filter, QPushButton] = {}
        flow = FlowLayout(self, gap=0)
        flow.setContentsMargins(0, 0, 0, 0)
        for which in FILTERS:
            part = QPushButton(self)
            part.setObjectName(f"teach.data.filter.{which}")
            part.setCheckable(True)
            set_kind(part, "quiet")
            part.clicked.connect(lambda _on=False, which=which: self.chosen.emit(which))
            self._group.addButton(part)
            self._parts[which] = part
            flow.addWidget(part)
        self._parts["all"].setChecked(True)
        self.set_health(Health())

    @property
    def current(self) -> Filter:
        """The part that is chosen."""
        return next(which for which, part in self._parts.items() if part.isChecked())

    def set_health(self, health: Health) -> None:
        """Say these numbers; what is none is left out, but the part that is chosen."""
        self._health = health
        for which, part in self._parts.items():
            count = health.of(which)
            words = filter_words(which, count)
            part.setText(filter_short(which, count))
            part.setAccessibleName(words)
            part.setAccessibleDescription(filter_hint(which))
            part.setToolTip(f"{words}. {filter_hint(which)}")
            part.setEnabled(count != NOT_READ)
            part.setVisible(which in _ALWAYS or count != 0 or part.isChecked())
        self.updateGeometry()

    def choose(self, which: Filter) -> None:
        """Mark a part, without a word to anybody."""
        self._parts[which].setChecked(True)
        self.set_health(self._health)
