"""Which votes the ranking counts: those with a tag, and those of a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QWidget

from benchtop.ui.compare.compare_rows import RankFilter
from benchtop.ui.icons import set_icon, spaced
from benchtop.ui.settings.setting_row import CalmComboBox
from benchtop.ui.theme import set_kind, set_tone
from benchtop.ui.widgets.flow_layout import FlowLayout

_DAY = 86_400.0


class RankFilters(QWidget):
    """``changed`` carries a RankFilter. ``now`` tells the time, in seconds since 1970."""

    changed = Signal(RankFilter)

    def __init__(self, parent: QWidget | None = None, now: Callable[[], float] = time.time) -> None:
        super().__init__(parent)
        self.setObjectName("compare.ranking.filters")
        self.setAccessibleName(self.tr("Filters"))
        self._now = now
        self._tag, self._since = CalmComboBox(), CalmComboBox()
        self._reset = QPushButton(spaced(self.tr("Reset")), self)
        self._flow = FlowLayout(self, gap=16)
        self._flow.setContentsMargins(0, 0, 0, 0)
        self._add("tag", self.tr("Tag"), self._tag)
        self._add("since", self.tr("Votes of"), self._since)
        self._reset.setObjectName("compare.ranking.filters.reset")
        self._reset.setAccessibleName(self.tr("Reset the filters"))
        set_kind(self._reset, "quiet")
        set_icon(self._reset, "reset")
        self._flow.addWidget(self._reset)
        self._tag.addItem(self.tr("All tags"), "")
        for text, days in (
            (self.tr("Any time"), None),
            (self.tr("Today"), 0.0),
            (self.tr("The last 7 days"), 7.0),
            (self.tr("The last 30 days"), 30.0),
            (self.tr("The last 12 months"), 365.0),
        ):
            self._since.addItem(text, days)
        for box in (self._tag, self._since):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            box.currentIndexChanged.connect(lambda _index: self._on_changed())
        self._reset.clicked.connect(lambda _on=False: self.reset())
        self._refresh()

    @property
    def filter(self) -> RankFilter:
        """What is chosen, as of now."""
        tag, days = self._tag.currentData(), self._since.currentData()
        return RankFilter((tag,) if tag else (), None if days is None else self._begin(days))

    @property
    def is_set(self) -> bool:
        """Whether any votes are left out."""
        return self._tag.currentIndex() > 0 or self._since.currentIndex() > 0

    def set_tags(self, tags: Sequence[str]) -> None:
        """The tags there are; the chosen one stays, and the list falls back to all where it is gone."""
        chosen = self._tag.currentData()
        if [self._tag.itemData(n) for n in range(1, self._tag.count())] == list(tags):
            return
        was = self._tag.blockSignals(True)
        while self._tag.count() > 1:
            self._tag.removeItem(1)
        for tag in tags:
            self._tag.addItem(tag, tag)
        self._tag.choose(chosen)
        self._tag.blockSignals(was)
        if self._tag.currentData() != chosen:
            self._on_changed()
        self._refresh()

    def reset(self) -> None:
        """Count all votes."""
        if not self.is_set:
            return
        for box in (self._tag, self._since):
            was = box.blockSignals(True)
            box.setCurrentIndex(0)
            box.blockSignals(was)
        if self._reset.hasFocus():
            self._tag.setFocus()
        self._on_changed()

    def _begin(self, days: float) -> float:
        """When the time that is chosen begins; 0 days: this morning's midnight where one is."""
        if days:
            return self._now() - days * _DAY
        today = datetime.fromtimestamp(self._now()).astimezone()
        return today.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()

    def _add(self, name: str, text: str, box: QComboBox) -> None:
        holder = QWidget(self)
        label = QLabel(text, holder)
        label.setBuddy(box)
        set_tone(label, "muted")
        box.setObjectName(f"compare.ranking.{name}")
        box.setAccessibleName(text)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(label)
        row.addWidget(box)
        self._flow.addWidget(holder)

    def _on_changed(self) -> None:
        self._refresh()
        self.changed.emit(self.filter)

    def _refresh(self) -> None:
        self._reset.setVisible(self.is_set)
