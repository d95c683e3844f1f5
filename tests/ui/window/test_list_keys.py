"""Shortcuts of the window while the conversation list has the keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from benchtop.bootstrap import Program
from benchtop.ui.chat.conversation_view import ConversationView
from ui.window.conftest import WAIT_MS

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def until(qtbot: QtBot, condition: Callable[[], object]) -> None:
    qtbot.waitUntil(lambda: bool(condition()), timeout=WAIT_MS)


@pytest.fixture
def here(qtbot: QtBot, program: Program) -> str:
    """The conversation on show, with the keyboard on another one's row in the list."""
    model = program.session.model
    assert model is not None
    other = program.session.branch.create("Another", model).id
    program.chat.new_chat()
    until(qtbot, lambda: program.session.branch.conversation is None)
    made = program.session.branch.create("On show", model).id
    known = program.chat.sidebar_wiring.known
    until(qtbot, lambda: known(made) and known(other))
    program.window.activateWindow()
    rows = program.chat.sidebar.findChild(ConversationView)
    assert rows is not None
    rows.setFocus()
    until(qtbot, rows.hasFocus)
    rows.setCurrentIndex(rows.list_model().index_of(other))
    return made


def test_the_window_deletes_what_is_on_show_and_the_plain_key_the_row(
    qtbot: QtBot, program: Program, here: str
) -> None:
    window, known = program.window.windowHandle(), program.chat.sidebar_wiring.known
    with qtbot.waitSignal(program.conversations.deleted) as first:
        QTest.keyClick(window, Qt.Key.Key_Delete, CONTROL | SHIFT)
    assert first.args == [[here]]
    until(qtbot, lambda: known(here) is None)
    rows = program.chat.sidebar.findChild(ConversationView)
    assert rows is not None
    rows.focus_first()
    other = rows.selected_ids()
    with qtbot.waitSignal(program.conversations.deleted) as second:
        QTest.keyClick(window, Qt.Key.Key_Delete)
    assert second.args == [other]
