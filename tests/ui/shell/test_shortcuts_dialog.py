"""The list of keys shows all of them, and finds one by what it does or by the key."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QTableWidget
from pytestqt.qtbot import QtBot

from benchtop.ui.action_table import ACTIONS
from benchtop.ui.main_window import MainWindow
from benchtop.ui.shortcuts_dialog import ShortcutsDialog


@pytest.fixture
def dialog(window: MainWindow, qtbot: QtBot) -> ShortcutsDialog:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_Question)
    found = window.findChild(ShortcutsDialog)
    assert found is not None
    qtbot.waitExposed(found)
    return found


def shown(dialog: ShortcutsDialog) -> list[str]:
    """The actions on show, without headings."""
    table = dialog.findChild(QTableWidget)
    rows = [r for r in range(table.rowCount()) if not table.isRowHidden(r)]
    return [table.item(r, 0).text() for r in rows if table.columnSpan(r, 0) == 1]


def headings(dialog: ShortcutsDialog) -> list[str]:
    table = dialog.findChild(QTableWidget)
    rows = [r for r in range(table.rowCount()) if not table.isRowHidden(r)]
    return [table.item(r, 0).text() for r in rows if table.columnSpan(r, 0) > 1]


def test_it_opens_beside_the_window_and_lists_everything(dialog: ShortcutsDialog) -> None:
    assert not dialog.isModal()
    assert shown(dialog) == [spec.text for spec in ACTIONS]
    assert headings(dialog) == list(dict.fromkeys(spec.group for spec in ACTIONS))


def test_typing_finds_by_words_and_by_key(dialog: ShortcutsDialog, qtbot: QtBot) -> None:
    search = dialog.findChild(QLineEdit)
    qtbot.keyClicks(search, "bin undo")
    assert shown(dialog) == ["Delete chat"]
    assert headings(dialog) == ["Chats"]
    search.setText("f2")
    assert shown(dialog) == ["Rename chat"]
    search.setText("no such thing")
    assert shown(dialog) == []
    assert dialog.findChild(QLabel, "shortcuts.nothing").isVisible()
    search.clear()
    assert len(shown(dialog)) == len(ACTIONS)


def test_esc_closes_it_and_it_opens_again(
    dialog: ShortcutsDialog, window: MainWindow, qtbot: QtBot
) -> None:
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    window.show_shortcuts()
    assert dialog.isVisible()
    assert len(window.findChildren(ShortcutsDialog)) == 1


def test_no_explanation_is_cut(dialog: ShortcutsDialog, qtbot: QtBot) -> None:
    dialog.resize(520, 400)
    table = dialog.findChild(QTableWidget)
    rows = [row for row in range(table.rowCount()) if table.columnSpan(row, 0) == 1]
    qtbot.waitUntil(lambda: all(table.rowHeight(r) >= table.sizeHintForRow(r) for r in rows))


def test_return_and_enter_are_said_once(dialog: ShortcutsDialog) -> None:
    table = dialog.findChild(QTableWidget)
    keys = {table.item(r, 0).text(): table.item(r, 1) for r in range(table.rowCount())}
    assert keys["Send"].text() == "Enter"
    assert "Return" not in " ".join(item.text() for item in keys.values() if item is not None)
