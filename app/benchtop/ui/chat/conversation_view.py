"""The list of conversations: its keys, its mouse, its dragging, and what it keeps over an update."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QTreeView, QWidget

from benchtop.domain.chat import Conversation, Folder
from benchtop.ui.chat.conversation_delegate import ConversationDelegate
from benchtop.ui.chat.conversation_list import AnyIndex, ConversationModel
from benchtop.ui.chat.key_override import is_override

_Flag = QItemSelectionModel.SelectionFlag


class ConversationView(QTreeView):
    """A tree that looks like a list. Rows are painted, never widgets, so thousands stay quick."""

    opened = Signal(str)
    delete_requested = Signal(list)
    folder_removed = Signal(str)
    folded = Signal()
    """A folder was folded or opened by the person: see closed_folders()."""
    menu_requested = Signal(QPoint)
    """Where the menu goes, in the screen's coordinates; it is about ``selected_ids()``."""
    left_upwards = Signal()
    """Up was pressed on the first row: the search field is above."""

    def __init__(
        self, parent: QWidget | None = None, *, now: Callable[[], datetime] | None = None
    ) -> None:
        super().__init__(parent)
        self._closed_folders: set[str] = set()
        self._waiting: tuple[Sequence[Conversation], Sequence[Folder]] | None = None
        self._list = ConversationModel(self, now=now)
        self._delegate = ConversationDelegate(self)
        self.setModel(self._list)
        self.setItemDelegate(self._delegate)
        self._look()
        self._behave()
        self.collapsed.connect(self._on_collapsed)
        self.expanded.connect(self._on_expanded)

    def _look(self) -> None:
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setUniformRowHeights(True)
        self.setFrameShape(QTreeView.Shape.NoFrame)
        # The focus ring is around the row; one around the list as well would move the rows.
        self.setStyleSheet("QTreeView, QTreeView:focus { border: none; }")
        self.viewport().setAutoFillBackground(False)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)

    def _behave(self) -> None:
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setExpandsOnDoubleClick(False)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setDropIndicatorShown(False)
        self.setAutoExpandDelay(700)

    def list_model(self) -> ConversationModel:
        """The model behind the rows."""
        return self._list

    # what it shows

    def show_conversations(
        self, conversations: Sequence[Conversation], folders: Sequence[Folder]
    ) -> None:
        """Bring the rows up to date; while a name is being typed, wait until it is done."""
        if self.state() == QAbstractItemView.State.EditingState:
            self._waiting = (conversations, folders)
            return
        with self._keeping_place():
            self._list.update(conversations, folders)
            self._expand_sections()

    def closed_folders(self) -> set[str]:
        """The ids of the folders that are folded."""
        return {f.id for f in self._list.folders() if f"folder:{f.id}" in self._closed_folders}

    def close_folders(self, ids: Iterable[str]) -> None:
        """Fold these folders, also when they are shown only later."""
        self._closed_folders = {f"folder:{one}" for one in ids}

    def regroup(self) -> None:
        """Put the same conversations under today's headings."""
        if self.state() != QAbstractItemView.State.EditingState:
            self.show_conversations(self._list.conversations(), self._list.folders())

    def _expand_sections(self) -> None:
        for row in range(self._list.rowCount()):
            index = self._list.index(row, 0)
            section = self._list.section(index)
            if section is not None and section.key not in self._closed_folders:
                self.expand(index)

    @contextmanager
    def _keeping_place(self) -> Iterator[None]:
        """Restore selection, current row and scroll position for what is still there after."""
        selected = self.selected_ids()
        current = self._list.conversation(self.currentIndex())
        top, offset = self._first_in_sight()
        yield
        self._select(selected)
        if current is not None:
            index = self._list.index_of(current.id)
            self.selectionModel().setCurrentIndex(index, _Flag.NoUpdate)
        index = self._list.index_of(top) if top is not None else QModelIndex()
        if index.isValid():
            self.executeDelayedItemsLayout()
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + self.visualRect(index).top() - offset)

    def _first_in_sight(self) -> tuple[str | None, int]:
        """The topmost conversation on show and its pixel row; None at the very top of the list."""
        if self.verticalScrollBar().value() == 0:
            return None, 0
        index = self.indexAt(QPoint(self.viewport().width() // 2, 1))
        while index.isValid() and self._list.conversation(index) is None:
            index = self.indexBelow(index)
        one = self._list.conversation(index)
        return (one.id, self.visualRect(index).top()) if one is not None else (None, 0)

    def _select(self, ids: Sequence[str]) -> None:
        if ids == self.selected_ids():
            return
        selection = QItemSelection()
        for one in ids:
            index = self._list.index_of(one)
            if index.isValid():
                selection.select(index, index)
        self.selectionModel().select(selection, _Flag.ClearAndSelect)

    def show_open(self, conversation_id: str | None) -> None:
        """Mark the open conversation, select it alone, and bring it into sight."""
        self._list.set_open(conversation_id)
        index = self._list.index_of(conversation_id) if conversation_id else QModelIndex()
        if not index.isValid():
            self.clearSelection()
            return
        self.expand(index.parent())
        self.selectionModel().setCurrentIndex(index, _Flag.ClearAndSelect)
        self.scrollTo(index)

    def showEvent(self, event: QShowEvent) -> None:
        # Before the first show the list had no height, so scrolling to a row went too far.
        super().showEvent(event)
        if not event.spontaneous() and self.currentIndex().isValid():
            self.executeDelayedItemsLayout()
            self.verticalScrollBar().setValue(0)
            self.scrollTo(self.currentIndex())

    def selected_ids(self) -> list[str]:
        """The selected conversations, from the top down."""
        found = [self._list.conversation(index) for index in self.selectedIndexes()]
        chosen = {one.id for one in found if one is not None}
        if len(chosen) <= 1:
            return list(chosen)
        return [one.id for one in self._list.conversations() if one.id in chosen]

    def selected_folder(self) -> Folder | None:
        """The folder under the keyboard, when no conversation is selected."""
        section = self._list.section(self.currentIndex())
        return section.folder if section is not None and not self.selected_ids() else None

    # names typed in place

    def begin_rename(self, conversation_id: str) -> None:
        """Open the field over a conversation's title."""
        self._edit(self._list.index_of(conversation_id))

    def begin_folder_rename(self, folder_id: str) -> None:
        """Open the field over a folder's name."""
        self._edit(self._list.index_of_folder(folder_id))

    def begin_new_folder(self) -> None:
        """Add a row for a new folder and let its name be typed there."""
        self._edit(self._list.begin_new_folder())

    def _edit(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        if index.parent().isValid():
            self.expand(index.parent())
        self.scrollTo(index)
        self.selectionModel().setCurrentIndex(index, _Flag.ClearAndSelect)
        self.edit(index)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        super().closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)
        self._list.end_new_folder()
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self.show_conversations(*waiting)

    # folders

    def _on_collapsed(self, index: QModelIndex) -> None:
        section = self._list.section(index)
        if section is not None and section.folder is None:
            self.expand(index)  # only folders fold
        elif section is not None and section.key not in self._closed_folders:
            self._closed_folders.add(section.key)
            self.folded.emit()

    def _on_expanded(self, index: QModelIndex) -> None:
        section = self._list.section(index)
        if section is not None and section.key in self._closed_folders:
            self._closed_folders.discard(section.key)
            self.folded.emit()

    # keys and mouse

    def event(self, event: QEvent) -> bool:
        # The page may have shortcuts on the same keys, for the open conversation: while the list
        # has the keyboard they are about the row under it.
        if is_override(event, Qt.Key.Key_F2, Qt.Key.Key_Delete, Qt.Key.Key_Return):
            event.accept()
            return True
        return super().event(event)

    def activate(self, index: QModelIndex) -> None:
        """Open a conversation; open or close a folder."""
        conversation = self._list.conversation(index)
        if conversation is not None:
            self.opened.emit(conversation.id)
        elif self._list.section(index) is not None:
            self.setExpanded(index, not self.isExpanded(index))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index, plain = self.currentIndex(), event.modifiers() in _NO_MODIFIERS
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if plain and index.isValid():
                self.activate(index)
            case Qt.Key.Key_F2 if plain and index.isValid():
                self._edit(index)
            case Qt.Key.Key_Delete if plain:
                self._delete()
            case Qt.Key.Key_Up if plain and not self._above(index).isValid():
                self.left_upwards.emit()
            case _:
                super().keyPressEvent(event)

    def _above(self, index: QModelIndex) -> QModelIndex:
        above = self.indexAbove(index)
        while above.isValid() and not above.flags() & Qt.ItemFlag.ItemIsEnabled:
            above = self.indexAbove(above)
        return above

    def _delete(self) -> None:
        ids, folder = self.selected_ids(), self.selected_folder()
        if ids:
            self.delete_requested.emit(ids)
        elif folder is not None:
            self.folder_removed.emit(folder.id)

    def focus_first(self) -> None:
        """Give the keyboard to the current row, or to the first one."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        # Qt has given the first row the keyboard if none had it, without selecting it.
        if not self.selectedIndexes():
            self.selectionModel().setCurrentIndex(self.currentIndex(), _Flag.ClearAndSelect)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and self._on_more(index, event):
            if index not in self.selectedIndexes():
                self.selectionModel().setCurrentIndex(index, _Flag.ClearAndSelect)
            self.menu_requested.emit(event.globalPosition().toPoint())
            return
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        dragged = self.state() in _DRAGGING
        index = self.indexAt(event.position().toPoint())
        super().mouseReleaseEvent(event)
        left = event.button() == Qt.MouseButton.LeftButton
        plain = left and event.modifiers() in _NO_MODIFIERS and not dragged
        if plain and index == self.currentIndex() and not self._on_more(index, event):
            self.activate(index)

    def _on_more(self, index: QModelIndex, event: QMouseEvent) -> bool:
        if self._list.conversation(index) is None and not self._list.index_is_folder(index):
            return False
        rect = self._delegate.more_rect(self.visualRect(index), self.layoutDirection())
        return rect.contains(event.position().toPoint())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self.menu_requested.emit(self.place_beneath(self.currentIndex()))
            return
        index = self.indexAt(event.pos())
        if not index.flags() & Qt.ItemFlag.ItemIsSelectable:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
        self.menu_requested.emit(event.globalPos())

    def place_beneath(self, index: QModelIndex) -> QPoint:
        """Where a menu about a row goes, in the screen's coordinates."""
        self.scrollTo(index)
        return self.viewport().mapToGlobal(self.visualRect(index).bottomLeft())

    # dragging

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        super().dragMoveEvent(event)  # scrolls near the edges; its drop line would say "between"
        index = self.indexAt(event.position().toPoint())
        fits = self._list.canDropMimeData(event.mimeData(), event.dropAction(), -1, -1, index)
        event.setAccepted(fits)
        target = index if self._list.index_is_folder(index) else index.parent()
        self._mark_drop(target if fits and self._list.index_is_folder(target) else None)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        super().dragLeaveEvent(event)
        self._mark_drop(None)

    def dropEvent(self, event: QDropEvent) -> None:
        self.stopAutoScroll()
        self.setState(QAbstractItemView.State.NoState)
        self._mark_drop(None)
        index = self.indexAt(event.position().toPoint())
        if self._list.dropMimeData(event.mimeData(), event.dropAction(), -1, -1, index):
            event.accept()

    def _mark_drop(self, index: QModelIndex | None) -> None:
        self._delegate.dragging_over = QPersistentModelIndex(index) if index is not None else None
        self.viewport().update()

    def drawBranches(self, painter: QPainter, rect: QRect, index: AnyIndex) -> None:
        """Nothing: the delegate draws the folder's arrow."""


_NO_MODIFIERS = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
_DRAGGING = (
    QAbstractItemView.State.DraggingState,
    QAbstractItemView.State.DragSelectingState,
)
