"""The bin in the real window: opened, looked through, and what was deleted brought back or ended."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QTableWidget, QToolButton
from pytestqt.qtbot import QtBot

from benchtop.bootstrap import Program
from benchtop.ui.chat.bin_dialog import BinDialog
from ui.window.conftest import WAIT_MS

TITLES = ("Dragons", "Taxes", "Bread")


def until(qtbot: QtBot, condition: Callable[[], object]) -> None:
    qtbot.waitUntil(lambda: bool(condition()), timeout=WAIT_MS)


@pytest.fixture
def ids(qtbot: QtBot, program: Program) -> list[str]:
    """Three conversations in the bin, the last title deleted last."""
    made = []
    for title in TITLES:
        program.chat.new_chat()
        model = program.session.model
        assert model is not None
        made.append(program.session.branch.create(title, model).id)
    until(qtbot, lambda: all(program.chat.sidebar_wiring.known(one) for one in made))
    for one in made:
        program.chat.sidebar_wiring.delete([one])
    until(qtbot, lambda: bin_button(program).accessibleName() == "Bin (3)")
    return made


def bin_button(program: Program) -> QToolButton:
    button = program.chat.sidebar.findChild(QToolButton, "chat.bin")
    assert button is not None
    return button


def open_bin(qtbot: QtBot, program: Program, rows: int) -> BinDialog:
    bin_button(program).click()
    until(qtbot, lambda: program.chat.findChild(BinDialog) and shown(program) == rows)
    dialog = program.chat.findChild(BinDialog)
    assert dialog is not None
    return dialog


def table(dialog: BinDialog) -> QTableWidget:
    found = dialog.findChild(QTableWidget)
    assert found is not None
    return found


def shown(program: Program) -> int:
    dialog = program.chat.findChild(BinDialog)
    return table(dialog).rowCount() if dialog is not None else -1


def press(dialog: BinDialog, name: str) -> None:
    button = dialog.findChild(QPushButton, f"chat.bin_dialog.{name}")
    assert button is not None
    assert button.isVisible()
    assert button.isEnabled()
    button.click()


def test_what_was_deleted_is_listed_and_comes_back_by_enter(
    qtbot: QtBot, program: Program, ids: list[str]
) -> None:
    dialog = open_bin(qtbot, program, 3)
    titles = [table(dialog).item(row, 0).text() for row in range(3)]
    assert titles == ["Bread", "Taxes", "Dragons"]
    assert table(dialog).item(0, 2).text() == "30 days"
    table(dialog).setFocus()
    QTest.keyClick(table(dialog), Qt.Key.Key_Down)
    QTest.keyClick(table(dialog), Qt.Key.Key_Return)
    until(qtbot, lambda: program.chat.sidebar_wiring.known(ids[1]) and shown(program) == 2)
    assert dialog.selected_ids() == [ids[0]]  # the row that took its place
    assert bin_button(program).accessibleName() == "Bin (2)"


def test_deleting_for_good_asks_again_and_ends_undo(
    qtbot: QtBot, program: Program, ids: list[str]
) -> None:
    dialog = open_bin(qtbot, program, 3)
    table(dialog).selectAll()
    press(dialog, "purge")
    press(dialog, "keep")
    assert shown(program) == 3
    press(dialog, "purge")
    press(dialog, "purge_sure")
    until(qtbot, lambda: shown(program) == 0)
    assert not table(dialog).isVisible()
    assert program.window.info_bar.notices() == []
    program.window.action_set["chat.undo"].trigger()
    assert program.chat.sidebar_wiring.known(ids[0]) is None
    assert dialog.focusWidget() is not None


def test_undo_while_the_bin_is_open_empties_its_row(
    qtbot: QtBot, program: Program, ids: list[str]
) -> None:
    open_bin(qtbot, program, 3)
    program.chat.undo_stack.undo()
    until(qtbot, lambda: program.chat.sidebar_wiring.known(ids[2]) and shown(program) == 2)


def test_escape_takes_the_question_back_and_then_closes(
    qtbot: QtBot, program: Program, ids: list[str]
) -> None:
    dialog = open_bin(qtbot, program, 3)
    press(dialog, "purge")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    until(qtbot, lambda: program.chat.findChild(BinDialog) is None)
