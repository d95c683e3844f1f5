"""The Data tab in the whole window: from a rated reply to an example, and back to the chat."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPlainTextEdit, QTableWidget
from pytestqt.qtbot import QtBot

from benchtop.bootstrap import Program
from benchtop.store.database import open_store
from benchtop.ui.chat.range_dialog import RangeDialog
from benchtop.ui.teach.data_view import DataView
from benchtop.ui.teach.teach_page import TeachPage
from ui.window.conftest import WAIT_MS, StartWindow, wait_ready

KEY = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier


def page_of(program: Program) -> TeachPage:
    program.window.go_to("teach")
    page = program.window.page("teach")
    assert isinstance(page, TeachPage)
    return page


def until(qtbot: QtBot, condition: object) -> None:
    qtbot.waitUntil(lambda: bool(condition()), timeout=WAIT_MS)


def press(
    program: Program, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    """A key for the whole window, so that its shortcuts see it first."""
    QTest.keyClick(program.window.windowHandle(), key, modifiers)


def say(qtbot: QtBot, program: Program, text: str) -> str:
    """Send a message; the id of the reply."""
    with qtbot.waitSignal(program.session.reply_ended, timeout=WAIT_MS):
        program.session.send(text)
    reply = program.chat.last_reply_id()
    assert reply is not None
    return reply


def button(view: DataView, name: str) -> QAbstractButton:
    found = view.findChild(QAbstractButton, name)
    assert found is not None, name
    return found


def test_a_rated_reply_becomes_an_example(qtbot: QtBot, program: Program) -> None:
    reply = say(qtbot, program, "What can I do in this app?")
    say(qtbot, program, "Tell me a story about an owl.")
    view = page_of(program).data
    rated = view.findChild(QLabel, "teach.data.first.rated")
    until(qtbot, lambda: rated.text().startswith("No reply is rated yet"))
    button(view, "teach.data.first.chat").click()
    assert program.window.current_page == "chat"
    program.session.branch.rate(reply, 1)
    page_of(program)
    button(view, "teach.data.first.collect").click()
    until(qtbot, lambda: len(view.table.rows.ids) == 1)
    until(qtbot, lambda: view.pane.example_id)
    shown = view.pane.example()
    assert shown.turns[-2].content == "What can I do in this app?"
    assert shown.origin.message_id == reply
    assert view.sets.currentIndex().data() == "From my chats"
    program.chat.new_chat()
    button(view, "teach.example.chat").click()
    assert program.window.current_page == "chat"
    here = program.session.branch
    until(qtbot, lambda: here.conversation and here.conversation.id == shown.origin.conversation_id)


def test_turns_of_a_conversation_become_an_example_by_keys_alone(
    qtbot: QtBot, program: Program
) -> None:
    say(qtbot, program, "What can I do in this app?")
    say(qtbot, program, "Tell me a story about an owl.")
    program.window.activateWindow()
    program.chat.composer.focus_input()
    qtbot.waitUntil(program.chat.composer.input.hasFocus)
    press(program, KEY.Key_T, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    until(qtbot, lambda: _focus() == "chat.range.turns")
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, RangeDialog)
    table = dialog.findChild(QTableWidget, "chat.range.turns")
    assert table is not None
    QTest.keyClick(table, KEY.Key_Home, CONTROL)
    QTest.keyClick(table, KEY.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(table, KEY.Key_Return)
    notices = program.window.info_bar.notices
    until(qtbot, lambda: [one.text for one in notices()])
    assert notices()[-1].text == "The example is in “From my chats”, on the Teach page."
    view = page_of(program).data
    until(qtbot, lambda: len(view.table.rows.ids) == 1)
    until(qtbot, lambda: view.pane.example_id)
    assert [turn.content for turn in view.pane.example().turns if turn.role == "user"] == [
        "What can I do in this app?"
    ]
    program.window.activateWindow()
    view.table.setFocus()
    until(qtbot, view.table.hasFocus)
    press(program, KEY.Key_Z, CONTROL)
    until(qtbot, view.nothing.isVisible)  # the data set was made for this example


def test_an_example_is_typed_from_anywhere(qtbot: QtBot, program: Program) -> None:
    program.window.activateWindow()
    program.chat.composer.focus_input()
    qtbot.waitUntil(program.chat.composer.input.hasFocus)
    press(program, KEY.Key_T, CONTROL)
    until(qtbot, lambda: _focus() == "teach.new.question")
    for letter in "Who":
        QTest.keyClick(program.window.windowHandle(), letter)
    press(program, KEY.Key_Tab)
    for letter in "An owl":
        QTest.keyClick(program.window.windowHandle(), letter)
    press(program, KEY.Key_Return, CONTROL)  # in a chat it lets a reply go on
    page = program.window.page("teach")
    assert isinstance(page, TeachPage)
    view = page.data
    until(qtbot, lambda: len(view.table.rows.ids) == 1)
    press(program, KEY.Key_Escape)
    until(qtbot, view.table.hasFocus)
    until(qtbot, lambda: view.pane.example_id)
    press(program, KEY.Key_Delete)
    until(qtbot, lambda: not view.table.rows.ids)
    press(program, KEY.Key_Z, CONTROL)
    until(qtbot, lambda: view.table.rows.ids)


def _focus() -> str:
    widget = QApplication.focusWidget()
    return widget.objectName() if widget is not None else ""


def test_what_is_typed_is_kept_when_the_window_closes(
    qtbot: QtBot, start: StartWindow, program: Program
) -> None:
    program.window.action_set["teach.new"].trigger()
    view = page_of(program).data
    until(qtbot, view.new.isVisible)
    view.findChild(QPlainTextEdit, "teach.new.question").setPlainText("Who?")
    view.findChild(QPlainTextEdit, "teach.new.answer").setPlainText("An owl.")
    button(view, "teach.new.add").click()
    button(view, "teach.new.done").click()
    until(qtbot, lambda: view.pane.example_id)
    view.findChild(QPlainTextEdit, "teach.example.text.2").setPlainText("A barn owl.")
    page_of(program).show_tab("result")
    page_of(program).show_tab("data")
    view.findChild(QPlainTextEdit, "teach.example.text.1").setPlainText("Who is it?")
    program.window.close()
    with open_store(program.folder.database) as store:
        dataset = store.datasets.all()[0]
        example = next(store.examples.each(dataset.id))
    assert [turn.content for turn in example.turns] == ["Who is it?", "A barn owl."]


def test_the_page_remembers_where_one_was(
    qtbot: QtBot, start: StartWindow, program: Program
) -> None:
    page_of(program).show_tab("train")
    program.window.close()
    again = start()
    wait_ready(qtbot, again)
    assert page_of(again).tab == "train"


@pytest.mark.parametrize("shade", ["light", "dark"])
def test_the_page_is_reached_with_its_key(qtbot: QtBot, program: Program, shade: str) -> None:
    program.theme.set_choice(shade)
    program.window.activateWindow()
    press(program, KEY.Key_4, CONTROL)
    until(qtbot, lambda: program.window.current_page == "teach")
    assert _focus() == "teach.tabs"
    press(program, KEY.Key_Right)
    assert page_of(program).tab == "train"
