"""What can be done with the selected conversations, or with a folder, as a context menu."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from benchtop.domain.chat import Conversation, Folder
from benchtop.ui.chat.folder_menu import folder_menu
from benchtop.ui.icons import set_icon


class ConversationDeeds(Protocol):
    """What the menus ask for; the sidebar does it."""

    def open_conversation(self, conversation_id: str) -> None: ...
    def begin_rename(self, conversation_id: str) -> None: ...
    def begin_folder_rename(self, folder_id: str) -> None: ...
    def begin_new_folder(self, moving: Sequence[str]) -> None: ...
    def pin(self, ids: Sequence[str], pinned: bool) -> None: ...
    def file_under(self, ids: Sequence[str], folder_id: str | None) -> None: ...
    def export(self, ids: Sequence[str]) -> None: ...
    def delete(self, ids: Sequence[str]) -> None: ...
    def remove_folder(self, folder_id: str) -> None: ...
    def new_conversation(self) -> None: ...


def _tr(text: str, number: int = -1) -> str:
    return QCoreApplication.translate("ConversationMenu", text, None, number)


def _counted(one: str, many: str, number: int) -> str:
    """The word for one thing, or the one with ``%n`` in it; both are translated already."""
    return one if number == 1 else many


def conversations_menu(
    parent: QWidget,
    chosen: Sequence[Conversation],
    folders: Sequence[Folder],
    deeds: ConversationDeeds,
) -> QMenu:
    """The menu of one or several conversations."""
    menu, ids = QMenu(parent), [one.id for one in chosen]
    number = len(chosen)
    if number == 1:
        _add(menu, _tr("Open"), "chat", lambda: deeds.open_conversation(ids[0]), "Return")
        _add(menu, _tr("Rename"), "rename", lambda: deeds.begin_rename(ids[0]), "F2")
    unpin = all(one.pinned for one in chosen)
    _add(
        menu,
        _tr("Unpin") if unpin else _tr("Pin"),
        "pin",
        lambda: deeds.pin(ids, not unpin),
    )
    menu.addMenu(
        folder_menu(
            menu,
            chosen,
            folders,
            move=lambda to: deeds.file_under(ids, to),
            move_to_new=lambda: deeds.begin_new_folder(ids),
        )
    )
    export = _counted(_tr("Export…"), _tr("Export %n conversations…", number), number)
    _add(menu, export, "export", lambda: deeds.export(ids))
    menu.addSeparator()
    delete = _counted(_tr("Delete"), _tr("Delete %n conversations", number), number)
    _add(menu, delete, "trash", lambda: deeds.delete(ids), "Del")
    return menu


def section_menu(
    parent: QWidget, folder: Folder | None, held: Sequence[str], deeds: ConversationDeeds
) -> QMenu:
    """The menu of a folder that holds ``held``, or of the empty ground."""
    menu = QMenu(parent)
    if folder is not None:
        folder_id = folder.id
        _add(
            menu, _tr("Rename folder"), "rename", lambda: deeds.begin_folder_rename(folder_id), "F2"
        )
        if held:
            _add(menu, _tr("Export its conversations…"), "export", lambda: deeds.export(held))
        remove = _tr("Remove folder, keep its conversations") if held else _tr("Remove folder")
        _add(menu, remove, "trash", lambda: deeds.remove_folder(folder_id), "Del")
        menu.addSeparator()
    _add(menu, _tr("New conversation"), "plus", deeds.new_conversation)
    _add(menu, _tr("New folder"), "folder-plus", lambda: deeds.begin_new_folder(()))
    return menu


def _add(menu: QMenu, text: str, icon_name: str, deed: Callable[[], None], keys: str = "") -> None:
    action = menu.addAction(text)
    set_icon(action, icon_name)
    if keys:
        action.setShortcut(QKeySequence(keys))
        action.setShortcutVisibleInContextMenu(True)
    action.triggered.connect(lambda _=False: deed())
