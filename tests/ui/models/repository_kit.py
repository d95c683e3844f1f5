"""An open repository on show, and what a person sees and does in it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from benchtop.ui.models.card_view import CardView
from benchtop.ui.models.choice_line import ChoiceLine
from benchtop.ui.models.choice_table import PAGE
from benchtop.ui.models.repository_view import RepositoryView
from benchtop.ui.theme import ThemeController
from ui.models.discover_makers import repository


@pytest.fixture
def view(qapp: QApplication, qtbot: QtBot) -> RepositoryView:
    """A repository's page that asks for nothing yet."""
    ThemeController(qapp, "light").setParent(qapp)
    made = RepositoryView()
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def show_whole(view: RepositoryView, qtbot: QtBot, **values: object) -> None:
    """Show a repository and wait for its files."""
    row = repository(**values)
    view.show_repository(row)
    qtbot.waitUntil(lambda: len(view.table.lines) == min(len(row.choices), PAGE))


def line(view: RepositoryView, key: str) -> ChoiceLine:
    """The line of a file."""
    return next(one for one in view.table.lines if one.row.key == key)


def label(view: RepositoryView, name: str) -> QLabel:
    """A label of its head or its card."""
    return view.findChild(QLabel, f"models.repository.{name}")


def press(qtbot: QtBot, view: RepositoryView, name: str) -> None:
    """Click a button."""
    qtbot.mouseClick(view.findChild(QPushButton, name), Qt.MouseButton.LeftButton)


def show_card(view: RepositoryView, qtbot: QtBot, markdown: str) -> CardView:
    """Show a model card and wait until all of it is there."""
    view.show_card(markdown)
    qtbot.waitUntil(lambda: view.card.is_finished)
    return view.card
