"""A theme and a window for the tests of the shell."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from benchtop.ui.compare.compare_page import ComparePage
from benchtop.ui.help.help_page import HelpPage
from benchtop.ui.main_window import MainWindow
from benchtop.ui.models.models_page import ModelsPage
from benchtop.ui.settings.settings_page import SettingsPage
from benchtop.ui.teach.teach_page import TeachPage
from benchtop.ui.theme import ThemeController


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[ThemeController]:
    """The light theme at 100 %."""
    controller = ThemeController(qapp, "light")
    yield controller
    controller.deleteLater()


@pytest.fixture
def window(theme: ThemeController, qtbot: QtBot) -> MainWindow:
    """The window with all its pages, a label in the place of the chat."""
    made = MainWindow(theme)
    made.add_page("chat", lambda: QLabel("the chat"))
    made.add_page("compare", ComparePage)
    made.add_page("models", ModelsPage)
    made.add_page("teach", TeachPage)
    made.add_page("settings", SettingsPage)
    made.add_page("help", HelpPage)
    qtbot.addWidget(made)
    made.show_page("chat")
    made.show()
    qtbot.waitExposed(made)
    return made
