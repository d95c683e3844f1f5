"""The models that are here as a Qt model: sorted, filtered, and changed in place."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Any, get_args

from PySide6.QtCore import QObject, Qt, Signal

from benchtop.domain.memory import FitClass
from benchtop.ui.models.figures_text import full_day_text
from benchtop.ui.models.fit_words import fit_explanation
from benchtop.ui.models.library_rows import LibraryRow
from benchtop.ui.models.library_texts import (
    COLUMNS,
    Column,
    SortKey,
    cell_text,
    facts_line,
    heading,
    memory_words,
    source_words,
    spoken_row,
)
from benchtop.ui.models.licence_words import licence_name
from benchtop.ui.widgets.rows_model import AnyIndex, ArrangedModel

SORT_OF_COLUMN: dict[Column, SortKey] = {
    "name": "name",
    "fit": "fit",
    "size": "size",
    "memory": "memory",
    "speed": "speed",
    "used": "used",
}
LARGEST_FIRST: frozenset[SortKey] = frozenset(
    {"used", "size", "parameters", "context", "added", "speed", "memory"}
)
"""Sorted the way people ask for: the newest, the largest and the fastest first."""
_FITS: tuple[str, ...] = get_args(FitClass)


class Role(IntEnum):
    """What the delegate and the view ask of a cell."""

    ROW = Qt.ItemDataRole.UserRole + 1
    COLUMN = ROW + 1


class LibraryModel(ArrangedModel[LibraryRow]):
    """``renamed`` carries an id and the name that was typed; the answer comes with ``set_rows``."""

    renamed = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(len(COLUMNS), parent)
        self._words: list[str] = []
        self._same_only = False
        self.sort_key: SortKey = "used"
        self.reverse = False

    def set_filter(self, words: str, *, same_only: bool) -> None:
        """Show only models with every word, or only those that are here more than once."""
        self._words, self._same_only = words.casefold().split(), same_only
        self._arrange()

    def set_sort(self, key: SortKey, *, reverse: bool) -> None:
        """Sort by a fact; ``reverse`` turns its usual order round."""
        self.sort_key, self.reverse = key, reverse
        self._arrange()

    def _wanted(self) -> list[LibraryRow]:
        wanted = [row for row in self._all if self._matches(row)]
        if self._same_only:
            wanted.sort(key=lambda row: (row.same_file, row.path))
        else:
            _sort(wanted, self.sort_key, turned=self.reverse)
        return wanted

    def _matches(self, row: LibraryRow) -> bool:
        if self._same_only and not row.same_file:
            return False
        if not self._words:
            return True
        texts = (row.name, facts_line(row), row.path, row.repo, row.notes)
        text = " ".join(texts).casefold()
        return all(word in text for word in self._words)

    # QAbstractTableModel

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        flag = Qt.ItemFlag
        usable = flag.ItemIsEnabled | flag.ItemIsSelectable | flag.ItemNeverHasChildren
        return usable | flag.ItemIsEditable if index.column() == 0 else usable

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return heading(COLUMNS[section])
        return None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row_at(index)
        if row is None:
            return None
        column = COLUMNS[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return cell_text(row, column)
            case Qt.ItemDataRole.AccessibleTextRole:
                return spoken_row(row) if column == "name" else cell_text(row, column)
            case Qt.ItemDataRole.ToolTipRole:
                return _tooltip(row, column)
            case Role.ROW:
                return row
            case Role.COLUMN:
                return column
        return None

    def setData(self, index: AnyIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """A name was typed. Nothing changes here: the owner of the data answers with set_rows."""
        row, name = self.row_at(index), " ".join(str(value).split())
        if role != Qt.ItemDataRole.EditRole or row is None or not name:
            return False
        if name != row.name:
            self.renamed.emit(row.id, name)
        return True


def _tooltip(row: LibraryRow, column: Column) -> str:
    match column:
        case "name":
            texts = (row.name, row.purpose, facts_line(row), row.path, row.notes)
            return "\n".join(filter(None, texts))
        case "fit":
            return fit_explanation(row.fit)
        case "memory":
            return memory_words(row.predicted_bytes, row.measured_bytes)
        case "used":
            return full_day_text(row.last_used)
    return ""


_SORTS: dict[SortKey, Callable[[LibraryRow], Any]] = {
    "used": lambda row: (row.in_use, row.last_used or 0.0, row.added),
    "name": lambda row: row.name.casefold(),
    "size": lambda row: row.bytes,
    "parameters": lambda row: row.parameters,
    "quantisation": lambda row: row.quantisation.casefold(),
    "architecture": lambda row: row.architecture.casefold(),
    "context": lambda row: row.context_length,
    "licence": lambda row: licence_name(row.licence).casefold(),
    "source": source_words,
    "added": lambda row: row.added,
    "speed": lambda row: row.tokens_per_second or 0.0,
    "memory": lambda row: row.memory,
    "fit": lambda row: _FITS.index(row.fit.kind) if row.fit.kind in _FITS else len(_FITS),
}


def _sort(rows: list[LibraryRow], key: SortKey, *, turned: bool) -> None:
    """In place; equal ones stand by name."""
    rows.sort(key=_SORTS["name"])
    rows.sort(key=_SORTS[key], reverse=turned != (key in LARGEST_FIRST))
