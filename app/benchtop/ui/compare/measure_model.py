"""Measured properties as a Qt model: a row for each model."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
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

AnyIndex = QModelIndex | QPersistentModelIndex


class MeasureModel(QAbstractTableModel):
    """Where the same models stand in the same order, only what differs is painted anew."""

    arranged = Signal()
    """The rows stand in another order, or are others: told after views know, which forget what was
    chosen at modelReset."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: tuple[MeasureRow, ...] = ()
        self._shown: list[MeasureRow] = []
        self._column, self._down = 0, False
        self.price, self.currency = 0.0, ""

    @property
    def all_rows(self) -> tuple[MeasureRow, ...]:
        """Every model, in the order it was given."""
        return self._all

    def row_at(self, index: AnyIndex) -> MeasureRow | None:
        """The model of a cell."""
        return self._shown[index.row()] if 0 <= index.row() < len(self._shown) else None

    def index_of(self, model_id: str) -> QModelIndex:
        """The first cell of a model; invalid where it is not on show."""
        for number, row in enumerate(self._shown):
            if row.id == model_id:
                return self.index(number, 0)
        return QModelIndex()

    def set_rows(self, rows: Sequence[MeasureRow]) -> None:
        """Show these."""
        self._all = tuple(rows)
        self._arrange()

    def set_price(self, price: float, currency: str) -> None:
        """What a kWh costs, for the costs."""
        self.price, self.currency = price, currency
        if self._shown:
            last = self.index(len(self._shown) - 1, len(headings()) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._column, self._down = max(column, 0), order == Qt.SortOrder.DescendingOrder
        self._arrange()

    def _arrange(self) -> None:
        def value(row: MeasureRow) -> Any:
            return sort_value(row, self._column, self.price)

        unknown = float("inf")
        known = [row for row in self._all if value(row) != unknown]
        known.sort(key=value, reverse=self._down)
        wanted = [*known, *(row for row in self._all if value(row) == unknown)]
        if [row.id for row in wanted] == [row.id for row in self._shown]:
            before, self._shown = self._shown, wanted
            for number, (old, new) in enumerate(zip(before, wanted, strict=True)):
                if old != new:
                    last = self.index(number, len(headings()) - 1)
                    self.dataChanged.emit(self.index(number, 0), last)
            return
        self.beginResetModel()
        self._shown = wanted
        self.endResetModel()
        self.arranged.emit()

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(headings())

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
