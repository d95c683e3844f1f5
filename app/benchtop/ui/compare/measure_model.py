"""Measured properties as a Qt model: a row for each model."""

from __future__ import annotations

from html import escape
from typing import Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication

from benchtop.ui.compare.measure_rows import MeasureRow
from benchtop.ui.compare.measure_texts import (
    KIND_OF,
    cell_details,
    cell_text,
    explanations,
    headings,
    sort_value,
    spoken_row,
)
from benchtop.ui.theme import figures_font, tokens
from benchtop.ui.widgets.rows_model import AnyIndex, ArrangedModel


class MeasureModel(ArrangedModel[MeasureRow]):
    """Sorted by a column; what is not known comes last."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(len(headings()), parent)
        self._column, self._down = 0, False
        self.price, self.currency = 0.0, ""

    def set_price(self, price: float, currency: str) -> None:
        """What a kWh costs, for the costs."""
        self.price, self.currency = price, currency
        if self._shown:
            self.tell_changed(0, len(self._shown) - 1)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._column, self._down = max(column, 0), order == Qt.SortOrder.DescendingOrder
        self._arrange()

    def _wanted(self) -> list[MeasureRow]:
        def value(row: MeasureRow) -> Any:
            return sort_value(row, self._column, self.price)

        unknown = float("inf")
        known = [row for row in self._all if value(row) != unknown]
        known.sort(key=value, reverse=self._down)
        return [*known, *(row for row in self._all if value(row) == unknown)]

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return headings()[section]
            case Qt.ItemDataRole.ToolTipRole:
                return _tip(explanations()[section])
        return None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row_at(index)
        if row is None:
            return None
        column = index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return cell_text(row, column, self.price, self.currency)
            case Qt.ItemDataRole.AccessibleTextRole:
                if column == 0:
                    return spoken_row(row, self.price, self.currency)
                return cell_text(row, column, self.price, self.currency)
            case Qt.ItemDataRole.ToolTipRole:
                parts = (cell_details(row, column), explanations()[column])
                return _tip("\n".join(filter(None, parts)))
            case Qt.ItemDataRole.ForegroundRole:
                return self._colour(row, column)
            case Qt.ItemDataRole.FontRole:
                return figures_font(QGuiApplication.font())
        return None

    def _colour(self, row: MeasureRow, column: int) -> Any:
        colours, kind = tokens(QGuiApplication.palette()), KIND_OF.get(column)
        if kind is not None and kind in row.troubles and kind not in row.jobs:
            return colours.bad
        is_figure = cell_text(row, column, self.price, self.currency)[:1].isdigit() or column == 0
        return None if is_figure and not row.missing else colours.muted


def _tip(text: str) -> str:
    """A tooltip that breaks into lines: Qt does so only with rich text."""
    return f"<qt>{escape(text, quote=False).replace(chr(10), '<br>')}</qt>" if text else ""
