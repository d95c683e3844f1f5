"""The last line of the results: what each contestant's replies come to, always in sight."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
)
from PySide6.QtGui import QFont, QFontMetrics, QGuiApplication
from PySide6.QtWidgets import QSizePolicy, QTableView, QWidget

from benchtop.ui.compare.suite_rows import ResultContestant, SuiteTotals
from benchtop.ui.compare.suite_table import SuiteTable
from benchtop.ui.compare.suite_texts import rate_explanation, rate_words
from benchtop.ui.theme import figures_font

_EDGES = 24
AnyIndex = QModelIndex | QPersistentModelIndex


class _TotalsModel(QAbstractTableModel):
    """One row, with the columns of the results."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.contestants: tuple[ResultContestant, ...] = ()
        self.totals = SuiteTotals()

    def put(self, contestants: tuple[ResultContestant, ...], totals: SuiteTotals) -> None:
        """Show these."""
        if contestants == self.contestants:
            self.totals = totals
            self.dataChanged.emit(self.index(0, 0), self.index(0, len(contestants)))
            return
        self.beginResetModel()
        self.contestants, self.totals = contestants, totals
        self.endResetModel()

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 1

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 1 + len(self.contestants)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.FontRole:
            return _bold()
        shown = {
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.AccessibleTextRole,
            Qt.ItemDataRole.ToolTipRole,
        }
        if role not in shown or index.column() > len(self.contestants):
            return None
        if index.column() == 0:
            return self.tr("Passed (95 % interval)")
        who = self.contestants[index.column() - 1]
        rate = self.totals.rates.get(who.id)
        if rate is None:
            return "–"
        if role == Qt.ItemDataRole.ToolTipRole:
            return rate_explanation(rate)
        words = rate_words(rate)
        return f"{who.name}: {words}" if role == Qt.ItemDataRole.AccessibleTextRole else words


def _bold() -> QFont:
    font = figures_font(QGuiApplication.font())
    font.setWeight(QFont.Weight.DemiBold)
    return font


class SuiteTotalsRow(SuiteTable):
    """Follows the columns and the sideways scrolling of ``table``, which stands above it."""

    def __init__(self, table: QTableView, parent: QWidget | None = None) -> None:
        super().__init__("compare.results.totals", "", parent, cells=True)
        self.setAccessibleName(self.tr("What passed in all, for each contestant"))
        self._table = table
        self._rows = _TotalsModel(self)
        self.setModel(self._rows)
        self.horizontalHeader().hide()
        never = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setHorizontalScrollBarPolicy(never)
        self.setVerticalScrollBarPolicy(never)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        table.horizontalHeader().sectionResized.connect(lambda *_: self.follow())
        bar = table.horizontalScrollBar()
        bar.valueChanged.connect(self.horizontalScrollBar().setValue)
        self.horizontalScrollBar().valueChanged.connect(bar.setValue)

    def put(self, contestants: tuple[ResultContestant, ...], totals: SuiteTotals) -> None:
        """Show these rates under these contestants."""
        self._rows.put(contestants, totals)
        self.follow()

    def label_width(self) -> int:
        """What its first column must have."""
        words = str(self._rows.index(0, 0).data())
        return QFontMetrics(_bold()).horizontalAdvance(words) + _EDGES

    def follow(self) -> None:
        """Take the widths of the table above."""
        last = self._rows.columnCount() - 1
        # It has no scroll bar beside it: its last column is wider by that, so that both end alike.
        more = max(self._table.contentsRect().width() - self._table.viewport().width(), 0)
        for column in range(last + 1):
            width = self._table.columnWidth(column) + (more if column == last else 0)
            if self.columnWidth(column) != width:
                self.setColumnWidth(column, width)
        self.updateGeometries()

    def sizeHint(self) -> QSize:
        return QSize(200, self.verticalHeader().defaultSectionSize() + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.sizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self.updateGeometry()
