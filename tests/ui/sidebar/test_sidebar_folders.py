"""The sidebar's folders: folded, made, renamed, removed, filled by menu and by drag."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QToolButton
from pytestqt.qtbot import QtBot

from benchtop.domain.chat import Conversation, Folder
from benchtop.ui.chat.sidebar import Sidebar
from ui.sidebar.conftest import action, choose, rows

Left, Key = Qt.MouseButton.LeftButton, Qt.Key


def test_a_folder_folds_and_stays_folded(
    qtbot: QtBot, sidebar: Sidebar, five: list[Conversation], folders: list[Folder]
) -> None:
    view, model = rows(sidebar), rows(sidebar).list_model()
    folder = model.index_of_folder("f1")
    assert view.isExpanded(folder)
    qtbot.mouseClick(
        view.viewport(), Left, Qt.KeyboardModifier.NoModifier, view.visualRect(folder).center()
    )
    assert not view.isExpanded(folder)
    sidebar.set_conversations(five[1:], folders)
    assert not view.isExpanded(model.index_of_folder("f1"))
    assert view.isExpanded(model.index(0, 0))
    qtbot.keyClick(view, Key.Key_Return)
    assert view.isExpanded(model.index_of_folder("f1"))


def test_the_open_conversation_opens_its_folder(sidebar: Sidebar, five: list[Conversation]) -> None:
    view = rows(sidebar)
    view.collapse(view.list_model().index_of_folder("f1"))
    sidebar.set_current("e")
    assert view.isExpanded(view.list_model().index_of_folder("f1"))
    assert view.selected_ids() == ["e"]


def test_delete_on_a_folder_asks_for_the_folder(
    qtbot: QtBot, sidebar: Sidebar, five: list[Conversation]
) -> None:
    view = rows(sidebar)
    view.setCurrentIndex(view.list_model().index_of_folder("f1"))
    with qtbot.waitSignal(sidebar.folder_removed) as asked:
        qtbot.keyClick(view, Key.Key_Delete)
    assert asked.args == ["f1"]


def test_the_folder_it_is_in_is_ticked(sidebar: Sidebar, five: list[Conversation]) -> None:
    sidebar.set_current("e")
    work = action(sidebar.menu(), "Work")
    assert work.isChecked()
    assert not work.isEnabled()


def test_the_folder_menu_can_be_opened_from_outside(
    qtbot: QtBot, sidebar: Sidebar, five: list[Conversation]
) -> None:
    sidebar.open_folder_menu("a")
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    with qtbot.waitSignal(sidebar.moved_to_folder) as moved:
        choose(menu, "Work")
    assert moved.args == [["a"], "f1"]
    menu.close()
    sidebar.open_folder_menu("gone")
    assert QApplication.activePopupWidget() is None


def test_the_menu_of_a_folder(qtbot: QtBot, sidebar: Sidebar, five: list[Conversation]) -> None:
    view = rows(sidebar)
    view.setCurrentIndex(view.list_model().index_of_folder("f1"))
    menu = sidebar.menu()
    with qtbot.waitSignal(sidebar.folder_removed):
        choose(menu, "Remove folder, keep its conversations")
    with qtbot.waitSignal(sidebar.export_requested) as exported:
        choose(menu, "Export its conversations…")
    assert exported.args == [["e"]]
    choose(menu, "Rename folder")
    field = sidebar.findChild(QLineEdit, "chat.rename")
    assert field is not None
    field.setText("Job")
    with qtbot.waitSignal(sidebar.folder_renamed) as renamed:
        qtbot.keyClick(field, Key.Key_Return)
    assert renamed.args == ["f1", "Job"]


def test_a_new_folder_takes_the_conversations_it_was_made_for(
    qtbot: QtBot, sidebar: Sidebar, five: list[Conversation], folders: list[Folder]
) -> None:
    sidebar.set_current("a")
    choose(sidebar.menu(), "New folder…")
    field = sidebar.findChild(QLineEdit, "chat.rename")
    assert field is not None
    field.setText("Recipes")
    with qtbot.waitSignal(sidebar.folder_created) as created:
        qtbot.keyClick(field, Key.Key_Return)
    assert created.args == ["Recipes"]
    with qtbot.waitSignal(sidebar.moved_to_folder) as moved:
        sidebar.set_conversations(five, [*folders, Folder("f3", "Recipes", 2)])
    assert moved.args == [["a"], "f3"]


def test_a_new_folder_without_a_name_is_gone_again(
    qtbot: QtBot, sidebar: Sidebar, five: list[Conversation]
) -> None:
    button = sidebar.findChild(QToolButton, "chat.folder.new")
    assert button is not None
    sidebar.folder_created.connect(lambda _: pytest.fail("created"))
    qtbot.mouseClick(button, Left)
    model = rows(sidebar).list_model()
    assert model.index_of_folder("").isValid()
    field = sidebar.findChild(QLineEdit, "chat.rename")
    assert field is not None
    qtbot.keyClick(field, Key.Key_Escape)
    assert not model.index_of_folder("").isValid()


def test_the_first_folder_can_be_made_in_an_empty_sidebar(qtbot: QtBot, sidebar: Sidebar) -> None:
    sidebar.begin_new_folder()
    field = sidebar.findChild(QLineEdit, "chat.rename")
    assert field is not None
    assert field.isVisible()
    qtbot.keyClick(field, Key.Key_Escape)


def test_dragging_onto_a_folder(qtbot: QtBot, sidebar: Sidebar, five: list[Conversation]) -> None:
    view = rows(sidebar)
    model, move = view.list_model(), Qt.DropAction.MoveAction
    data = model.mimeData([model.index_of("a"), model.index_of("b")])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier

    def over(index: QModelIndex) -> QPoint:
        place = view.visualRect(index).center()
        moving = QDragMoveEvent(place, move, data, buttons, keys)
        QApplication.sendEvent(view.viewport(), moving)
        accepted.append(moving.isAccepted())
        return place

    accepted: list[bool] = []
    enter = QDragEnterEvent(QPoint(5, 5), move, data, buttons, keys)
    QApplication.sendEvent(view.viewport(), enter)
    over(model.index_of("c"))
    place = over(model.index_of_folder("f2"))
    assert accepted == [True, True]
    drop = QDropEvent(place.toPointF(), move, data, buttons, keys)
    with qtbot.waitSignal(sidebar.moved_to_folder) as moved:
        QApplication.sendEvent(view.viewport(), drop)
    assert moved.args == [["a", "b"], "f2"]
    assert [c.id for c in model.conversations()] == ["a", "b", "c", "d", "e"]
