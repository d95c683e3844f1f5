"""The menu "Move to folder": the folders there are, none, or a new one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMenu, QWidget

from benchtop.domain.chat import Conversation, Folder
from benchtop.ui.icons import set_icon


def _tr(text: str) -> str:
    return QCoreApplication.translate("FolderMenu", text)


def folder_menu(
    parent: QWidget,
    moving: Sequence[Conversation],
    folders: Sequence[Folder],
    *,
    move: Callable[[str | None], None],
    move_to_new: Callable[[], None],
) -> QMenu:
    """A menu that calls ``move`` with a folder's id or None, or ``move_to_new``.

    The folder that holds every moved conversation already is ticked and cannot be chosen.
    """
    menu = QMenu(_tr("Move to folder"), parent)
    set_icon(menu.menuAction(), "folder")
    places = {one.folder_id for one in moving}
    for folder in folders:
        action = menu.addAction(folder.name.replace("&", "&&"))
        set_icon(action, "folder")
        if places == {folder.id}:
            action.setCheckable(True)
            action.setChecked(True)
            action.setEnabled(False)
        action.triggered.connect(lambda _=False, to=folder.id: move(to))
    if folders:
        menu.addSeparator()
    if any(place is not None for place in places):
        menu.addAction(_tr("Out of its folder")).triggered.connect(lambda _=False: move(None))
    fresh = menu.addAction(_tr("New folder…"))
    set_icon(fresh, "folder-plus")
    fresh.triggered.connect(lambda _=False: move_to_new())
    return menu
