"""Every test of the Compare page begins in the light theme."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from benchtop.ui.compare.columns_view import ColumnsView
from benchtop.ui.theme import ThemeController

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

    def shown(widget: W, width: int = 1_000, height: int = 640) -> W:
        qtbot.addWidget(widget)
        widget.resize(width, height)
        widget.show()
        widget.activateWindow()
        qtbot.waitUntil(widget.isActiveWindow)
        return widget

    return shown


@pytest.fixture
def view(show: Callable[..., ColumnsView]) -> ColumnsView:
    """The answers side by side, none yet."""
    return show(ColumnsView(), 960, 420)
