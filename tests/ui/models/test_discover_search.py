"""Finding models: the catalogue, and a search with its filters in each of its states."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from benchtop.ui.models.discover_states import AboutList
from benchtop.ui.models.discover_texts import about_text
from benchtop.ui.models.discover_view import DiscoverView
from benchtop.ui.models.rows import SearchWish
from benchtop.ui.theme import ThemeController
from benchtop.ui.widgets.info_bar import InfoBar, Notice
from ui.models.discover_kit import button, cards, field, focused, press, search, summary, view
from ui.models.discover_makers import catalogue_cards, found_cards

__all__ = ["view"]

Key = Qt.Key


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


def test_a_page_that_failed_is_asked_again(view: DiscoverView, qtbot: QtBot) -> None:
    wish = search(view, qtbot, "qwen")
    view.show_results(wish, found_cards(40), more=True)
    press(qtbot, view, "models.more")
    view.show_failure(wish, "The Hub asks to wait a minute: try again then.")
    again = view.findChild(Notice).findChild(QPushButton, "notice.action")
    with qtbot.waitSignal(view.more_requested):
        qtbot.mouseClick(again, Qt.MouseButton.LeftButton)
    assert len(view.cards()) == 40


def test_nothing_found_names_the_filters(view: DiscoverView, qtbot: QtBot) -> None:
    view.findChild(QComboBox, "models.filters.language").setCurrentText("German")
    view.show_results(search(view, qtbot, "qwen"), [], more=False)
    said = view.findChild(QWidget, "models.nothing_found").accessibleName()
    assert "Language: German" in said
    assert button(view, "models.nothing_found.reset").isVisible()


def test_a_search_that_failed_did_not_find_nothing(view: DiscoverView, qtbot: QtBot) -> None:
    view.show_results(search(view, qtbot, "zzz"), [], more=False)
    view.show_failure(search(view, qtbot, "zzzz"), "The Hub did not answer: try again later.")
    assert not view.findChild(QWidget, "models.nothing_found").isVisible()
    assert view.cards() == catalogue_cards()
    assert summary(view) == "From the catalogue"
    view.show_results(search(view, qtbot, "zzzzz"), [], more=False)
    assert view.findChild(QWidget, "models.nothing_found").isVisible()


@pytest.mark.parametrize(
    ("area", "percent", "aside"),
    [
        (QSize(1100, 650), 100, True),
        (QSize(820, 650), 100, False),
        (QSize(1100, 300), 100, False),
        (QSize(1100, 650), 150, False),
        (QSize(744, 452), 200, False),
    ],
)
def test_the_filters_stand_on_the_left_where_there_is_room(
    view: DiscoverView, qtbot: QtBot, *, area: QSize, percent: int, aside: bool
) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    ThemeController(app, "light", percent).setParent(app)
    view.resize(area)
    size = view.findChild(QComboBox, "models.filters.size")
    qtbot.waitUntil(lambda: size.isVisible() is aside)
    assert button(view, "models.filters").isVisible() is not aside
    if not aside:
        press(qtbot, view, "models.filters")
    names = ("size", "architecture", "licence", "language", "gated", "sort")
    boxes = [view.findChild(QWidget, f"models.filters.{name}") for name in names]
    qtbot.waitUntil(lambda: all(box.isVisible() for box in boxes))
    for box in boxes:
        assert box.width() >= box.minimumSizeHint().width()
        assert box.visibleRegion().boundingRect() == box.rect()  # nothing of it is cut
    lefts = {box.mapTo(view, box.rect().topLeft()).x() for box in boxes}
    assert (len(lefts) == 1) is aside
    chosen = view.wish
    size.setCurrentIndex(1)
    view.resize(820 if aside else 1400, 800)
    assert view.wish.filters != chosen.filters  # the same controls, wherever they stand


def test_the_order_and_the_origin_of_the_catalogue_are_told(
    view: DiscoverView, qtbot: QtBot
) -> None:
    assert not button(view, "models.about.button").isVisible()  # nobody said anything yet
    view.set_about(about_text("2026-11-21", "Public pages.", 0.0))
    press(qtbot, view, "models.about.button")
    about = view.findChild(AboutList)
    assert about.isVisible()
    for part in (
        "5 tokens a second",
        "10.0 GB a second are assumed",
        "21 November 2026",
        "Public pages.",
    ):
        assert part in about.words
    assert "12.0 GB" in about_text("2026-11-21", "", 12e9)
    view.show_results(search(view, qtbot, "qwen"), found_cards(3), more=False)
    assert not about.isVisible()


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


def test_cards_of_before_are_pale_while_a_search_is_under_way(
    view: DiscoverView, qtbot: QtBot
) -> None:
    def ink() -> int:
        """How dark the darkest point of the cards is, 0 to 255."""
        image = cards(view).viewport().grab().toImage()
        points = ((x, y) for x in range(0, image.width(), 2) for y in range(0, 300, 2))
        return 255 - min(image.pixelColor(x, y).lightness() for x, y in points)

    field(view).setText("")
    before = ink()
    wish = search(view, qtbot, "qwen small")
    assert cards(view).cards
    assert ink() < before * 0.6
    view.show_results(wish, catalogue_cards(), more=False)
    assert ink() == before
