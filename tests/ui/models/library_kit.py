"""The list of models that are here on the screen, and what tests look at in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QPushButton,
)
from pytestqt.qtbot import QtBot

from benchtop.ui.models.library_table import LibraryTable
from benchtop.ui.models.library_view import LibraryView
from benchtop.ui.theme import ThemeController

Key = Qt.Key


@pytest.fixture
def view(qapp: QApplication, qtbot: QtBot) -> Iterator[LibraryView]:
    theme = ThemeController(qapp, "light")
    made = LibraryView()
    qtbot.addWidget(made)
    made.resize(1_000, 600)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    theme.deleteLater()


def table(view: LibraryView) -> LibraryTable:
    found = view.findChild(LibraryTable, "models.list")
    assert found is not None
    return found


def button(view: LibraryView, name: str) -> QPushButton:
    found = view.findChild(QPushButton, f"models.{name}")
    assert found is not None
    return found


def shown(view: LibraryView) -> list[str]:
    rows = table(view).rows
    return [rows.index(number, 0).data() for number in range(rows.rowCount())]


def pick(view: LibraryView, key: str) -> None:
    view.choose(key)
    view.focus_list()
    assert view.chosen_id() == key
