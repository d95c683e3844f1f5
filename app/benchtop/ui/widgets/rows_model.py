"""Rows of plain dataclasses as a Qt table: looked up by index or by key, changed in place where the same
rows stand in the same order, so that what is chosen and where it is scrolled to stay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Signal,
)

AnyIndex = QModelIndex | QPersistentModelIndex


class Keyed(Protocol):
    """A row that does not change; ``id`` says which one it is when it comes again."""

    @property
    def id(self) -> str:
        """Its key."""


Row = TypeVar("Row", bound=Keyed)


class RowsModel(QAbstractTableModel, Generic[Row]):
    """A row for each dataclass; what stands in the cells is for subclasses."""

    arranged = Signal()
    """The rows stand in another order, or are others: told after views know, which forget what was
    chosen at modelReset."""

    def __init__(self, columns: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns = columns
        self._shown: list[Row] = []

    def row_at(self, index: AnyIndex) -> Row | None:
        """The row of a cell; None for an index of no row."""
        return self._shown[index.row()] if 0 <= index.row() < len(self._shown) else None

    def place_of(self, key: str) -> int:
        """Where a row stands; -1 where it is not on show."""
        return next((place for place, row in enumerate(self._shown) if row.id == key), -1)

    def index_of(self, key: str) -> QModelIndex:
        """The first cell of a row; invalid where it is not on show."""
        place = self.place_of(key)
        return self.index(place, 0) if place >= 0 else QModelIndex()

    def show(self, rows: Sequence[Row]) -> None:
        """Show these. Where the same keys stand in the same order, only what differs is told."""
        before, wanted = self._shown, list(rows)
        if [row.id for row in before] == [row.id for row in wanted]:
            self._shown = wanted
            for place, (old, new) in enumerate(zip(before, wanted, strict=True)):
                if old != new:
                    self.tell_changed(place, place)
            return
        self.beginResetModel()
        self._shown = wanted
        self.endResetModel()
        self.arranged.emit()

    def tell_changed(self, first: int, last: int) -> None:
        """Let views paint these rows anew, all their cells."""
        self.dataChanged.emit(self.index(first, 0), self.index(last, self._columns - 1))

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._columns


class ArrangedModel(RowsModel[Row]):
    """Keeps every row, and shows those that ``_wanted`` lets through, in its order."""

    def __init__(self, columns: int, parent: QObject | None = None) -> None:
        super().__init__(columns, parent)
        self._all: tuple[Row, ...] = ()

    @property
    def all_rows(self) -> tuple[Row, ...]:
        """Every row, on show or not, in the order they were given."""
        return self._all

    def set_rows(self, rows: Sequence[Row]) -> None:
        """These are all there are."""
        self._all = tuple(rows)
        self._arrange()

    def _arrange(self) -> None:
        """After the rows, the filter or the order changed."""
        self.show(self._wanted())

    def _wanted(self) -> list[Row]:
        return list(self._all)
