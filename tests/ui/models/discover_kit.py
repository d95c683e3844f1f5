"""The page for finding models on show, and what a person does in it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from benchtop.ui.models.card_list import CardList
from benchtop.ui.models.discover_view import DiscoverView
from benchtop.ui.models.rows import SearchWish
from benchtop.ui.theme import ThemeController
from ui.models.discover_makers import catalogue_cards

Key = Qt.Key


@pytest.fixture
def view(qapp: QApplication, qtbot: QtBot) -> DiscoverView:
    """The catalogue on show, the keyboard in the field."""
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
    """Where words are typed."""
    return view.findChild(QLineEdit, "models.search")


def button(view: QWidget, name: str) -> QPushButton:
    """A button by its name."""
    return view.findChild(QPushButton, name)


def cards(view: DiscoverView) -> CardList:
    """The cards as a list."""
    return view.findChild(CardList)


def summary(view: DiscoverView) -> str:
    """The line that says what is shown."""
    return view.findChild(QLabel, "models.summary").text()


def press(qtbot: QtBot, widget: QWidget, name: str) -> None:
    """Click a button."""
    qtbot.mouseClick(button(widget, name), Qt.MouseButton.LeftButton)


def search(view: DiscoverView, qtbot: QtBot, words: str) -> SearchWish:
    """Type and press Enter; what is asked for then."""
    field(view).setText(words)
    with qtbot.waitSignal(view.search_requested) as told:
        qtbot.keyClick(field(view), Key.Key_Return)
    wish: SearchWish = told.args[0]
    return wish


def focused(view: DiscoverView) -> str:
    """The name of what has the keyboard."""
    widget = QApplication.focusWidget()
    return widget.objectName() if widget is not None else ""
