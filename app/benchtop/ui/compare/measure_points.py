"""The points of the picture in words, as a Qt model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication

from benchtop.domain.models import bytes_text
from benchtop.ui.compare.measure_rows import Measured, ScatterPoint
from benchtop.ui.compare.measure_texts import figure
from benchtop.ui.theme import figures_font

AnyIndex = QModelIndex | QPersistentModelIndex


class MeasurePoints(QAbstractTableModel):
    """A row for each point, in the order it was given."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.points: tuple[ScatterPoint, ...] = ()

    def put(self, points: Sequence[ScatterPoint]) -> None:
        """Show these."""
        self.beginResetModel()
        self.points = tuple(points)
        self.endResetModel()

    def headings(self) -> tuple[str, ...]:
        """The columns."""
        return (self.tr("Model"), self.tr("tok/s"), self.tr("Perplexity"), self.tr("Memory"))

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.points)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.headings())

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.headings()[section]
        return None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        shown = {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}
        if not 0 <= index.row() < len(self.points):
            return None
        cells = point_cells(self.points[index.row()])
        if role in shown:
            return cells[index.column()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            names = self.headings()
            said = [f"{name} {cell}" for name, cell in zip(names[1:], cells[1:], strict=True)]
            return ", ".join([cells[0], *said]) if index.column() == 0 else cells[index.column()]
        if role == Qt.ItemDataRole.FontRole:
            return figures_font(QGuiApplication.font())
        return None


def point_cells(point: ScatterPoint) -> tuple[str, ...]:
    """The words of each column."""
    quality = figure(Measured(point.quality, point.error), 2)
    return point.name, f"{point.speed:,.1f}", quality, bytes_text(point.memory)
