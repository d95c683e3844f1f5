"""The rows of the sidebar: opened, selected, kept through an update, painted, read out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from benchtop.domain.chat import Conversation, Folder
from benchtop.ui.chat.conversation_delegate import leaves_room
from benchtop.ui.chat.conversation_view import ConversationView
from benchtop.ui.chat.search_results import SearchResultsView
from benchtop.ui.chat.sidebar import Sidebar
from ui.sidebar.conftest import MakeConversation, click, hits, press, rows, search

Key = Qt.Key


def test_says_that_there_is_nothing_yet(sidebar: Sidebar, make: MakeConversation) -> None:
    empty = sidebar.findChild(QLabel, "chat.conversations.empty")
    assert empty is not None
    assert empty.isVisible()
    assert empty.text() == "No conversations yet"
    sidebar.set_conversations([make("a")], [])
    assert not empty.isVisible()
    assert rows(sidebar).isVisible()


def test_a_click_opens_and_a_ctrl_click_selects(
    qtbot: QtBot, sidebar: Sidebar, five: list[Conversation]
) -> None:
    opened: list[str] = []
    sidebar.conversation_selected.connect(opened.append)
    click(qtbot, rows(sidebar), "b")
    press(qtbot, rows(sidebar), "d", Qt.KeyboardModifier.ControlModifier)
    assert opened == ["b"]
    assert rows(sidebar).selected_ids() == ["b", "d"]
    press(qtbot, rows(sidebar), "c", Qt.KeyboardModifier.NoModifier)
    press(qtbot, rows(sidebar), "a", Qt.KeyboardModifier.ShiftModifier)
    assert opened == ["b", "c"]
    assert rows(sidebar).selected_ids() == ["a", "b", "c"]


def test_arrows_pass_headings_and_enter_opens(
    qtbot: QtBot, sidebar: Sidebar, five: list[Conversation]
) -> None:
    opened: list[str] = []
    sidebar.conversation_selected.connect(opened.append)
    view = rows(sidebar)
    sidebar.set_current("c")
    qtbot.keyClick(view, Key.Key_Down)  # over the heading "Yesterday"
    assert opened == []
    qtbot.keyClick(view, Key.Key_Return)
    assert opened == ["d"]


def test_the_open_conversation_may_come_after_it_was_named(
    sidebar: Sidebar, make: MakeConversation
) -> None:
    sidebar.set_current("new")
    sidebar.set_conversations([make("new"), make("a")], [])
    assert rows(sidebar).selected_ids() == ["new"]


def test_an_update_keeps_selection_and_place(
    qtbot: QtBot, sidebar: Sidebar, make: MakeConversation, folders: list[Folder]
) -> None:
    view = rows(sidebar)
    many = [make(str(n), n / 20) for n in range(400)]
    sidebar.set_conversations(many, folders)
    view.scrollTo(view.list_model().index_of("200"), ConversationView.ScrollHint.PositionAtTop)
    press(qtbot, view, "203", Qt.KeyboardModifier.NoModifier)
    press(qtbot, view, "205", Qt.KeyboardModifier.ControlModifier)
    before = view.visualRect(view.list_model().index_of("203")).top()
    many[300] = replace(many[300], updated=many[0].updated + 60)
    many[203] = replace(many[203], title="Other")
    sidebar.set_conversations(many, folders)
    assert view.selected_ids() == ["203", "205"]
    assert view.visualRect(view.list_model().index_of("203")).top() == before


def test_a_conversation_that_moves_stays_selected(
    sidebar: Sidebar, five: list[Conversation], folders: list[Folder]
) -> None:
    sidebar.set_current("d")
    five[3] = replace(five[3], updated=five[0].updated + 60)
    sidebar.set_conversations(five, folders)
    assert rows(sidebar).selected_ids() == ["d"]
    assert rows(sidebar).list_model().conversations()[0].id == "d"


def test_up_from_the_first_row_goes_to_the_field(
    qtbot: QtBot, sidebar: Sidebar, five: list[Conversation]
) -> None:
    qtbot.keyClick(search(sidebar), Key.Key_Down)
    assert rows(sidebar).hasFocus()
    assert rows(sidebar).selected_ids() == ["a"]
    qtbot.keyClick(rows(sidebar), Key.Key_Up)
    assert search(sidebar).hasFocus()


def test_no_widget_is_made_for_a_row(sidebar: Sidebar, make: MakeConversation) -> None:
    before = len(sidebar.findChildren(QWidget))
    sidebar.set_conversations([make(str(n), n / 30) for n in range(10_000)], [])
    QApplication.processEvents()
    assert len(sidebar.findChildren(QWidget)) == before


def test_everything_is_named(sidebar: Sidebar) -> None:
    for kind in (QToolButton, QLineEdit, ConversationView, SearchResultsView):
        for widget in sidebar.findChildren(kind):
            internal = widget.objectName().startswith("qt_") or isinstance(
                widget.parent(), QLineEdit
            )
            assert internal or (widget.accessibleName() and widget.objectName())


def test_a_screen_reader_finds_the_rows(sidebar: Sidebar, five: list[Conversation]) -> None:
    tree = QAccessible.queryAccessibleInterface(rows(sidebar))
    assert tree.role() == QAccessible.Role.Tree
    spoken = [tree.child(n).text(QAccessible.Text.Name) for n in range(tree.childCount())]
    assert "Today" in spoken
    assert any(one.startswith("Title a, 18 November 2026, ") for one in spoken)
    assert "Folder Work, 1 conversation" in spoken


def test_every_look_can_be_painted_both_ways(
    qtbot: QtBot, sidebar: Sidebar, make: MakeConversation, folders: list[Folder]
) -> None:
    sidebar.set_conversations(
        [
            make("a", title="שלום " * 40, pinned=True, draft="x"),
            make("b", title=""),
            make("c", folder_id="f1"),
        ],
        folders,
    )
    sidebar.set_current("a")
    for direction in (Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft):
        sidebar.setLayoutDirection(direction)
        assert not sidebar.grab().isNull()
        search(sidebar).setText("owl")
        sidebar.show_hits("owl", hits())
        assert not sidebar.grab().isNull()
        sidebar.clear_search()


def test_a_title_goes_before_its_time(sidebar: Sidebar) -> None:
    metrics = sidebar.fontMetrics()
    letter = metrics.averageCharWidth()
    long = "A title of more than twenty letters"
    assert leaves_room(metrics, long, 20 * letter)
    assert not leaves_room(metrics, long, 20 * letter - 1)
    assert leaves_room(metrics, "Owls", metrics.horizontalAdvance("Owls"))


@pytest.mark.parametrize(("width", "shown"), [(400, True), (170, False)])
def test_a_narrow_row_has_no_time(
    sidebar: Sidebar, make: MakeConversation, width: int, shown: bool
) -> None:
    """Two rows that differ by their time alone look the same where it is not painted."""
    view = rows(sidebar)
    sidebar.resize(width, 600)
    title = "A title of more than twenty letters"
    pictures = []
    for days in (0.01, 0.02):
        sidebar.set_conversations([make("a", days, title=title)], [])
        pictures.append(view.viewport().grab().toImage())
    assert (pictures[0] != pictures[1]) is shown
