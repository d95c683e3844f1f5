"""The examples as a Qt model, of which only the pages that somebody looks at are read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from benchtop.ui.teach.data_rows import ExampleRow
from benchtop.ui.teach.data_texts import (
    length_words,
    note_words,
    origin_words,
    problem_sentence,
    question_words,
    spoken_example,
    too_long_sentence,
)

AnyIndex = QModelIndex | QPersistentModelIndex
USED, WORDS, ORIGIN, LENGTH, NOTES = range(5)
"""The columns: whether it is taught, question over answer, where from and its tags, and what to know."""
PAGE = 100
"""Examples that are read at once."""
_MOST_PAGES = 40
"""So many are kept in memory, the last read."""
ROW_ROLE = Qt.ItemDataRole.UserRole


def _tr(text: str) -> str:
    return QCoreApplication.translate("ExampleModel", text)


class ExampleModel(QAbstractTableModel):
    """``set_ids`` says which examples there are, in their order; ``page_wanted`` asks for the rows of a
    page, which ``put_rows`` brings. Rows that were there before stay on show until then.

    ``included_wanted`` carries ids and whether they are to be taught; nothing changes by itself.
    """

    page_wanted = Signal(int, list)
    """A page, and the ids in it."""
    included_wanted = Signal(list, bool)
    page_put = Signal(list)
    """Ids of examples whose rows have come."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ids: list[str] = []
        self._rows: dict[str, ExampleRow] = {}
        self._pages: dict[int, list[str]] = {}
        self._asked: set[int] = set()
        self._wanted: set[int] = set()
        self._tokens: Callable[[str], int | None] = lambda _sum: None
        self._most = 0
        self.is_grouped = False
        """Those of one group stand together: a line goes between groups."""
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._ask)

    @property
    def ids(self) -> list[str]:
        """Every example, in order; not to be changed."""
        return self._ids

    def row_of(self, example_id: str) -> ExampleRow | None:
        """What is known of an example; None where its page was not read."""
        return self._counted(self._rows.get(example_id))

    def id_at(self, index: AnyIndex) -> str:
        """The example of a cell; empty for none."""
        return self._ids[index.row()] if 0 <= index.row() < len(self._ids) else ""

    def index_of(self, example_id: str) -> QModelIndex:
        """The first cell of an example; invalid where it is not on show."""
        try:
            return self.index(self._ids.index(example_id), USED)
        except ValueError:
            return QModelIndex()

    def set_ids(self, ids: Sequence[str]) -> None:
        """Show these, and read anew what is looked at."""
        self._asked.clear()
        if self._ids == list(ids):
            self._tell(0, len(self._ids))
            return
        self.beginResetModel()
        self._ids = list(ids)
        self.endResetModel()

    def set_tokens(self, tokens: Callable[[str], int | None], most: int) -> None:
        """Tell lengths in tokens where ``tokens`` knows them by the sum of an example, and which are longer
        than ``most`` (0: no matter)."""
        self._tokens, self._most = tokens, most
        self._tell(0, len(self._ids))

    def forget(self) -> None:
        """Another data set: nothing that was read is worth anything."""
        self._rows.clear()
        self._pages.clear()
        self.set_ids(())

    def put_rows(self, page: int, rows: Sequence[ExampleRow]) -> None:
        """What a page holds."""
        for gone in self._pages.pop(page, ()):
            self._rows.pop(gone, None)
        self._pages[page] = [row.id for row in rows]  # the newest last
        self._rows.update((row.id, row) for row in rows)
        self._tell(page * PAGE, (page + 1) * PAGE)
        self.page_put.emit([row.id for row in rows])
        while len(self._pages) > _MOST_PAGES:
            oldest = next(iter(self._pages))
            for gone in self._pages.pop(oldest):
                self._rows.pop(gone, None)
            self._asked.discard(oldest)

    def _tell(self, first: int, end: int) -> None:
        first, end = max(first, 0), min(end, len(self._ids))
        if first < end:
            self.dataChanged.emit(self.index(first, USED), self.index(end - 1, NOTES))

    def _ask(self) -> None:
        pages, self._wanted = sorted(self._wanted - self._asked), set()
        for page in pages:
            self._asked.add(page)
            ids = self._ids[page * PAGE : (page + 1) * PAGE]
            if ids:
                self.page_wanted.emit(page, ids)

    def _row(self, place: int) -> ExampleRow | None:
        page = place // PAGE
        if page not in self._asked and page not in self._wanted:
            self._wanted.add(page)
            self._soon.start()
        return self._counted(self._rows.get(self._ids[place]))

    def _counted(self, row: ExampleRow | None) -> ExampleRow | None:
        """With its length in tokens, where that is known."""
        tokens = self._tokens(row.sum) if row is not None and row.sum else None
        if row is None or not tokens:
            return row
        most = self._most if 0 < self._most < tokens else 0
        return replace(row, length=tokens, in_tokens=True, most=most)

    # QAbstractTableModel

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else NOTES + 1

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        flag = Qt.ItemFlag
        usable = flag.ItemIsEnabled | flag.ItemIsSelectable | flag.ItemNeverHasChildren
        return usable | flag.ItemIsUserCheckable if index.column() == USED else usable

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return ("", _tr("Question and answer"), _tr("From"), _tr("Length"), _tr("Notes"))[
                section
            ]
        if role == Qt.ItemDataRole.ToolTipRole and section == USED:
            return _tr("Taught or left out (Space)")
        return None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self._ids):
            return None
        row = self._row(index.row())
        if role == ROW_ROLE:
            return row
        if row is None:
            return "…" if role == Qt.ItemDataRole.DisplayRole and index.column() == WORDS else None
        match role:
            case Qt.ItemDataRole.CheckStateRole if index.column() == USED and not row.is_draft:
                return Qt.CheckState.Checked if row.included else Qt.CheckState.Unchecked
            case Qt.ItemDataRole.DisplayRole:
                return _cell(row, index.column())
            case Qt.ItemDataRole.AccessibleTextRole:
                if index.column() in {USED, WORDS}:
                    return spoken_example(row)
                return _cell(row, index.column())
            case Qt.ItemDataRole.ToolTipRole:
                return _tip(row, index.column())
        return None

    def setData(self, index: AnyIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """The box was clicked; its owner answers with another row."""
        row = self._row(index.row()) if self.id_at(index) else None
        if role != Qt.ItemDataRole.CheckStateRole or row is None or row.is_draft:
            return False
        self.included_wanted.emit([row.id], not row.included)
        return True


def _cell(row: ExampleRow, column: int) -> str:
    match column:
        case 1:
            return f"{question_words(row)}\n{row.answer}"
        case 2:
            return "\n".join((origin_words(row.origin), ", ".join(row.tags)))
        case 3:
            return length_words(row)
        case 4:
            return note_words(row)
    return ""


def _tip(row: ExampleRow, column: int) -> str:
    if column == NOTES:
        sentences = (problem_sentence(row.problem), too_long_sentence(row.most, row.exchanges))
        return "\n".join(filter(None, (note_words(row), *sentences)))
    if column == LENGTH:
        turns = _tr("{count} turns").format(count=row.turns) if row.turns > 2 else ""
        return "\n".join(filter(None, (turns, too_long_sentence(row.most, row.exchanges))))
    return _cell(row, column).strip() if column in {WORDS, ORIGIN} else ""
