"""The ledger's rows as a Qt model, which keeps what is on show in place while attempts come in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont, QGuiApplication

from benchtop.ui.models.ledger_rows import LedgerRow
from benchtop.ui.models.ledger_texts import (
    TINTS,
    cells,
    headings,
    host_words,
    narrow_cells,
    purpose_words,
    spoken_row,
    time_words,
)
from benchtop.ui.theme import figures_font, tokens

AnyIndex = QModelIndex | QPersistentModelIndex
_STATE, _COLUMNS = 1, 6
_ROLES = frozenset(
    int(role)
    for role in (
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.AccessibleTextRole,
        Qt.ItemDataRole.ToolTipRole,
        Qt.ItemDataRole.ForegroundRole,
        Qt.ItemDataRole.FontRole,
    )
)


class LedgerModel(QAbstractTableModel):
    """Newest first, filtered by state."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: tuple[LedgerRow, ...] = ()
        self._shown: list[LedgerRow] = []
        self._state = ""
        self._narrow = False
        self._font = QFont(), QFont()

    @property
    def all_rows(self) -> tuple[LedgerRow, ...]:
        """Every row there is here, filtered or not."""
        return self._all

    def row_at(self, index: AnyIndex) -> LedgerRow | None:
        """The attempt of a cell."""
        return self._shown[index.row()] if 0 <= index.row() < len(self._shown) else None

    def set_rows(self, rows: Sequence[LedgerRow]) -> None:
        """Show these. New ones at the top and older ones at the end move nothing else."""
        self._all = tuple(rows)
        self._arrange()

    def set_state(self, state: str) -> None:
        """Show only one state; empty shows all. "ended" also shows what is under way."""
        self._state = state
        self._arrange()

    @property
    def narrow(self) -> bool:
        """Whether cells say what they say in two lines."""
        return self._narrow

    def set_narrow(self, *, narrow: bool) -> None:
        """Say it in two lines, or in one."""
        if narrow != self._narrow:
            self._narrow = narrow
            last = self.index(len(self._shown) - 1, _COLUMNS - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def _figures_font(self) -> QFont:
        font = QGuiApplication.font()
        if font != self._font[0]:
            self._font = font, figures_font(font)
        return self._font[1]

    def _arrange(self) -> None:
        wanted = [row for row in self._all if self._matches(row)]
        old, new = [row.id for row in self._shown], [row.id for row in wanted]
        start = new.index(old[0]) if old and old[0] in new else -1
        if start < 0 or new[start : start + len(old)] != old:
            self.beginResetModel()
            self._shown = wanted
            self.endResetModel()
            return
        self._insert(0, wanted[:start])
        self._insert(len(self._shown), wanted[len(self._shown) :])
        for number, (before, now) in enumerate(zip(list(self._shown), wanted, strict=True)):
            if before != now:
                self._shown[number] = now
                last = self.index(number, _COLUMNS - 1)
                self.dataChanged.emit(self.index(number, 0), last)

    def _insert(self, place: int, rows: list[LedgerRow]) -> None:
        if rows:
            self.beginInsertRows(QModelIndex(), place, place + len(rows) - 1)
            self._shown[place:place] = rows
            self.endInsertRows()

    def _matches(self, row: LedgerRow) -> bool:
        if self._state == "ended":
            return row.state in {"ended", "begun"}
        return not self._state or row.state == self._state

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else _COLUMNS

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return headings()[section]
        return None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in _ROLES:  # a table asks for ten of each cell, each time it is painted
            return None
        row = self.row_at(index)
        if row is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return (narrow_cells if self._narrow else cells)(row)[index.column()]
            case Qt.ItemDataRole.AccessibleTextRole:
                return spoken_row(row) if index.column() == 0 else cells(row)[index.column()]
            case Qt.ItemDataRole.ToolTipRole:
                named = time_words(row.began), host_words(row), purpose_words(row.purpose)
                return "\n".join(filter(None, (*named, row.subject, row.detail)))
            case Qt.ItemDataRole.ForegroundRole if index.column() == _STATE:
                return getattr(tokens(QGuiApplication.palette()), TINTS[row.state])
            case Qt.ItemDataRole.FontRole:
                return self._figures_font()
        return None
