"""The column beside the cards that the filters stand in where there is room for it, and its neighbour."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from benchtop.ui.models.filter_row import FilterRow
from benchtop.ui.theme import set_tone

SIDE = 24
"""What stays free at the sides of the page, in pixels."""
_TOP, _GAP = 12, 8


class FilterSide(QWidget):
    """Hidden while the filters stand elsewhere."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("models.filters.side")
        self._title = QLabel(self.tr("Filters"), self)
        set_tone(self._title, "title")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(SIDE, _TOP, 0, _TOP)
        self._column.setSpacing(_GAP)
        self._column.addWidget(self._title)
        self._column.addStretch(1)
        self.hide()

    def take(self, filters: FilterRow, room: QSize) -> bool:
        """Take the filters in if they need no more than ``room``; else let go of them."""
        width = filters.widest()
        high = filters.stacked_height() + self._title.sizeHint().height() + 2 * _TOP + _GAP
        fits = width <= room.width() and high <= room.height() - _above(filters)
        if fits and filters.parentWidget() is not self:
            self._column.insertWidget(1, filters)
        filters.set_stacked(width if fits else 0)
        if fits:
            self.setFixedWidth(width + SIDE)
        self.setVisible(fits)
        return fits


def _above(filters: FilterRow) -> int:
    """Room for what stands above the column: the search field, and the line while offline."""
    return 8 * filters.fontMetrics().height()


def stacked(widgets: Sequence[tuple[QWidget, int]], above: int = 16) -> QVBoxLayout:
    """Widgets below each other, each with its distance to the one above."""
    column = QVBoxLayout()
    column.setContentsMargins(SIDE, above, SIDE, 0)
    column.setSpacing(0)
    for widget, space in widgets:
        column.addSpacing(space)
        column.addWidget(widget)
    return column
