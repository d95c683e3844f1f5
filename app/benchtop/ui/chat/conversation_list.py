"""The sidebar's conversations as a Qt model: headings, folders, and the conversations under them.

A new state is compared with the old one, and only the rows that differ are removed, inserted or
announced as changed; so the selection, the scroll position and the open folders stay.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import IntEnum
from itertools import count
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from benchtop.domain.chat import Conversation, Folder
from benchtop.ui.chat.conversation_sections import Section, group_conversations, local_time
from benchtop.ui.chat.conversation_texts import conversation_text, section_title, time_text

AnyIndex = QModelIndex | QPersistentModelIndex
CONVERSATION_MIME = "application/x-benchtop-conversations"
_NEW_FOLDER = Section("folder", (), folder=Folder("", ""))


class Role(IntEnum):
    """What the delegate and the view ask of a row."""

    ID = Qt.ItemDataRole.UserRole + 1  # of the conversation or the folder; "" for a heading
    KIND = ID + 1  # a SectionKind for headings and folders, "conversation" below them
    TIME = ID + 2  # short text: when it was last used, or its folder
    PINNED = ID + 3
    DRAFT = ID + 4
    COUNT = ID + 5  # of a folder
    OPEN = ID + 6  # the conversation on show in the page


class _Node:
    """A section with a number that stays its own while rows move, for ``internalId``."""

    def __init__(self, number: int, section: Section) -> None:
        self.number = number
        self.section = section
        self.rows: list[Conversation] = list(section.conversations)


class ConversationModel(QAbstractItemModel):
    """Two levels: sections (headings and folders), and conversations. ``now`` gives local time."""

    renamed = Signal(str, str)
    folder_renamed = Signal(str, str)
    folder_named = Signal(str)
    dropped = Signal(list, object)

    def __init__(
        self, parent: QObject | None = None, *, now: Callable[[], datetime] | None = None
    ) -> None:
        super().__init__(parent)
        self._now = now or (lambda: datetime.now().astimezone())
        self._numbers = count(1)
        self._nodes: list[_Node] = []
        self._row_of_number: dict[int, int] = {}
        self._place: dict[str, tuple[int, int]] = {}
        self._folder_names: dict[str, str] = {}
        self._open_id: str | None = None

    # what is in it

    def conversation(self, index: AnyIndex) -> Conversation | None:
        """The conversation of a row, or None for a heading or a folder."""
        if not index.isValid() or index.internalId() == 0:
            return None
        return self._node_above(index).rows[index.row()]

    def section(self, index: AnyIndex) -> Section | None:
        """The section a heading or folder row stands for, or None for a conversation."""
        if not index.isValid() or index.internalId() != 0:
            return None
        return self._nodes[index.row()].section

    def index_is_folder(self, index: AnyIndex) -> bool:
        """Whether a row is a folder."""
        section = self.section(index)
        return section is not None and section.folder is not None

    def folders(self) -> list[Folder]:
        """The folders in the order they are shown."""
        shown = (node.section.folder for node in self._nodes)
        return [folder for folder in shown if folder is not None and folder.id]

    def conversations(self) -> list[Conversation]:
        """Every conversation in the order it is shown."""
        return [conversation for node in self._nodes for conversation in node.rows]

    def index_of(self, conversation_id: str) -> QModelIndex:
        """The row of a conversation; an invalid index when it is not there."""
        place = self._place.get(conversation_id)
        if place is None:
            return QModelIndex()
        return self.createIndex(place[1], 0, place[0])

    def index_of_folder(self, folder_id: str) -> QModelIndex:
        """The row of a folder; an invalid index when it is not there."""
        for row, node in enumerate(self._nodes):
            if node.section.folder is not None and node.section.folder.id == folder_id:
                return self.index(row, 0)
        return QModelIndex()

    # changes

    def update(self, conversations: Sequence[Conversation], folders: Sequence[Folder]) -> None:
        """Show these conversations and folders; only what differs changes."""
        today = self._now().date()
        names = {folder.id: folder.name for folder in folders}
        renamed = names != self._folder_names
        self._folder_names = names
        sections = group_conversations(conversations, folders, today)
        old = [node.section.key for node in self._nodes]
        first, old_end, new_end = _differing_span(old, [s.key for s in sections])
        self._remove_nodes(first, old_end)
        self._insert_nodes(first, sections[first:new_end])
        for row, section in enumerate(sections):
            self._sync_rows(row, section, everything=renamed)
        self._place = {
            conversation.id: (node.number, row)
            for node in self._nodes
            for row, conversation in enumerate(node.rows)
        }

    def regroup(self) -> None:
        """Sort the same conversations again: a new day has begun."""
        self.update(self.conversations(), self.folders())

    def set_open(self, conversation_id: str | None) -> None:
        """Mark the conversation that the page shows."""
        before, self._open_id = self._open_id, conversation_id
        for one in (before, conversation_id):
            index = self.index_of(one) if one is not None else QModelIndex()
            if index.isValid():
                self.dataChanged.emit(index, index)

    def begin_new_folder(self) -> QModelIndex:
        """Add a nameless folder at the end, for its name to be typed in place."""
        self._insert_nodes(len(self._nodes), [_NEW_FOLDER])
        return self.index(len(self._nodes) - 1, 0)

    def end_new_folder(self) -> None:
        """Take the nameless folder away again, named or not: the real one comes with update()."""
        row = self.index_of_folder("").row()
        if row >= 0:
            self._remove_nodes(row, row + 1)

    def _remove_nodes(self, first: int, end: int) -> None:
        if first == end:
            return
        self.beginRemoveRows(QModelIndex(), first, end - 1)
        del self._nodes[first:end]
        self._number_rows()
        self.endRemoveRows()

    def _insert_nodes(self, first: int, sections: Sequence[Section]) -> None:
        if not sections:
            return
        self.beginInsertRows(QModelIndex(), first, first + len(sections) - 1)
        self._nodes[first:first] = [_Node(next(self._numbers), section) for section in sections]
        self._number_rows()
        self.endInsertRows()

    def _number_rows(self) -> None:
        self._row_of_number = {node.number: row for row, node in enumerate(self._nodes)}

    def _sync_rows(self, row: int, section: Section, *, everything: bool) -> None:
        node, parent = self._nodes[row], self.index(row, 0)
        heading_changed = node.section != section
        node.section = section
        new = section.conversations
        first, old_end, new_end = _differing_span([c.id for c in node.rows], [c.id for c in new])
        if first < old_end:
            self.beginRemoveRows(parent, first, old_end - 1)
            del node.rows[first:old_end]
            self.endRemoveRows()
        if first < new_end:
            self.beginInsertRows(parent, first, new_end - 1)
            node.rows[first:first] = new[first:new_end]
            self.endInsertRows()
        changed = [i for i, c in enumerate(new) if everything or node.rows[i] != c]
        node.rows = list(new)
        if changed:
            self.dataChanged.emit(
                self.index(changed[0], 0, parent), self.index(changed[-1], 0, parent)
            )
        if heading_changed:
            self.dataChanged.emit(parent, parent)

    # QAbstractItemModel

    def _node_above(self, index: AnyIndex) -> _Node:
        return self._nodes[self._row_of_number[index.internalId()]]

    def index(self, row: int, column: int, parent: AnyIndex = QModelIndex()) -> QModelIndex:  # noqa: B008
        if column != 0 or row < 0:
            return QModelIndex()
        if not parent.isValid():
            return self.createIndex(row, 0, 0) if row < len(self._nodes) else QModelIndex()
        if parent.internalId() != 0:
            return QModelIndex()
        node = self._nodes[parent.row()]
        return self.createIndex(row, 0, node.number) if row < len(node.rows) else QModelIndex()

    def parent(self, index: AnyIndex | None = None) -> Any:
        if index is None:
            return super().parent()
        if not index.isValid() or index.internalId() == 0:
            return QModelIndex()
        return self.createIndex(self._row_of_number[index.internalId()], 0, 0)

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        if not parent.isValid():
            return len(self._nodes)
        if parent.internalId() != 0 or parent.column() != 0:
            return 0
        return len(self._nodes[parent.row()].rows)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        return 1

    def hasChildren(self, parent: AnyIndex = QModelIndex()) -> bool:  # noqa: B008
        return self.rowCount(parent) > 0

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        flag = Qt.ItemFlag
        if not index.isValid():
            return flag.NoItemFlags
        usable = flag.ItemIsEnabled | flag.ItemIsSelectable | flag.ItemIsEditable
        if index.internalId() != 0:
            return (
                usable | flag.ItemIsDragEnabled | flag.ItemIsDropEnabled | flag.ItemNeverHasChildren
            )
        if self._nodes[index.row()].section.folder is not None:
            return usable | flag.ItemIsDropEnabled
        return flag.ItemIsDropEnabled  # the arrow keys pass a heading by

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        conversation = self.conversation(index)
        if conversation is not None:
            return self._conversation_data(conversation, self._node_above(index).section, role)
        section = self.section(index)
        return self._section_data(section, role) if section is not None else None

    def _conversation_data(self, one: Conversation, section: Section, role: int) -> Any:
        shown = one.title.strip() or self.tr("New conversation")
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return " ".join(shown.split())
            case Qt.ItemDataRole.EditRole:
                return one.title
            case Qt.ItemDataRole.AccessibleTextRole | Qt.ItemDataRole.ToolTipRole:
                return conversation_text(one, shown, self._folder_names.get(one.folder_id or ""))
        return self._conversation_mark(one, section, role)

    def _conversation_mark(self, one: Conversation, section: Section, role: int) -> Any:
        match role:
            case Role.ID:
                return one.id
            case Role.KIND:
                return "conversation"
            case Role.TIME:
                return self._short_time(one, section)
            case Role.PINNED:
                return one.pinned
            case Role.DRAFT:
                return bool(one.draft.strip())
            case Role.OPEN:
                return one.id == self._open_id
        return None

    def _short_time(self, one: Conversation, section: Section) -> str:
        folder = self._folder_names.get(one.folder_id or "")
        if section.kind == "pinned" and folder is not None:
            return folder
        says_day = section.kind == "yesterday"
        return time_text(local_time(one.updated), self._now(), heading_says_day=says_day)

    def _section_data(self, section: Section, role: int) -> Any:
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return section_title(section)
            case Qt.ItemDataRole.EditRole:
                return section.folder.name if section.folder is not None else ""
            case Qt.ItemDataRole.AccessibleTextRole if section.folder is not None:
                size = len(section.conversations)
                held = (
                    self.tr("1 conversation")
                    if size == 1
                    else self.tr("%n conversations", "", size)
                )
                return self.tr("Folder {name}, {held}").format(name=section.folder.name, held=held)
            case Qt.ItemDataRole.AccessibleTextRole:
                return section_title(section)
            case Role.ID:
                return section.folder.id if section.folder is not None else ""
            case Role.KIND:
                return section.kind
            case Role.COUNT:
                return len(section.conversations)
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        # The header is hidden, but a screen reader meets it.
        return self.tr("Conversation") if role == Qt.ItemDataRole.DisplayRole else None

    def setData(self, index: AnyIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Rename in place. Nothing changes here: the owner of the data answers with update()."""
        text = " ".join(str(value).split())
        if role != Qt.ItemDataRole.EditRole or not text:
            return False
        conversation, section = self.conversation(index), self.section(index)
        if conversation is not None and text != conversation.title:
            self.renamed.emit(conversation.id, text)
        elif section is not None and section.folder is not None:
            self._name_folder(section.folder, text)
        return True

    def _name_folder(self, folder: Folder, name: str) -> None:
        if not folder.id:
            self.folder_named.emit(name)
        elif name != folder.name:
            self.folder_renamed.emit(folder.id, name)

    # dragging conversations onto folders

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [CONVERSATION_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        ids = [one.id for one in map(self.conversation, indexes) if one is not None]
        data = QMimeData()
        data.setData(CONVERSATION_MIME, "\n".join(ids).encode())
        return data

    def canDropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: AnyIndex
    ) -> bool:
        return data.hasFormat(CONVERSATION_MIME) and self._drop_section(parent) is not None

    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: AnyIndex
    ) -> bool:
        section = self._drop_section(parent)
        if section is None or not data.hasFormat(CONVERSATION_MIME):
            return False
        ids = bytes(data.data(CONVERSATION_MIME).data()).decode().split("\n")
        folder_id = section.folder.id if section.folder is not None else None
        self.dropped.emit([one for one in ids if one], folder_id)
        return True

    def _drop_section(self, target: AnyIndex) -> Section | None:
        """Where a drop goes: the folder under the pointer, or out of any folder among the dates."""
        if not target.isValid():
            return None
        section = (
            self._node_above(target).section
            if target.internalId() != 0
            else self._nodes[target.row()].section
        )
        return None if section.kind == "pinned" else section


def _differing_span(old: Sequence[str], new: Sequence[str]) -> tuple[int, int, int]:
    """``(first, old_end, new_end)``: outside old[first:old_end], new[first:new_end] they agree."""
    first = 0
    while first < min(len(old), len(new)) and old[first] == new[first]:
        first += 1
    tail = 0
    while tail < min(len(old), len(new)) - first and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return first, len(old) - tail, len(new) - tail
