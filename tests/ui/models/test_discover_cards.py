"""The cards of models: their place, their looks and words, and opening one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QAbstractItemModel, QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from benchtop.ui.models.discover_view import DiscoverView
from benchtop.ui.models.fit_label import FitLabel
from benchtop.ui.models.model_card import CardDelegate
from benchtop.ui.models.rows import SearchWish
from benchtop.ui.theme import ThemeController
from ui.models.discover_kit import button, cards, field, focused, press, search, view
from ui.models.discover_makers import FITS, catalogue_cards, found_cards

__all__ = ["view"]

Key = Qt.Key


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
        view.set_catalogue([replace(first, fit=FITS[4]), *view.cards()[1:]])
    assert told.args[0].row() == 0
    assert view.cards()[0] == replace(first, fit=FITS[4])


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


def test_a_thousand_results_are_no_thousand_widgets(view: DiscoverView, qtbot: QtBot) -> None:
    """Cards are painted where they are in sight: there is no widget for each, and none is kept."""
    wish = search(view, qtbot, "qwen")
    found, more = found_cards(1_000), found_cards(1_050)
    listed = cards(view)
    view.show_results(wish, found[:10], more=True)
    few = len(view.findChildren(QWidget))
    view.show_results(wish, found, more=True)
    bar = listed.verticalScrollBar()
    for step in range(20):
        bar.setValue(bar.maximum() * step // 20)
        listed.viewport().repaint()
    view.show_results(wish, [replace(card, fit=FITS[2]) for card in more], more=True)
    assert len(view.cards()) == 1_050
    assert len(view.findChildren(QWidget)) <= few


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
