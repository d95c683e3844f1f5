"""The prompts of a suite under edit as a Qt model: changed one at a time, also among 100,000."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication, QModelIndex, QObject, Qt

from benchtop.domain.suites import SuitePrompt
from benchtop.ui.compare.suite_check_words import checks_words
from benchtop.ui.widgets.rows_model import AnyIndex, RowsModel

NAME, PROMPT, CHECKS, TAGS = range(4)
_SEEN = 300
"""Characters of a prompt that a cell can show."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("SuitePromptModel", text)


class SuitePromptModel(RowsModel[SuitePrompt]):
    """In the order of the suite."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(TAGS + 1, parent)

    @property
    def prompts(self) -> tuple[SuitePrompt, ...]:
        """All of them."""
        return tuple(self._shown)

    def prompt_at(self, place: int) -> SuitePrompt | None:
        """The prompt at a place."""
        return self._shown[place] if 0 <= place < len(self._shown) else None

    def change(self, place: int, prompt: SuitePrompt) -> None:
        """Put another in the place of one."""
        self._shown[place] = prompt
        self.tell_changed(place, place)

    def insert(self, place: int, prompt: SuitePrompt) -> None:
        """Add one at a place, or at the end."""
        place = min(max(place, 0), len(self._shown))
        self.beginInsertRows(QModelIndex(), place, place)
        self._shown.insert(place, prompt)
        self.endInsertRows()

    def remove(self, place: int) -> SuitePrompt:
        """Take one out."""
        self.beginRemoveRows(QModelIndex(), place, place)
        gone = self._shown.pop(place)
        self.endRemoveRows()
        return gone

    def move(self, place: int, step: int) -> bool:
        """One up (-1) or down (1); False at the end."""
        to = place + step
        if not (0 <= place < len(self._shown) and 0 <= to < len(self._shown)):
            return False
        root = QModelIndex()
        self.beginMoveRows(root, place, place, root, to + 1 if step > 0 else to)
        self._shown.insert(to, self._shown.pop(place))
        self.endMoveRows()
        return True

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (_tr("Name"), _tr("Prompt"), _tr("Checks"), _tr("Tags"))[section]

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        prompt = self.row_at(index)
        if prompt is None:
            return None
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == NAME:
            return ", ".join(_cell(prompt, index.row(), one) for one in range(TAGS + 1))
        shown = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
        if role in shown or role == Qt.ItemDataRole.ToolTipRole:
            return _cell(prompt, index.row(), index.column())
        return None


def name_at(prompt: SuitePrompt, place: int) -> str:
    """What a prompt is called at a place of its suite: its number where nothing is written yet."""
    is_blank = not prompt.name and not prompt.text.strip()
    return str(place + 1) if is_blank else prompt.title


def _cell(prompt: SuitePrompt, place: int, column: int) -> str:
    match column:
        case 0:
            return name_at(prompt, place)
        case 1:
            words = " ".join(prompt.text[:_SEEN].split())
            turns = len(prompt.turns) // 2
            before = _tr("after {count} turns").format(count=turns) if turns else ""
            return f"({before}) {words}" if before else words
        case 2:
            return checks_words(prompt.checks)
    tags = list(prompt.tags)
    if prompt.pair:
        tags.append(f"{prompt.pair}: {prompt.variant}")
    return ", ".join(tags)
