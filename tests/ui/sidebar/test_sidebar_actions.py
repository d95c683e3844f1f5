"""What is done with conversations in the sidebar: new, rename, delete, and the menus of rows."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QToolButton
from pytestqt.qtbot import QtBot

from benchtop.domain.chat import Conversation, Folder
from benchtop.ui.chat.sidebar import Sidebar
from ui.sidebar.conftest import choose, click, press, rows

Left, Key = Qt.MouseButton.LeftButton, Qt.Key


def test_new_is_asked_for(qtbot: QtBot, sidebar: Sidebar) -> None:
    button = sidebar.findChild(QToolButton, "chat.new")
    assert button is not None
    with qtbot.waitSignal(sidebar.new_requested):
        qtbot.mouseClick(button, Left)


def test_f2_renames_in_place(
    qtbot: QtBot, sidebar: Sidebar, five: list[Conversation], folders: list[Folder]
) -> None:
    sidebar.set_current("b")
    qtbot.keyClick(rows(sidebar), Key.Key_F2)
    field = sidebar.findChild(QLineEdit, "chat.rename")
    assert field is not None
    assert field.text() == "Title b"
    assert field.accessibleName()
    field.setText("  Better \n name ")
    sidebar.set_conversations(five[:2], folders)  # meanwhile a reply ended: the field must stay
    assert field.isVisible()
    with qtbot.waitSignal(sidebar.renamed) as asked:
        qtbot.keyClick(field, Key.Key_Return)
    assert asked.args == ["b", "Better name"]
    assert [c.id for c in rows(sidebar).list_model().conversations()] == ["a", "b"]


@pytest.mark.parametrize(("typed", "key"), [("", Key.Key_Return), ("Other", Key.Key_Escape)])
def test_nothing_and_esc_do_not_rename(
    qtbot: QtBot, sidebar: Sidebar, five: list[Conversation], typed: str, key: Qt.Key
) -> None:
    sidebar.renamed.connect(lambda *_: pytest.fail("renamed"))
    sidebar.begin_rename("b")
    field = sidebar.findChild(QLineEdit, "chat.rename")
    assert field is not None
    field.setText(typed)
    qtbot.keyClick(field, key)
    qtbot.waitUntil(lambda: sidebar.findChild(QLineEdit, "chat.rename") is None)


def test_delete_asks_for_all_that_is_selected(
    qtbot: QtBot, sidebar: Sidebar, five: list[Conversation]
) -> None:
    click(qtbot, rows(sidebar), "d")
    press(qtbot, rows(sidebar), "a", Qt.KeyboardModifier.ControlModifier)
    with qtbot.waitSignal(sidebar.delete_requested) as asked:
        qtbot.keyClick(rows(sidebar), Key.Key_Delete)
    assert asked.args == [["a", "d"]]


def test_backspace_deletes_nothing(
    qtbot: QtBot, sidebar: Sidebar, five: list[Conversation]
) -> None:
    sidebar.delete_requested.connect(lambda _: pytest.fail("deleted"))
    click(qtbot, rows(sidebar), "d")
    qtbot.keyClick(rows(sidebar), Key.Key_Backspace)


def test_the_menu_of_one(
    qtbot: QtBot, sidebar: Sidebar, five: list[Conversation], folders: list[Folder]
) -> None:
    sidebar.set_current("a")
    menu = sidebar.menu()
    with qtbot.waitSignal(sidebar.pin_toggled) as pinned:
        choose(menu, "Pin")
    assert pinned.args == ["a", True]
    with qtbot.waitSignal(sidebar.moved_to_folder) as moved:
        choose(menu, "Travel")
    assert moved.args == [["a"], "f2"]
    with qtbot.waitSignal(sidebar.export_requested) as exported:
        choose(menu, "Export…")
    assert exported.args == [["a"]]
    choose(menu, "Rename")
    assert sidebar.findChild(QLineEdit, "chat.rename") is not None


def test_the_menu_of_several(qtbot: QtBot, sidebar: Sidebar, five: list[Conversation]) -> None:
    click(qtbot, rows(sidebar), "a")
    press(qtbot, rows(sidebar), "e", Qt.KeyboardModifier.ControlModifier)
    menu = sidebar.menu()
    with qtbot.waitSignal(sidebar.moved_to_folder) as moved:
        choose(menu, "Out of its folder")
    assert moved.args == [["a", "e"], None]
    with qtbot.waitSignal(sidebar.delete_requested) as deleted:
        choose(menu, "Delete 2 conversations")
    assert deleted.args == [["a", "e"]]


def test_a_right_click_beside_the_rows_is_about_no_conversation(
    qtbot: QtBot, sidebar: Sidebar, five: list[Conversation]
) -> None:
    view = rows(sidebar)
    sidebar.set_current("a")
    places: list[QPoint] = []
    view.menu_requested.disconnect()
    view.menu_requested.connect(places.append)
    heading = view.visualRect(view.list_model().index(0, 0)).center()
    event = QContextMenuEvent(
        QContextMenuEvent.Reason.Mouse, heading, view.viewport().mapToGlobal(heading)
    )
    QApplication.sendEvent(view.viewport(), event)
    assert places
    assert view.selected_ids() == []
    texts = [a.text() for a in sidebar.menu().actions() if a.text()]
    assert texts == ["New conversation", "New folder"]


def test_the_more_button_of_a_row_opens_its_menu(
    qtbot: QtBot, sidebar: Sidebar, five: list[Conversation]
) -> None:
    view = rows(sidebar)
    view.menu_requested.disconnect()
    rect = view.visualRect(view.list_model().index_of("c"))
    place = QPoint(rect.right() - 20, rect.center().y())
    sidebar.conversation_selected.connect(lambda _: pytest.fail("opened"))
    with qtbot.waitSignal(view.menu_requested):
        qtbot.mouseClick(view.viewport(), Left, Qt.KeyboardModifier.NoModifier, place)
    assert view.selected_ids() == ["c"]
