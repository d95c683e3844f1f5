"""The sidebar as a person uses it: mouse, keys, menus, search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QAccessible, QAction, QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMenu, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from benchtop.domain.chat import Conversation, Folder, SearchHit
from benchtop.services.conversations import MOST_HITS
from benchtop.ui.chat.conversation_delegate import leaves_room
from benchtop.ui.chat.conversation_view import ConversationView
from benchtop.ui.chat.search_results import SearchResultsView
from benchtop.ui.chat.sidebar import Sidebar

Make = Callable[..., Conversation]
Left, Key = Qt.MouseButton.LeftButton, Qt.Key


def rows(sidebar: Sidebar) -> ConversationView:
    found = sidebar.findChild(ConversationView, "chat.conversations")
    assert found is not None
    return found


def search(sidebar: Sidebar) -> QLineEdit:
    found = sidebar.findChild(QLineEdit, "chat.search")
    assert found is not None
    return found


def press(qtbot: QtBot, view: ConversationView, id: str, keys: Qt.KeyboardModifier) -> None:  # noqa: A002
    rect = view.visualRect(view.list_model().index_of(id))
    qtbot.mouseClick(view.viewport(), Left, keys, rect.center())


def click(qtbot: QtBot, view: ConversationView, id: str) -> None:  # noqa: A002
    press(qtbot, view, id, Qt.KeyboardModifier.NoModifier)


def choose(menu: QMenu, text: str) -> None:
    """Trigger the action of a menu or its sub-menus that reads ``text``."""
    action(menu, text).trigger()


def action(menu: QMenu, text: str) -> QAction:
    for one in menu.findChildren(QAction):
        if one.text() == text:
            return one
    raise AssertionError(f"no {text!r} in {[a.text() for a in menu.findChildren(QAction)]}")


@pytest.fixture
def five(make: Make, sidebar: Sidebar, folders: list[Folder]) -> list[Conversation]:
    conversations = [
        make("a"),
        make("b", 0.1),
        make("c", 0.2),
        make("d", 1),
        make("e", 5, folder_id="f1"),
    ]
    sidebar.set_conversations(conversations, folders)
    return conversations


def hits() -> list[SearchHit]:
    return [
        SearchHit("m1", "a", "Title a", "user", 1.0, "an owl", ((3, 6),)),
        SearchHit("m2", "b", "Title b", "assistant", 2.0, "the owl 🦉 and an owl", ((4, 7),)),
        SearchHit("m3", "a", "Title a", "assistant", 3.0, "owls", ((0, 3),)),
    ]


def test_says_that_there_is_nothing_yet(sidebar: Sidebar, make: Make) -> None:
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


def test_the_open_conversation_may_come_after_it_was_named(sidebar: Sidebar, make: Make) -> None:
    sidebar.set_current("new")
    sidebar.set_conversations([make("new"), make("a")], [])
    assert rows(sidebar).selected_ids() == ["new"]


def test_an_update_keeps_selection_and_place(
    qtbot: QtBot, sidebar: Sidebar, make: Make, folders: list[Folder]
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


def test_no_widget_is_made_for_a_row(sidebar: Sidebar, make: Make) -> None:
    before = len(sidebar.findChildren(QWidget))
    sidebar.set_conversations([make(str(n), n / 30) for n in range(10_000)], [])
    QApplication.processEvents()
    assert len(sidebar.findChildren(QWidget)) == before


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


def test_delete_on_a_folder_asks_for_the_folder(
    qtbot: QtBot, sidebar: Sidebar, five: list[Conversation]
) -> None:
    view = rows(sidebar)
    view.setCurrentIndex(view.list_model().index_of_folder("f1"))
    with qtbot.waitSignal(sidebar.folder_removed) as asked:
        qtbot.keyClick(view, Key.Key_Delete)
    assert asked.args == ["f1"]


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


def test_the_words_of_the_search(sidebar: Sidebar) -> None:
    assert sidebar.search_words() == []
    search(sidebar).setText(" owl  story ")
    assert sidebar.search_words() == ["owl", "story"]
    sidebar.clear_search()
    assert sidebar.search_words() == []


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


def test_a_right_click_beside_the_rows_is_about_no_conversation(
    qtbot: QtBot, sidebar: Sidebar, five: list[Conversation]
) -> None:
    view = rows(sidebar)
    sidebar.set_current("a")
    places: list[QPoint] = []
    view.menu_requested.disconnect()
    view.menu_requested.connect(places.append)
    from PySide6.QtGui import QContextMenuEvent

    heading = view.visualRect(view.list_model().index(0, 0)).center()
    event = QContextMenuEvent(
        QContextMenuEvent.Reason.Mouse, heading, view.viewport().mapToGlobal(heading)
    )
    QApplication.sendEvent(view.viewport(), event)
    assert places
    assert view.selected_ids() == []
    texts = [a.text() for a in sidebar.menu().actions() if a.text()]
    assert texts == ["New conversation", "New folder"]


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


def test_typing_searches_once_it_pauses(
    qtbot: QtBot, sidebar: Sidebar, five: list[Conversation]
) -> None:
    asked: list[str] = []
    sidebar.search_changed.connect(asked.append)
    sidebar.focus_search()
    with qtbot.waitSignal(sidebar.search_changed):
        qtbot.keyClicks(search(sidebar), "owl")
    assert asked == ["owl"]
    sidebar.show_hits("owl", hits())
    summary = sidebar.findChild(QLabel, "chat.search.summary")
    assert summary is not None
    assert summary.text() == "3 messages in 2 conversations"


def test_more_hits_than_are_shown_are_told(sidebar: Sidebar, five: list[Conversation]) -> None:
    search(sidebar).setText("owl")
    many = [replace(hits()[0], message_id=str(number)) for number in range(MOST_HITS + 1)]
    summary = sidebar.findChild(QLabel, "chat.search.summary")
    assert summary is not None
    sidebar.show_hits("owl", many)
    assert "newest 50 are shown, and there are more" in summary.text()
    assert sidebar.findChild(SearchResultsView).model().rowCount() == MOST_HITS
    sidebar.show_hits("owl", many[:MOST_HITS])
    assert "more" not in summary.text()


def test_hits_of_one_conversation_stand_together(sidebar: Sidebar) -> None:
    search(sidebar).setText("owl")
    sidebar.show_hits("owl", hits())
    view = sidebar.findChild(SearchResultsView)
    assert view is not None
    model = view.model()
    snippets = [model.index(row, 0).data() for row in range(model.rowCount())]
    assert snippets == ["an owl", "owls", "the owl 🦉 and an owl"]


def test_down_goes_into_the_hits_and_enter_opens_one(
    qtbot: QtBot, sidebar: Sidebar, five: list[Conversation]
) -> None:
    sidebar.focus_search()
    search(sidebar).setText("owl")
    sidebar.show_hits("owl", hits())
    view = sidebar.findChild(SearchResultsView)
    assert view is not None
    qtbot.keyClick(search(sidebar), Key.Key_Down)
    assert view.hasFocus()
    qtbot.keyClick(view, Key.Key_Down)
    with qtbot.waitSignal(sidebar.hit_selected) as chosen:
        qtbot.keyClick(view, Key.Key_Return)
    assert chosen.args == ["a", "m3"]
    qtbot.keyClick(view, Key.Key_Up)
    qtbot.keyClick(view, Key.Key_Up)
    assert search(sidebar).hasFocus()


def test_enter_in_the_field_opens_the_first_hit(
    qtbot: QtBot, sidebar: Sidebar, five: list[Conversation]
) -> None:
    with qtbot.waitSignal(sidebar.search_changed):
        search(sidebar).setText("owl")
    sidebar.show_hits("owl", hits())
    with qtbot.waitSignal(sidebar.hit_selected) as chosen:
        qtbot.keyClick(search(sidebar), Key.Key_Return)
    assert chosen.args == ["a", "m1"]


@pytest.mark.parametrize("inside", [True, False])
def test_esc_leaves_the_search(
    qtbot: QtBot, sidebar: Sidebar, five: list[Conversation], *, inside: bool
) -> None:
    sidebar.focus_search()
    with qtbot.waitSignal(sidebar.search_changed):
        search(sidebar).setText("owl")
    sidebar.show_hits("owl", hits())
    view = sidebar.findChild(SearchResultsView)
    assert view is not None
    if inside:
        qtbot.keyClick(search(sidebar), Key.Key_Down)
    with qtbot.waitSignal(sidebar.search_changed) as left:
        qtbot.keyClick(view if inside else search(sidebar), Key.Key_Escape)
    assert left.args == [""]
    assert rows(sidebar).isVisible()
    assert search(sidebar).hasFocus()


def test_nothing_found_is_said_with_the_words(sidebar: Sidebar) -> None:
    search(sidebar).setText("zebra <b>")
    sidebar.show_hits("zebra <b>", [])
    summary = sidebar.findChild(QLabel, "chat.search.summary")
    assert summary is not None
    assert "Nothing found for “zebra <b>”" in summary.text()


def test_hits_that_come_too_late_are_not_shown(sidebar: Sidebar, five: list[Conversation]) -> None:
    search(sidebar).setText("owl")
    sidebar.clear_search()
    sidebar.show_hits("owl", hits())
    assert rows(sidebar).isVisible()


def test_up_from_the_first_row_goes_to_the_field(
    qtbot: QtBot, sidebar: Sidebar, five: list[Conversation]
) -> None:
    qtbot.keyClick(search(sidebar), Key.Key_Down)
    assert rows(sidebar).hasFocus()
    assert rows(sidebar).selected_ids() == ["a"]
    qtbot.keyClick(rows(sidebar), Key.Key_Up)
    assert search(sidebar).hasFocus()


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


def test_new_is_asked_for(qtbot: QtBot, sidebar: Sidebar) -> None:
    button = sidebar.findChild(QToolButton, "chat.new")
    assert button is not None
    with qtbot.waitSignal(sidebar.new_requested):
        qtbot.mouseClick(button, Left)


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
    qtbot: QtBot, sidebar: Sidebar, make: Make, folders: list[Folder]
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
def test_a_narrow_row_has_no_time(sidebar: Sidebar, make: Make, width: int, shown: bool) -> None:
    """Two rows that differ by their time alone look the same where it is not painted."""
    view = rows(sidebar)
    sidebar.resize(width, 600)
    title = "A title of more than twenty letters"
    pictures = []
    for days in (0.01, 0.02):
        sidebar.set_conversations([make("a", days, title=title)], [])
        pictures.append(view.viewport().grab().toImage())
    assert (pictures[0] != pictures[1]) is shown
