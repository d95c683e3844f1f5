"""Turns of a conversation are picked as an example, by the keyboard alone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from benchtop.domain.chat import Message
from benchtop.domain.examples import Dataset
from benchtop.ui.chat.range_dialog import RangeDialog
from benchtop.ui.widgets.reading_table import ReadingTable
from ui.chat.makers import step, told

SETS = (Dataset("d1", "Owls"), Dataset("d2", "Mine"))
KEY, SHIFT = Qt.Key, Qt.KeyboardModifier.ShiftModifier


def path(count: int) -> list[Message]:
    return [step(number, f"Words {number}").message for number in range(count)]


def shown(
    qtbot: QtBot, first: str, messages: Sequence[Message] = (), sets: Sequence[Dataset] = SETS
) -> RangeDialog:
    dialog = RangeDialog(messages or path(6), first, sets, "d2")
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.open()
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def part(dialog: RangeDialog, kind: type[QWidget], name: str) -> QWidget:
    found = dialog.findChild(kind, f"chat.range.{name}")
    assert found is not None, name
    return found


def words(dialog: RangeDialog) -> str:
    label = part(dialog, QLabel, "words")
    assert isinstance(label, QLabel)
    return label.text()


def rows(dialog: RangeDialog) -> list[int]:
    table = part(dialog, ReadingTable, "turns")
    assert isinstance(table, ReadingTable)
    return sorted(index.row() for index in table.selectionModel().selectedRows())


@pytest.mark.parametrize(("first", "chosen"), [("m2", [2, 3, 4, 5]), ("m3", [2, 3, 4, 5])])
def test_it_begins_with_the_question_and_ends_with_the_last_answer(
    qtbot: QtBot, first: str, chosen: list[int]
) -> None:
    dialog = shown(qtbot, first)
    assert rows(dialog) == chosen
    assert words(dialog) == "One example with 2 answers."


def test_by_keys_alone(qtbot: QtBot) -> None:
    dialog = shown(qtbot, "m0")
    wishes = told(dialog.add_wanted)
    table = part(dialog, ReadingTable, "turns")
    assert QApplication.focusWidget() is table
    for _ in range(2):
        QTest.keyClick(table, KEY.Key_Up, SHIFT)
    assert rows(dialog) == [0, 1, 2, 3]
    QTest.keyClick(table, KEY.Key_Up, SHIFT)
    assert rows(dialog) == [0, 1, 2]
    assert "stays behind" in words(dialog)
    QTest.keyClick(table, KEY.Key_Home, SHIFT)
    QTest.keyClick(table, KEY.Key_End, SHIFT)
    assert rows(dialog) == [0, 1, 2, 3, 4, 5]
    for _ in range(3):
        QTest.keyClick(table, KEY.Key_Up, SHIFT)
    QTest.keyClick(table, KEY.Key_Return)
    assert wishes == [(SETS[1], "m0", "m2")]
    assert not dialog.isVisible()


def test_what_has_no_answer_is_not_added(qtbot: QtBot) -> None:
    dialog = shown(qtbot, "m0")
    table, add = part(dialog, ReadingTable, "turns"), part(dialog, QPushButton, "add")
    QTest.keyClick(table, KEY.Key_Home, SHIFT)
    assert rows(dialog) == [0]
    assert "no answer" in words(dialog)
    assert not add.isEnabled()
    QTest.keyClick(table, KEY.Key_Down)
    assert rows(dialog) == [1]
    assert words(dialog).endswith("The question before the first one comes along.")
    assert add.isEnabled()


def test_a_new_data_set_has_a_name(qtbot: QtBot) -> None:
    dialog = shown(qtbot, "m0", sets=())
    into, name = part(dialog, QComboBox, "dataset"), part(dialog, QLineEdit, "name")
    assert isinstance(into, QComboBox)
    assert isinstance(name, QLineEdit)
    assert into.currentText() == "A new data set"
    assert name.isVisible()
    wishes = told(dialog.add_wanted)
    name.clear()
    assert not part(dialog, QPushButton, "add").isEnabled()
    QTest.keyClicks(name, "Stars")
    QTest.keyClick(name, KEY.Key_Return)
    assert wishes == [("Stars", "m0", "m5")]


def test_what_says_nothing_yet_is_not_among_the_turns(qtbot: QtBot) -> None:
    messages = [
        *path(2), step(2, "More").message, step(3, "Half", state="streaming").message,
        step(4, " ", role="assistant").message,
    ]  # fmt: skip
    dialog = shown(qtbot, "m0", messages)
    assert rows(dialog) == [0, 1]
    table = part(dialog, ReadingTable, "turns")
    assert isinstance(table, ReadingTable)
    assert table.rowCount() == 3
    QTest.keyClick(table, KEY.Key_Escape)
    assert not dialog.isVisible()
