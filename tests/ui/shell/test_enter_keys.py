"""Enter presses buttons, in pages and in dialogs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QDialog,
    QLineEdit,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from benchtop.ui.enter_keys import EnterKeys
from benchtop.ui.widgets.switch import Switch

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


@pytest.fixture(autouse=True)
def keys(qapp: QApplication) -> EnterKeys:
    return EnterKeys(qapp)


def shown(qtbot: QtBot, holder: QWidget, *parts: QWidget) -> None:
    column = QVBoxLayout(holder)
    for part in parts:
        column.addWidget(part)
    qtbot.addWidget(holder)
    with qtbot.waitExposed(holder):
        holder.show()
    holder.activateWindow()
    qtbot.waitUntil(holder.isActiveWindow)


def pressed(button: QAbstractButton) -> list[bool]:
    told: list[bool] = []
    button.clicked.connect(lambda: told.append(True))
    return told


@pytest.mark.parametrize("make", [QPushButton, QToolButton])
def test_a_button_of_a_page_is_pressed(qtbot: QtBot, make: Callable[[], QAbstractButton]) -> None:
    button, other = make(), QPushButton("other")
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    told, others = pressed(button), pressed(other)
    page = QWidget()
    shown(qtbot, page, button, other)
    button.setFocus()
    for key in ENTER:
        QTest.keyClick(button, key)
    assert len(told) == 2
    QTest.keyClick(button, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    button.setEnabled(False)
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert len(told) == 2
    assert not others


def test_dialogs_keep_their_default_button(qtbot: QtBot) -> None:
    field, usual, plain, box = QLineEdit(), QPushButton("Save"), QPushButton("More"), QCheckBox("x")
    usual.setDefault(True)
    plain.setAutoDefault(False)
    saved, more = pressed(usual), pressed(plain)
    dialog = QDialog()
    shown(qtbot, dialog, field, usual, plain, box)
    for widget, counts in ((field, (1, 0)), (box, (2, 0)), (usual, (3, 0)), (plain, (3, 1))):
        widget.setFocus()
        QTest.keyClick(widget, Qt.Key.Key_Return)
        assert (len(saved), len(more)) == counts
    assert not box.isChecked()


def test_a_menu_opens_and_a_switch_stays(qtbot: QtBot) -> None:
    button, switch = QToolButton(), Switch()
    menu = QMenu(button)
    menu.addAction("One")
    button.setMenu(menu)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    page = QWidget()
    shown(qtbot, page, button, switch)
    opened: list[bool] = []

    def close() -> None:
        opened.append(True)
        menu.close()

    menu.aboutToShow.connect(close, Qt.ConnectionType.QueuedConnection)
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: opened == [True])
    switch.setFocus()
    QTest.keyClick(switch, Qt.Key.Key_Return)
    assert not switch.isChecked()


def test_what_is_gone_by_its_own_press_does_no_harm(qtbot: QtBot) -> None:
    page, button = QWidget(), QPushButton("gone")
    told = pressed(button)
    button.clicked.connect(button.deleteLater)
    button.clicked.connect(button.hide)
    shown(qtbot, page, button)
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not shiboken6.isValid(button))
    assert told == [True]
