"""The Compare page: its tabs, what takes the place of a part that was not there, narrow windows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QTabBar, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from benchtop.ui.compare.answer_cell import AnswerCell
from benchtop.ui.compare.compare_page import ComparePage
from benchtop.ui.compare.prompt_heading import PromptHeading
from benchtop.ui.compare.vote_button import VoteButton
from benchtop.ui.theme import ThemeController
from benchtop.ui.widgets.placeholder_page import PlaceholderPage
from ui.compare.compare_makers import BETTER, CONTESTANTS, PAIR, RANKS, SETTLED, answered

Key = Qt.Key


@pytest.fixture
def page(show: Callable[..., ComparePage]) -> ComparePage:
    made = show(ComparePage(), 1_000, 700)
    made.side_by_side.set_contestants(CONTESTANTS[:3])
    return made


def test_tabs_are_walked_with_the_arrow_keys(page: ComparePage, qtbot: QtBot) -> None:
    bar = page.findChild(QTabBar, "compare.tabs")
    page.setFocus()
    assert bar.hasFocus()
    seen: list[str] = [page.tab]
    page.tab_shown.connect(seen.append)
    for _ in range(4):
        qtbot.keyClick(bar, Key.Key_Right)
    assert seen == ["side_by_side", "ranking", "suites", "measures", "next_token"]
    page.show_tab("ranking")
    assert page.ranking.isVisible()


def test_a_part_that_is_not_there_says_what_it_will_show(page: ComparePage) -> None:
    for tab in ("suites", "measures", "next_token"):
        page.show_tab(tab)
        view = page.view(tab)
        assert isinstance(view, PlaceholderPage)
        assert "not there yet" in view.findChildren(QLabel)[2].text()


def test_a_view_takes_its_place_on_show_or_not(page: ComparePage, qtbot: QtBot) -> None:
    page.show_tab("suites")
    suites, measures = QWidget(), QWidget()
    with qtbot.assertNotEmitted(page.tab_shown):
        page.set_view("suites", suites)
        page.set_view("measures", measures)
        page.set_view("measures", measures)
    assert suites.isVisible()
    assert page.tab == "suites"
    page.show_tab("measures")
    assert measures.isVisible()
    assert page.view("measures") is measures
    page.show_tab("next_token")
    assert isinstance(page.view("next_token"), PlaceholderPage)


def test_tab_goes_from_the_tabs_into_a_view_that_came_later(
    show: Callable[..., QWidget], qtbot: QtBot
) -> None:
    window = QWidget()
    column = QVBoxLayout(window)
    page = ComparePage()
    column.addWidget(page)
    column.addWidget(QPushButton("Status", window))
    views = {}
    for tab in ("next_token", "measures"):
        view = views[tab] = QWidget()
        inside = QVBoxLayout(view)
        for name in "first", "second":
            inside.addWidget(QPushButton(f"{name} of {tab}", view))
        page.set_view(tab, view)  # type: ignore[arg-type]  # a Tab
    show(window, 1_000, 700)
    for tab in views:
        page.show_tab(tab)  # type: ignore[arg-type]  # a Tab
        page.setFocus()
        visited = []
        for _ in range(4):
            qtbot.keyClick(QApplication.focusWidget(), Key.Key_Tab)
            visited.append(QApplication.focusWidget())
        names = [one.text() for one in visited if isinstance(one, QPushButton)]
        assert names == [f"first of {tab}", f"second of {tab}", "Status"]
        assert visited[3] is page.findChild(QTabBar, "compare.tabs")


def test_the_empty_ranking_leads_to_the_contestants(page: ComparePage) -> None:
    page.show_tab("ranking")
    page.ranking.compare_requested.emit()
    assert page.tab == "side_by_side"


def left_of(page: ComparePage, widget: QWidget) -> int:
    """Where it begins, in pixels of the page."""
    return widget.mapTo(page, QPoint(0, 0)).x()


@pytest.mark.parametrize("width", [900, 1_400])
def test_what_is_side_by_side_and_the_ranking_begin_at_one_edge(
    page: ComparePage, qtbot: QtBot, width: int
) -> None:
    page.resize(width, 700)
    side = page.side_by_side
    side.columns.set_rounds([answered(3, blind=True)])
    side.open_vote(PAIR)
    page.ranking.set_ranking(RANKS, SETTLED, BETTER)
    names = {
        "side_by_side": ("compare.contestant.c1", "compare.prompt", "compare.vote.a"),
        "ranking": ("compare.ranking.sentence",),
    }
    for tab, parts in names.items():
        page.show_tab(tab)  # type: ignore[arg-type]  # a Tab
        found = [page.findChild(QWidget, name) for name in parts]
        if tab == "side_by_side":
            found += [page.findChild(PromptHeading), page.findChild(AnswerCell)]
        qtbot.waitUntil(lambda all_=found: {left_of(page, one) for one in all_} == {24})


@pytest.mark.parametrize("size", [100, 150, 200])
def test_nothing_forces_the_window_wider_than_it_may_be(
    page: ComparePage, theme: ThemeController, size: int
) -> None:
    """Beside the rail of 64 pixels in a window of 900."""
    theme.set_text_size(size)
    page.side_by_side.set_contestants(CONTESTANTS)
    page.side_by_side.columns.set_rounds([answered(6, blind=True)])
    page.side_by_side.open_vote(PAIR)
    page.ranking.set_ranking(RANKS, SETTLED, BETTER)
    for tab in ("side_by_side", "ranking"):
        page.show_tab(tab)
        assert page.minimumSizeHint().width() <= 836


@pytest.mark.parametrize("size", [100, 150, 200])
def test_answers_keep_some_lines_in_a_low_window(
    page: ComparePage, theme: ThemeController, qtbot: QtBot, size: int
) -> None:
    """In a window of 900 x 600, with as much around the answers as there can be."""
    theme.set_text_size(size)
    side = page.side_by_side
    side.set_contestants(CONTESTANTS)
    side.columns.set_rounds([answered(6, blind=True)])
    side.open_vote(PAIR)
    page.resize(836, 540)
    line = page.fontMetrics().height()
    qtbot.waitUntil(lambda: side.columns.height() >= 12 * line)
    buttons = page.findChildren(VoteButton)
    assert len(buttons) == 4
    qtbot.waitUntil(lambda: all(button.width() >= button.natural_width() for button in buttons))
    assert all(button.height() >= button.minimumSizeHint().height() for button in buttons)
