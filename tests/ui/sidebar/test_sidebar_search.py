"""The search of the sidebar: its words, its hits, and the way in and out by keys."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from benchtop.domain.chat import Conversation
from benchtop.services.conversations import MOST_HITS
from benchtop.ui.chat.search_results import SearchResultsView
from benchtop.ui.chat.sidebar import Sidebar
from ui.sidebar.conftest import hits, rows, search

Key = Qt.Key


def test_the_words_of_the_search(sidebar: Sidebar) -> None:
    assert sidebar.search_words() == []
    search(sidebar).setText(" owl  story ")
    assert sidebar.search_words() == ["owl", "story"]
    sidebar.clear_search()
    assert sidebar.search_words() == []


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
