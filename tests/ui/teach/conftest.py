"""Every test of the Teach page begins in the light theme; the page, with examples on its Data tab."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from benchtop.ui.teach.teach_page import TeachPage
from benchtop.ui.theme import ThemeController
from ui.teach.data_makers import MemoryOwner

W = TypeVar("W", bound=QWidget)


@pytest.fixture(autouse=True)
def theme(qapp: QApplication) -> Iterator[ThemeController]:
    """The theme of the program."""
    made = ThemeController(qapp, "light")
    yield made
    made.deleteLater()


@pytest.fixture
def show(qtbot: QtBot) -> Callable[[W, int, int], W]:
    """Put a widget on the screen, with the keyboard."""

    def shown(widget: W, width: int = 1_116, height: int = 700) -> W:
        qtbot.addWidget(widget)
        widget.resize(width, height)
        widget.show()
        widget.activateWindow()
        qtbot.waitUntil(widget.isActiveWindow)
        return widget

    return shown


@pytest.fixture
def page(show: Callable[..., TeachPage]) -> TeachPage:
    """The Teach page on the screen, without data sets."""
    return show(TeachPage())


@pytest.fixture
def owner(page: TeachPage, qtbot: QtBot) -> MemoryOwner:
    """120 examples on its Data tab, the first chosen."""
    made, table = MemoryOwner(page.data), page.data.table
    made.fill()
    qtbot.waitUntil(lambda: table.rows.row_of("e0") is not None)
    table.choose("e0")
    return made
