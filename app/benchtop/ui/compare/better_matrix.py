"""How probable it is that the row's contestant is better than the column's, as a small table."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
)
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QFrame, QHeaderView, QSizePolicy, QTableView, QWidget

from benchtop.ui.compare.compare_rows import SURE
from benchtop.ui.compare.compare_texts import percent_text, plain_tip, shortened
from benchtop.ui.theme import figures_font, tokens

_NAME_LETTERS = 28
_PAD = 12
_NOWHERE = QModelIndex()
_Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole


class BetterMatrix(QTableView):
    """Numbers stand for names in the columns. Below 95 % a cell is grey."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare.ranking.matrix")
        self.setAccessibleName(self.tr("How probable it is that a row is better than a column"))
        self._cells = _Cells(self)
        self.setModel(self._cells)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionMode(self.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setHorizontalScrollMode(self.ScrollMode.ScrollPerPixel)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            # All cells are of one size: asking each of 400 for its own takes longer than painting.
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            header.setSectionsClickable(False)
            header.setHighlightSections(False)
        self.verticalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        )
        self.setCornerButtonEnabled(False)
        self._take_measures()

    def set_better(self, names: Sequence[str], better: Sequence[Sequence[float]]) -> None:
        """``better[i][j]`` is P(i better than j); its diagonal is not shown."""
        self._cells.set_better(names, better)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """As high as its rows, and as wide as its columns."""
        wide = self.verticalHeader().sizeHint().width() + self.horizontalHeader().length() + 4
        high = self.horizontalHeader().sizeHint().height() + self.verticalHeader().length() + 4
        if wide > self.width() > 0:
            high += self.horizontalScrollBar().sizeHint().height()
        return QSize(wide, high)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._take_measures()
        elif event.type() in {QEvent.Type.Resize, QEvent.Type.Show}:
            self.updateGeometry()
        return done

    def _take_measures(self) -> None:
        metrics = QFontMetrics(sure_font(self.font()))
        wide = metrics.horizontalAdvance(percent_text(0.99)) + 2 * _PAD
        self.horizontalHeader().setDefaultSectionSize(wide)
        self.horizontalHeader().setMinimumSectionSize(wide)
        self.verticalHeader().setDefaultSectionSize(metrics.height() + _PAD)
        self.updateGeometry()


class _Cells(QAbstractTableModel):
    """The probabilities. Colours are those of the moment, so that a theme needs nothing told."""

    def __init__(self, view: QTableView) -> None:
        super().__init__(view)
        self._view = view
        self._names: tuple[str, ...] = ()
        self._better: Sequence[Sequence[float]] = ()

    def set_better(self, names: Sequence[str], better: Sequence[Sequence[float]]) -> None:
        """Take other ones; a selection stays where the contestants do."""
        if tuple(names) == self._names:
            self._better = better
            last = max(len(names) - 1, 0)
            self.dataChanged.emit(self.index(0, 0), self.index(last, last))
            return
        self.beginResetModel()
        self._names, self._better = tuple(names), better
        self.endResetModel()

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._names)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        return self.rowCount(parent)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if index.row() == index.column():
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> object:
        if role == _Role.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignCenter
        if index.row() == index.column():
            return "–" if role == _Role.DisplayRole else None
        chance = self._better[index.row()][index.column()]
        sure = chance >= SURE
        match role:
            case _Role.DisplayRole:
                return percent_text(chance)
            case _Role.ForegroundRole:
                colours = tokens(self._view.palette())
                return colours.accent if sure else colours.muted
            case _Role.FontRole:
                return sure_font(self._view.font()) if sure else figures_font(self._view.font())
            case _Role.AccessibleTextRole:
                return self._spoken(index)
            case _Role.ToolTipRole:
                return plain_tip(self._spoken(index))
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole
    ) -> object:
        if section >= len(self._names):
            return None
        name = self._names[section]
        if role == _Role.DisplayRole:
            if orientation == Qt.Orientation.Horizontal:
                return f"{section + 1}"
            return f"{section + 1}  {shortened(name, _NAME_LETTERS)}"
        if role == _Role.ToolTipRole:
            return plain_tip(name)
        return name if role == _Role.AccessibleTextRole else None

    def _spoken(self, index: _Index) -> str:
        chance = self._better[index.row()][index.column()]
        return self.tr("{one} better than {other}: {chance}").format(
            one=self._names[index.row()],
            other=self._names[index.column()],
            chance=percent_text(chance),
        )


def sure_font(font: QFont) -> QFont:
    """What is sure is also bold: colour is never the only sign."""
    bold = figures_font(font)
    bold.setWeight(QFont.Weight.DemiBold)
    return bold
