"""The suites as a Qt model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QGuiApplication

from benchtop.ui.compare.suite_rows import SuiteSummary
from benchtop.ui.models.figures_text import day_text, full_day_text
from benchtop.ui.theme import figures_font, tokens
from benchtop.ui.widgets.rows_model import AnyIndex, ArrangedModel

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


class SuiteListModel(ArrangedModel[SuiteSummary]):
    """Sorted by a column; the suites that come with Benchtop and one's own mixed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(LAST + 1, parent)
        self._filter: list[str] = []
        self._column, self._down = NAME, False

    def set_filter(self, words: str) -> None:
        """Show only those with every word in their name, tags or description."""
        self._filter = words.casefold().split()
        self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._column, self._down = column, order == Qt.SortOrder.DescendingOrder
        self._arrange()

    def _wanted(self) -> list[SuiteSummary]:
        wanted = [row for row in self._all if self._matches(row)]
        wanted.sort(key=lambda row: row.name.casefold())
        wanted.sort(key=_SORTS[self._column], reverse=self._down)
        return wanted

    def _matches(self, row: SuiteSummary) -> bool:
        text = " ".join((row.name, row.about, *row.tags)).casefold()
        return all(word in text for word in self._filter)

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
