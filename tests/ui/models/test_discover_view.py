"""Finding models: the catalogue, a search in each of its states, and the cards by keyboard and mouse."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QAbstractItemModel, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from benchtop.ui.models.card_list import CardList
from benchtop.ui.models.discover_page import DiscoverPage
from benchtop.ui.models.discover_view import DiscoverView
from benchtop.ui.models.fit_label import FitLabel
from benchtop.ui.models.model_card import CardDelegate
from benchtop.ui.models.rows import SearchWish
from benchtop.ui.theme import ThemeController
from benchtop.ui.widgets.info_bar import InfoBar, Notice
from ui.models.discover_heartbeat import MOST, Heartbeat
from ui.models.discover_makers import FITS, catalogue_cards, found_cards, repository

Key = Qt.Key


@pytest.fixture
def view(qapp: QApplication, qtbot: QtBot) -> DiscoverView:
    ThemeController(qapp, "light").setParent(qapp)
    made = DiscoverView()
    qtbot.addWidget(made)
    made.resize(1000, 650)
    made.set_catalogue(catalogue_cards())
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.focus_search()
    return made


def field(view: DiscoverView) -> QLineEdit:
    return view.findChild(QLineEdit, "models.search")


def button(view: QWidget, name: str) -> QPushButton:
    return view.findChild(QPushButton, name)


def cards(view: DiscoverView) -> CardList:
    return view.findChild(CardList)


def summary(view: DiscoverView) -> str:
    return view.findChild(QLabel, "models.summary").text()


def press(qtbot: QtBot, widget: QWidget, name: str) -> None:
    qtbot.mouseClick(button(widget, name), Qt.MouseButton.LeftButton)


def search(view: DiscoverView, qtbot: QtBot, words: str) -> SearchWish:
    field(view).setText(words)
    with qtbot.waitSignal(view.search_requested) as told:
        qtbot.keyClick(field(view), Key.Key_Return)
    wish: SearchWish = told.args[0]
    return wish


def focused(view: DiscoverView) -> str:
    widget = QApplication.focusWidget()
    return widget.objectName() if widget is not None else ""


def test_an_empty_field_shows_the_catalogue_best_first(view: DiscoverView) -> None:
    assert [card.id for card in view.cards()] == [card.id for card in catalogue_cards()]
    assert "best for this machine first" in summary(view)
    assert not view.findChild(QWidget, "models.searching").isVisible()


def test_typing_asks_once_when_it_has_come_to_rest(view: DiscoverView, qtbot: QtBot) -> None:
    asked: list[SearchWish] = []
    view.search_requested.connect(asked.append)
    qtbot.keyClicks(field(view), "qwen  small")
    assert asked == []
    qtbot.waitUntil(lambda: bool(asked))
    assert asked == [SearchWish("qwen small")]
    assert summary(view) == "Searching the Hub for “qwen small”…"
    assert view.findChild(QWidget, "models.searching").isVisible()
    assert view.cards() == catalogue_cards()  # what was there stays until there is something new


def test_results_take_the_place_of_the_catalogue(view: DiscoverView, qtbot: QtBot) -> None:
    wish = search(view, qtbot, "qwen")
    view.show_results(wish, found_cards(3), more=False)
    assert view.cards() == found_cards(3)
    assert summary(view) == "3 models for “qwen”"
    assert not button(view, "models.more").isVisible()
    assert not view.findChild(QWidget, "models.searching").isVisible()
    qtbot.keyClick(field(view), Key.Key_Escape)
    assert view.cards() == catalogue_cards()


def test_an_answer_to_an_older_wish_is_dropped(view: DiscoverView, qtbot: QtBot) -> None:
    old = search(view, qtbot, "qwen")
    new = search(view, qtbot, "gemma")
    view.show_results(old, found_cards(3), more=False)
    view.show_failure(old, "Too late.")
    assert view.cards() == catalogue_cards()
    assert view.findChild(InfoBar).notices() == []
    view.show_results(new, found_cards(2), more=False)
    assert len(view.cards()) == 2


def test_emptying_the_field_cancels_a_search(view: DiscoverView, qtbot: QtBot) -> None:
    wish = search(view, qtbot, "qwen")
    with qtbot.waitSignal(view.search_cancelled):
        field(view).clear()
    view.show_results(wish, found_cards(3), more=False)
    assert view.cards() == catalogue_cards()


def test_a_filter_searches_again_and_is_counted(view: DiscoverView, qtbot: QtBot) -> None:
    view.show_results(search(view, qtbot, "qwen"), found_cards(3), more=False)
    press(qtbot, view, "models.filters")
    for name, at in (("size", 2), ("licence", 1), ("language", 4), ("gated", 1), ("sort", 1)):
        with qtbot.waitSignal(view.search_requested) as told:
            view.findChild(QComboBox, f"models.filters.{name}").setCurrentIndex(at)
    wish: SearchWish = told.args[0]
    assert (wish.filters.least_parameters, wish.filters.most_parameters) == (10**9, 3 * 10**9)
    assert (wish.filters.licence, wish.filters.gated) == ("apache-2.0", False)
    assert len(wish.filters.language) == 2
    assert wish.sort == "likes"
    assert "4" in button(view, "models.filters").text()
    architecture = view.findChild(QLineEdit, "models.filters.architecture")
    with qtbot.waitSignal(view.search_requested) as told:
        qtbot.keyClicks(architecture, "qwen3")
    assert told.args[0].filters.architecture == "qwen3"
    with qtbot.waitSignal(view.search_requested) as told:
        press(qtbot, view, "models.filters.reset")
    assert told.args[0] == SearchWish("qwen", sort="likes")
    assert not button(view, "models.filters.reset").isVisible()


def test_filters_narrow_the_catalogue_without_a_request(view: DiscoverView, qtbot: QtBot) -> None:
    press(qtbot, view, "models.filters")
    with qtbot.assertNotEmitted(view.search_requested):
        view.findChild(QComboBox, "models.filters.size").setCurrentIndex(1)
    assert view.cards()
    assert all(card.parameters <= 10**9 for card in view.cards())
    assert "of the 28 models" in summary(view)
    assert not view.findChild(QComboBox, "models.filters.sort").isEnabled()
    view.findChild(QComboBox, "models.filters.size").setCurrentIndex(4)
    view.findChild(QComboBox, "models.filters.licence").setCurrentIndex(2)
    assert button(view, "models.nothing_found.reset").isVisible()
    press(qtbot, view, "models.nothing_found.reset")
    assert view.cards() == catalogue_cards()


def test_nothing_found_says_what_to_try(view: DiscoverView, qtbot: QtBot) -> None:
    view.show_results(search(view, qtbot, "zzz"), [], more=False)
    said = view.findChild(QWidget, "models.nothing_found")
    assert said.isVisible()
    assert "“zzz”" in said.accessibleName()
    assert not button(view, "models.nothing_found.reset").isVisible()
    press(qtbot, view, "models.nothing_found.catalogue")
    assert view.cards() == catalogue_cards()
    assert focused(view) == "models.search"


def test_a_failure_offers_to_try_again(view: DiscoverView, qtbot: QtBot) -> None:
    wish = search(view, qtbot, "qwen")
    view.show_failure(wish, "The Hub did not answer: try again later.")
    notice = view.findChild(Notice)
    assert notice.text == "The Hub did not answer: try again later."
    assert summary(view) == "From the catalogue"
    with qtbot.waitSignal(view.search_requested) as told:
        qtbot.mouseClick(notice.findChild(QPushButton, "notice.action"), Qt.MouseButton.LeftButton)
    assert told.args == [wish]
    view.show_results(wish, found_cards(1), more=False)
    assert view.findChild(InfoBar).notices() == []
    assert summary(view) == "1 model for “qwen”"


def test_going_back_to_what_was_answered_asks_nothing(view: DiscoverView, qtbot: QtBot) -> None:
    wish = search(view, qtbot, "qwen")
    view.show_results(wish, found_cards(3), more=False)
    for fails in (True, False):
        other = search(view, qtbot, "gemma")
        if fails:
            view.show_failure(other, "The Hub did not answer: try again later.")
            assert summary(view) == "From the search before"
        with qtbot.assertNotEmitted(view.search_requested):
            field(view).setText("qwen")
            qtbot.keyClick(field(view), Key.Key_Return)
        assert summary(view) == "3 models for “qwen”"
        assert view.findChild(InfoBar).notices() == []


def test_show_more_asks_once_and_keeps_the_place(view: DiscoverView, qtbot: QtBot) -> None:
    wish = search(view, qtbot, "qwen")
    view.show_results(wish, found_cards(40), more=True)
    cards(view).enter()
    cards(view).setCurrentIndex(cards(view).model().index(7, 0))
    at = cards(view).verticalScrollBar().value()
    asked: list[SearchWish] = []
    view.more_requested.connect(asked.append)
    press(qtbot, view, "models.more")
    press(qtbot, view, "models.more")
    assert asked == [wish]
    cards(view).setFocus()
    view.show_results(wish, found_cards(80), more=False)
    assert len(view.cards()) == 80
    assert cards(view).currentIndex().row() == 7
    assert cards(view).verticalScrollBar().value() == at
    assert focused(view) == "models.cards"
    assert not button(view, "models.more").isVisible()


def test_a_page_that_failed_is_asked_again(view: DiscoverView, qtbot: QtBot) -> None:
    wish = search(view, qtbot, "qwen")
    view.show_results(wish, found_cards(40), more=True)
    press(qtbot, view, "models.more")
    view.show_failure(wish, "The Hub asks to wait a minute: try again then.")
    again = view.findChild(Notice).findChild(QPushButton, "notice.action")
    with qtbot.waitSignal(view.more_requested):
        qtbot.mouseClick(again, Qt.MouseButton.LeftButton)
    assert len(view.cards()) == 40


def test_results_keep_the_card_that_has_the_keyboard(view: DiscoverView, qtbot: QtBot) -> None:
    wish = search(view, qtbot, "qwen")
    view.show_results(wish, found_cards(9), more=False)
    cards(view).enter()
    cards(view).setCurrentIndex(cards(view).model().index(4, 0))
    kept = cards(view).current_id()
    view.show_results(wish, list(reversed(found_cards(9))), more=False)
    assert cards(view).current_id() == kept
    assert cards(view).hasFocus()


def test_new_verdicts_change_cards_in_place(view: DiscoverView, qtbot: QtBot) -> None:
    model: QAbstractItemModel = cards(view).model()
    first = view.cards()[0]
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.dataChanged) as told:
        view.set_fits({first.id: FITS[4]})
    assert told.args[0].row() == 0
    assert view.cards()[0] == replace(first, fit=FITS[4])


def test_offline_the_catalogue_stands_and_nothing_is_asked(
    view: DiscoverView, qtbot: QtBot
) -> None:
    view.set_offline(True)
    assert view.findChild(QWidget, "models.offline").isVisible()
    with qtbot.assertNotEmitted(view.search_requested):
        field(view).setText("granite")
        qtbot.keyClick(field(view), Key.Key_Return)
    assert {card.owner for card in view.cards()} == {"ibm-granite"}
    assert summary(view) == "4 of the 28 models of the catalogue"
    with qtbot.waitSignal(view.go_online_requested):
        press(qtbot, view, "models.offline.go_online")
    with qtbot.waitSignal(view.search_requested) as told:
        view.set_offline(False)
    assert told.args == [SearchWish("granite")]
    assert not view.findChild(QWidget, "models.offline").isVisible()


def test_everything_can_be_reached_with_the_keyboard(view: DiscoverView, qtbot: QtBot) -> None:
    view.show_results(search(view, qtbot, "qwen"), found_cards(40), more=True)
    view.set_offline(False)
    field(view).setFocus()
    qtbot.keyClick(field(view), Key.Key_Tab)
    assert focused(view) == "models.filters"
    qtbot.keyClick(QApplication.focusWidget(), Key.Key_Space)
    seen = []
    for _ in range(8):
        qtbot.keyClick(QApplication.focusWidget(), Key.Key_Tab)
        seen.append(focused(view))
    assert seen == [
        "models.filters.size",
        "models.filters.architecture",
        "models.filters.licence",
        "models.filters.language",
        "models.filters.gated",
        "models.filters.sort",
        "models.cards",
        "models.more",
    ]


def test_the_arrow_keys_walk_among_the_cards(view: DiscoverView, qtbot: QtBot) -> None:
    qtbot.keyClick(field(view), Key.Key_Down)
    listed = cards(view)
    assert listed.hasFocus()
    assert listed.currentIndex().row() == 0
    columns = listed.columns()
    assert columns > 1
    for key, row in ((Key.Key_Right, 1), (Key.Key_Down, 1 + columns), (Key.Key_Left, columns)):
        qtbot.keyClick(listed, key)
        assert listed.currentIndex().row() == row
    opened: list[str] = []
    view.card_opened.connect(opened.append)
    qtbot.keyClick(listed, Key.Key_Return)
    qtbot.keyClick(listed, Key.Key_Space)
    assert opened == [view.cards()[columns].id] * 2
    qtbot.keyClick(listed, Key.Key_Up)
    qtbot.keyClick(listed, Key.Key_Up)
    assert focused(view) == "models.search"
    qtbot.keyClick(field(view), Key.Key_Down)
    qtbot.keyClick(listed, Key.Key_Escape)
    assert focused(view) == "models.search"


def test_a_click_opens_a_card(view: DiscoverView, qtbot: QtBot) -> None:
    listed = cards(view)
    place = listed.visualRect(listed.model().index(1, 0)).center()
    with qtbot.waitSignal(view.card_opened) as told:
        qtbot.mouseClick(listed.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert told.args == [view.cards()[1].id]


def test_a_card_says_all_to_a_screen_reader_and_on_hover(view: DiscoverView, qtbot: QtBot) -> None:
    hostile = replace(found_cards(2)[1], good_for="<img src='http://x'> & more", gated=True)
    view.set_catalogue([hostile])
    listed = cards(view)
    index = listed.model().index(0, 0)
    said = index.data(Qt.ItemDataRole.AccessibleTextRole)
    for part in (hostile.name, "unsloth", "fits", "reasoning", "asks for agreement", "downloads"):
        assert part in said
    delegate = listed.itemDelegate()
    assert isinstance(delegate, CardDelegate)
    from PySide6.QtWidgets import QStyleOptionViewItem

    option = QStyleOptionViewItem()
    listed.initViewItemOption(option)
    option.rect = listed.visualRect(index)
    top = delegate.hover_at(option, hostile, option.rect.topLeft() + QPoint(20, 20))
    assert hostile.id in top
    assert "<img" not in top
    foot = option.rect.bottomLeft() + QPoint(30, -25)
    assert "of memory at a context of" in delegate.hover_at(option, hostile, foot)


@pytest.mark.parametrize("percent", [100, 150, 200])
@pytest.mark.parametrize("width", [500, 836, 1116, 1900])
def test_cards_fill_the_width_in_whole_columns(
    qapp: QApplication, qtbot: QtBot, width: int, percent: int
) -> None:
    ThemeController(qapp, "light", percent).setParent(qapp)
    view = DiscoverView()
    qtbot.addWidget(view)
    view.set_catalogue(catalogue_cards())
    view.resize(width, 600)
    view.show()
    listed = cards(view)
    rects = [listed.visualRect(listed.model().index(row, 0)) for row in range(6)]
    assert len({rect.top() for rect in rects[: listed.columns()]}) == 1
    assert rects[listed.columns()].top() > rects[0].top()
    assert rects[listed.columns() - 1].right() <= listed.viewport().width()
    assert len({rect.size().width() for rect in rects}) == 1


def test_a_thousand_results_never_hold_the_window_up(view: DiscoverView, qtbot: QtBot) -> None:
    wish = search(view, qtbot, "qwen")
    found, more = found_cards(1_000), found_cards(1_050)
    listed = cards(view)
    with Heartbeat() as heart:
        view.show_results(wish, found, more=True)
        QTest.qWait(0)
        bar = listed.verticalScrollBar()
        for step in range(100):
            bar.setValue(bar.maximum() * step // 100)
            listed.viewport().repaint()
            QApplication.processEvents()
        view.show_results(wish, more, more=True)
        view.set_fits({card.id: FITS[2] for card in found[:100]})
        qtbot.waitUntil(lambda: heart.beats > 20)
    assert len(view.cards()) == 1_050
    assert heart.worst < MOST


def test_the_verdict_label_says_what_it_shows(qtbot: QtBot, qapp: QApplication) -> None:
    ThemeController(qapp, "dark").setParent(qapp)
    label = FitLabel(FITS[3])
    qtbot.addWidget(label)
    label.show()
    assert label.accessibleName() == "only with a smaller context: 4,096"
    assert "7.0 GB" in label.toolTip() == label.accessibleDescription()
    wide = label.sizeHint().width()
    label.set_fit(FITS[1])
    assert label.sizeHint().width() < wide
    assert label.accessibleName() == "fits"


def test_whatever_can_be_used_has_a_name(qapp: QApplication, qtbot: QtBot) -> None:
    ThemeController(qapp, "light").setParent(qapp)
    page = DiscoverPage()
    qtbot.addWidget(page)
    page.resize(1000, 650)
    page.show()
    page.repository.show_repository(repository())
    page.repository.show_card("Words\n\n```\ncode\n```\n\n|a|\n|-|\n|b|")
    qtbot.waitUntil(lambda: page.repository.card.is_finished)
    used = [
        widget
        for widget in page.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.window() is page  # and no list that drops down
    ]
    assert len(used) > 25
    for widget in used:
        assert widget.accessibleName(), widget
        own = widget.objectName() or widget.parent().parent().objectName()
        assert own.startswith("models.") or isinstance(widget, QPlainTextEdit), widget


def test_the_page_goes_to_a_repository_and_back_to_its_card(
    qapp: QApplication, qtbot: QtBot
) -> None:
    ThemeController(qapp, "light").setParent(qapp)
    page = DiscoverPage()
    qtbot.addWidget(page)
    page.resize(1000, 650)
    page.cards.set_catalogue(catalogue_cards())
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    listed = cards(page.cards)
    listed.setCurrentIndex(listed.model().index(5, 0))
    card = page.cards.cards()[5]
    page.open(card)
    assert page.currentWidget() is page.repository
    assert page.repository.repository_id == card.id
    qtbot.keyClick(QApplication.focusWidget(), Key.Key_Escape)
    assert page.currentWidget() is page.cards
    assert listed.hasFocus()
    assert listed.currentIndex().row() == 5
    page.set_offline(True)
    assert page.cards.offline
