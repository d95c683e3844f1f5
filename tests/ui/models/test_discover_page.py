"""The page for finding models as a whole: its keyboard, its names, the way to a repository and back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from benchtop.ui.models.discover_page import DiscoverPage
from benchtop.ui.models.discover_view import DiscoverView
from benchtop.ui.theme import ThemeController
from ui.models.discover_kit import button, cards, field, focused, search, view
from ui.models.discover_makers import catalogue_cards, found_cards, repository

__all__ = ["view"]

Key = Qt.Key


@pytest.mark.parametrize("width", [840, 1100])
def test_everything_can_be_reached_with_the_keyboard(
    view: DiscoverView, qtbot: QtBot, width: int
) -> None:
    view.resize(width, 650)
    qtbot.waitUntil(lambda: button(view, "models.filters").isVisible() is (width < 1000))
    view.show_results(search(view, qtbot, "qwen"), found_cards(40), more=True)
    view.set_offline(False)
    field(view).setFocus()
    if width < 1000:  # the filters are behind a button, else they stand on the left
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
