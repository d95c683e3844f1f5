"""The menus of the Data tab: of a data set, of all of them, and of examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPoint
from PySide6.QtWidgets import QMenu

from benchtop.ui.icons import icon

if TYPE_CHECKING:
    from benchtop.ui.teach.data_wishes import DataWishes


def _tr(text: str) -> str:
    return QCoreApplication.translate("DataMenus", text)


def show_set_menu(view: DataWishes, at: QPoint) -> None:
    """What can be done with the chosen data set."""
    menu = _menu(view, "teach.data.set_menu")
    menu.addAction(icon("rename"), _tr("Rename\tF2"), view.rename_set)
    menu.addAction(icon("trash"), _tr("Remove\tDel"), view.remove_set)
    menu.addSeparator()
    menu.addAction(_versions_words(), view.versions_wanted.emit)
    menu.popup(at)


def show_sets(view: DataWishes) -> None:
    """Where the list of data sets is folded away: choose, make or remove one."""
    menu = _menu(view, "teach.data.sets_list")
    for row in view.sets.rows.rows:
        action = menu.addAction(row.name, lambda one=row.id: view.choose_dataset(one))
        action.setCheckable(True)
        action.setChecked(row.id == view.dataset_id)
    menu.addSeparator()
    menu.addAction(icon("plus"), _tr("New data set"), view.dataset_wanted.emit)
    menu.addAction(icon("rename"), _tr("Rename this data set"), view.name_wanted.emit)
    menu.addAction(icon("trash"), _tr("Remove this data set"), view.remove_set)
    menu.addAction(_versions_words(), view.versions_wanted.emit)
    spot = view.head.menu_spot()
    menu.popup(spot.mapToGlobal(spot.rect().bottomLeft()))


def show_example_menu(view: DataWishes, at: QPoint) -> None:
    """What can be done with the chosen examples."""
    menu, table = _menu(view, "teach.data.menu"), view.table
    row = table.rows.row_of(table.current_id)
    if row is not None and row.is_draft:
        menu.addAction(icon("check"), _tr("Accept\tA"), view.accept_chosen)
        menu.addAction(icon("close"), _tr("Refuse\tR"), view.refuse_chosen)
        menu.addSeparator()
    menu.addAction(icon("edit"), _tr("Edit\tEnter"), view.open_example)
    menu.addAction(_tr("Teach or leave out\tSpace"), view.toggle_chosen)
    menu.addAction(_tr("Tag…"), view.tag_chosen)
    menu.addSeparator()
    menu.addAction(icon("trash"), _tr("Delete\tDel"), view.remove_chosen)
    menu.popup(at)


def _versions_words() -> str:
    return _tr("Personal data in earlier versions…")


def _menu(view: DataWishes, name: str) -> QMenu:
    menu = QMenu(view)
    menu.setObjectName(name)
    menu.aboutToHide.connect(menu.deleteLater)
    return menu
