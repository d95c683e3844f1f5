"""The card of what training needs and what is not there yet."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from benchtop.ui.teach.train_view import TrainView
from ui.teach.teach_makers import (
    missing_tools,
)
from ui.teach.train_kit import button, find, measured_view, words


@pytest.fixture
def view(show: Callable[..., TrainView]) -> TrainView:
    """The Train tab on the screen."""
    return show(measured_view())


def test_tools_that_are_ready_behind_another_page_do_not_take_the_keyboard(
    show: Callable[..., QStackedWidget],
) -> None:
    pages, view, elsewhere = QStackedWidget(), measured_view(), QPushButton("Elsewhere")
    view.set_tools(missing_tools())
    pages.addWidget(view)
    pages.addWidget(elsewhere)
    show(pages, 1_116, 700)
    button(view, "train.tools.setup").setFocus()
    pages.setCurrentWidget(elsewhere)
    elsewhere.setFocus()
    view.set_tools(missing_tools(state="installing"))
    view.set_tools(missing_tools(state="ready"))
    assert elsewhere.hasFocus()
    pages.setCurrentWidget(view)
    focus = QApplication.focusWidget()
    assert focus is not None
    assert view.isAncestorOf(focus)
    assert focus.isVisible()


def test_missing_tools_are_told_with_size_place_and_command(view: TrainView, qtbot: QtBot) -> None:
    view.set_tools(missing_tools())
    assert not button(view, "train").isEnabled()
    card = find(view, QWidget, "train.tools")
    said = " ".join(one.text() for one in card.findChildren(QLabel)).replace("\u200b", "")
    assert "940 MB in /home/ada/.local/share/benchtop/tools" in said
    command = find(view, QLineEdit, "train.tools.command")
    button(view, "train.tools.copy").click()
    assert QGuiApplication.clipboard().text() == command.text() == "benchtop tune --set-up"
    start = button(view, "train.tools.setup")
    start.setFocus()
    with qtbot.waitSignal(view.setup_requested):
        start.click()
    view.set_tools(missing_tools(state="installing", progress=0.37, words="Downloading torch,"))
    assert words(view, "train.tools.state") == "Downloading torch, 37 %"
    assert find(view, QProgressBar, "train.tools.progress").value() == 370
    cancel = button(view, "train.tools.cancel")
    assert cancel.hasFocus()
    with qtbot.waitSignal(view.setup_cancelled):
        cancel.click()
    trouble = "The disk of /home/ada is full; 940 MB are needed."
    view.set_tools(missing_tools(state="failed", trouble=trouble))
    assert words(view, "train.tools.state") == trouble
    assert start.text().strip("\u2009") == "Try again"
    view.set_tools(missing_tools(state="ready"))
    assert not card.isVisible()
    assert button(view, "train").isEnabled()
