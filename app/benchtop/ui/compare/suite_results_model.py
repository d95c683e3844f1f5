"""The results of a run as a Qt model: a row for each prompt, a column for each contestant."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QColor, QGuiApplication, QIcon

from benchtop.ui.compare.suite_rows import (
    ResultCell,
    ResultContestant,
    ResultPrompt,
    SuiteResults,
)
from benchtop.ui.compare.suite_texts import RANKS, SIGNS, cell_details, cell_words
from benchtop.ui.icons import pixmap
from benchtop.ui.theme import icon_side, tokens

AnyIndex = QModelIndex | QPersistentModelIndex
_NONE = ResultCell()
_NOT_PASSED = frozenset({"failed", "partly", "error"})
_TOLD = frozenset({"passed", "partly", "failed"})


def _tr(text: str) -> str:
    return QCoreApplication.translate("SuiteResultsModel", text)


class SuiteResultsModel(QAbstractTableModel):
    """Column 0 is the prompt. A cell that changes is painted anew and does not move its row: the table
    keeps still while a run goes on, and is sorted when a heading is pressed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._contestants: tuple[ResultContestant, ...] = ()
        self._all: tuple[ResultPrompt, ...] = ()
        self._shown: list[ResultPrompt] = []
        self._rows: dict[str, int] = {}
        self._columns: dict[str, int] = {}
        self._cells: dict[tuple[str, str], ResultCell] = {}
        self._words: list[str] = []
        self._only = ""
        self._column, self._down = -1, False

    @property
    def contestants(self) -> tuple[ResultContestant, ...]:
        """The columns after the first."""
        return self._contestants

    @property
    def all_prompts(self) -> tuple[ResultPrompt, ...]:
        """Every row, filtered or not, in the order of the suite."""
        return self._all

    def set_results(self, results: SuiteResults) -> None:
        """Show a run."""
        self.beginResetModel()
        self._contestants, self._all = results.contestants, results.prompts
        self._columns = {one.id: place for place, one in enumerate(results.contestants, 1)}
        self._cells = dict(results.cells)
        self._arrange()
        self.endResetModel()

    def set_cells(self, cells: Mapping[tuple[str, str], ResultCell]) -> None:
        """Cells changed: painted anew where they are on show."""
        self._cells.update(cells)
        for prompt, contestant in cells:
            row, column = self._rows.get(prompt, -1), self._columns.get(contestant, -1)
            if row >= 0 and column > 0:
                index = self.index(row, column)
                self.dataChanged.emit(index, index)

    def set_filter(self, words: str, only: str) -> None:
        """Show prompts with every word; ``only``: "" all, "failed" with a cell that did not pass, "apart"
        those whose contestants fared differently."""
        self.beginResetModel()
        self._words, self._only = words.casefold().split(), only
        self._arrange()
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.beginResetModel()
        self._column, self._down = column, order == Qt.SortOrder.DescendingOrder
        self._arrange()
        self.endResetModel()

    def prompt_at(self, index: AnyIndex) -> ResultPrompt | None:
        """The prompt of a row."""
        return self._shown[index.row()] if 0 <= index.row() < len(self._shown) else None

    def contestant_at(self, index: AnyIndex) -> ResultContestant | None:
        """The contestant of a column; None for the first."""
        column = index.column() - 1
        return self._contestants[column] if 0 <= column < len(self._contestants) else None

    def cell(self, prompt_id: str, contestant_id: str) -> ResultCell:
        """What is known of a prompt and a contestant."""
        return self._cells.get((prompt_id, contestant_id), _NONE)

    def index_of(self, prompt_id: str, contestant_id: str) -> QModelIndex:
        """A cell; invalid where its row is not on show."""
        row = self._rows.get(prompt_id, -1)
        return self.index(row, self._columns.get(contestant_id, 0)) if row >= 0 else QModelIndex()

    def _arrange(self) -> None:
        filtered = bool(self._words or self._only)
        shown = [one for one in self._all if self._matches(one)] if filtered else list(self._all)
        if self._column == 0:
            shown.sort(key=lambda prompt: prompt.title.casefold(), reverse=self._down)
        elif 0 < self._column <= len(self._contestants):
            who = self._contestants[self._column - 1].id
            shown.sort(key=lambda prompt: _rank(self.cell(prompt.id, who)), reverse=self._down)
        self._shown = shown
        self._rows = {prompt.id: place for place, prompt in enumerate(shown)}

    def _matches(self, prompt: ResultPrompt) -> bool:
        if self._words:
            text = " ".join((prompt.title, prompt.text, *prompt.tags)).casefold()
            if not all(word in text for word in self._words):
                return False
        if not self._only:
            return True
        found = [self._cells.get((prompt.id, one.id), _NONE) for one in self._contestants]
        if self._only == "failed":
            return any(cell.state in _NOT_PASSED for cell in found)
        return len({_share(cell) for cell in found if cell.state in _TOLD}) > 1

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 1 + len(self._contestants)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or section > len(self._contestants):
            return None
        if section == 0:
            return _tr("Prompt") if role == Qt.ItemDataRole.DisplayRole else None
        who = self._contestants[section - 1]
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(filter(None, (who.name, who.detail)))
        return who.name if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        prompt, who = self.prompt_at(index), self.contestant_at(index)
        if prompt is None:
            return None
        if who is None:
            return _prompt_data(prompt, role)
        cell = self.cell(prompt.id, who.id)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return cell_words(cell)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{prompt.title}, {who.name}: {cell_details(cell)}"
            case Qt.ItemDataRole.ToolTipRole:
                return cell_details(cell)
            case Qt.ItemDataRole.DecorationRole:
                return sign_of(cell)
            case Qt.ItemDataRole.ForegroundRole:
                return _colour(cell)
        return None


def sign_of(cell: ResultCell) -> QIcon | None:
    """The shape of a state, in its colour of the theme on show."""
    name, tint = SIGNS[cell.state]
    if not name:
        return None
    colour = getattr(tokens(QGuiApplication.palette()), tint)
    return _icon(name, colour.name(), icon_side(QGuiApplication.font().pointSizeF()))


@cache
def _icon(name: str, colour: str, side: int) -> QIcon:
    made = QIcon()
    for ratio in (1.0, 2.0):
        drawn = pixmap(name, QColor(colour), side, ratio)
        made.addPixmap(drawn, QIcon.Mode.Normal)
        made.addPixmap(drawn, QIcon.Mode.Selected)
    return made


def _colour(cell: ResultCell) -> QColor:
    colour: QColor = getattr(tokens(QGuiApplication.palette()), SIGNS[cell.state][1])
    return colour


def _prompt_data(prompt: ResultPrompt, role: int) -> Any:
    match role:
        case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
            return prompt.title
        case Qt.ItemDataRole.ToolTipRole:
            return "\n".join(
                filter(None, (prompt.title, prompt.text[:500], ", ".join(prompt.tags)))
            )
    return None


def _share(cell: ResultCell) -> float:
    return cell.passed / cell.replies if cell.replies else float(cell.state == "passed")


def _rank(cell: ResultCell) -> tuple[int, float, float]:
    """What failed first; among equals the lower share, then the lower score."""
    return RANKS[cell.state], _share(cell), 0.0 if cell.score is None else cell.score
