"""The suites as a Qt model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QGuiApplication

from benchtop.ui.compare.suite_rows import SuiteSummary
from benchtop.ui.models.figures_text import day_text, full_day_text
from benchtop.ui.theme import figures_font, tokens

AnyIndex = QModelIndex | QPersistentModelIndex
NAME, PROMPTS, TAGS, ORIGIN, LAST = range(5)


def _tr(text: str) -> str:
    return QCoreApplication.translate("SuiteListModel", text)


def prompts_words(count: int) -> str:
    """ "1 prompt", "200 prompts"."""
    return _tr("1 prompt") if count == 1 else _tr("{count} prompts").format(count=f"{count:,}")


def origin_words(row: SuiteSummary) -> str:
    """Who wrote it."""
    return _tr("built in") if row.builtin else _tr("yours")


def last_words(row: SuiteSummary) -> str:
    """When it was last run, and what became of that."""
    when = day_text(row.last_run)
    return f"{when}: {row.run_words}" if row.run_words else when


def spoken_suite(row: SuiteSummary) -> str:
    """A whole row for a screen reader."""
    tags = _tr("tags {tags}").format(tags=", ".join(row.tags)) if row.tags else ""
    parts = (row.name, origin_words(row), prompts_words(row.prompts), tags, row.about)
    return ", ".join(filter(None, parts))


class SuiteListModel(QAbstractTableModel):
    """Sorted by a column; the suites that come with Benchtop and one's own mixed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: tuple[SuiteSummary, ...] = ()
        self._shown: list[SuiteSummary] = []
        self._filter: list[str] = []
        self._column, self._down = NAME, False

    @property
    def all_rows(self) -> tuple[SuiteSummary, ...]:
        """Every suite, filtered or not."""
        return self._all

    def row_at(self, index: AnyIndex) -> SuiteSummary | None:
        """The suite of a cell."""
        return self._shown[index.row()] if 0 <= index.row() < len(self._shown) else None

    def index_of(self, suite_id: str) -> QModelIndex:
        """The first cell of a suite; invalid where it is not on show."""
        for number, row in enumerate(self._shown):
            if row.id == suite_id:
                return self.index(number, 0)
        return QModelIndex()

    def set_rows(self, rows: Sequence[SuiteSummary]) -> None:
        """Show these."""
        self._all = tuple(rows)
        self._arrange()

    def set_filter(self, words: str) -> None:
        """Show only those with every word in their name, tags or description."""
        self._filter = words.casefold().split()
        self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._column, self._down = column, order == Qt.SortOrder.DescendingOrder
        self._arrange()

    def _arrange(self) -> None:
        self.beginResetModel()
        self._shown = [row for row in self._all if self._matches(row)]
        self._shown.sort(key=lambda row: row.name.casefold())
        self._shown.sort(key=_SORTS[self._column], reverse=self._down)
        self.endResetModel()

    def _matches(self, row: SuiteSummary) -> bool:
        text = " ".join((row.name, row.about, *row.tags)).casefold()
        return all(word in text for word in self._filter)

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else LAST + 1

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (_tr("Suite"), _tr("Prompts"), _tr("Tags"), _tr("Origin"), _tr("Last run"))[section]

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row_at(index)
        if row is None:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _cell(row, index.column())
            case Qt.ItemDataRole.AccessibleTextRole:
                return spoken_suite(row) if index.column() == NAME else _cell(row, index.column())
            case Qt.ItemDataRole.ToolTipRole:
                return full_day_text(row.last_run) if index.column() == LAST else row.about
            case Qt.ItemDataRole.ForegroundRole if index.column() != NAME:
                return tokens(QGuiApplication.palette()).muted
            case Qt.ItemDataRole.FontRole:
                return figures_font(QGuiApplication.font())
        return None


def _cell(row: SuiteSummary, column: int) -> str:
    cells: dict[int, Callable[[], str]] = {
        NAME: lambda: row.name,
        PROMPTS: lambda: f"{row.prompts:,}",
        TAGS: lambda: ", ".join(row.tags),
        ORIGIN: lambda: origin_words(row),
        LAST: lambda: last_words(row),
    }
    return cells[column]()


_SORTS: dict[int, Callable[[SuiteSummary], Any]] = {
    NAME: lambda row: row.name.casefold(),
    PROMPTS: lambda row: row.prompts,
    TAGS: lambda row: [tag.casefold() for tag in row.tags],
    ORIGIN: lambda row: row.builtin,
    LAST: lambda row: row.last_run or 0.0,
}
