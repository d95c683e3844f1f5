"""Words that are typed and not sent stay, whatever else is done, and until the next start."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from benchtop.bootstrap import Program
from benchtop.domain.chat import MessageEdit
from benchtop.services.data_folder import find_data_folder
from benchtop.store.database import open_store
from benchtop.ui.chat.message_editor import MessageEditor
from ui.window.conftest import WAIT_MS, StartWindow, full_disk, wait_ready

Key, Control = Qt.Key, Qt.KeyboardModifier.ControlModifier


def until(qtbot: QtBot, condition: Callable[[], object]) -> None:
    qtbot.waitUntil(lambda: bool(condition()), timeout=WAIT_MS)


def conversation(qtbot: QtBot, program: Program, words: str) -> str:
    """A conversation on show in which one thing was said, and not answered; the message's id."""
    program.chat.new_chat()
    model = program.session.model
    assert model is not None
    branch = program.session.branch
    branch.create(words, model)
    message = branch.new_message(None, "user", words)
    branch.add(message)
    with qtbot.waitSignal(branch.opened, timeout=WAIT_MS):
        program.chat.open_conversation(branch.here.id)
    return message.id


def editor_of(program: Program, message_id: str) -> MessageEditor | None:
    view = program.chat.transcript.view_of(message_id)
    return view.editor if view is not None else None


def type_edit(program: Program, message_id: str, words: str) -> MessageEditor:
    program.chat.transcript.edit_message(message_id)
    editor = editor_of(program, message_id)
    assert editor is not None
    QTest.keyClicks(editor.input, words)
    return editor


def stored_edits(program: Program) -> list[MessageEdit]:
    program.store.write_now()
    with open_store(find_data_folder().database) as store:
        return store.edits.all()


def show(qtbot: QtBot, program: Program, conversation_id: str | None) -> None:
    program.chat.open_conversation(conversation_id)
    branch = program.session.branch
    until(
        qtbot, lambda: (branch.conversation.id if branch.conversation else None) == conversation_id
    )


# Suggestions


def test_a_suggestion_leaves_what_is_typed_in_the_box(qtbot: QtBot, program: Program) -> None:
    box = program.chat.composer
    QTest.keyClicks(box.input, "half a thou")
    card = program.chat.findChild(QAbstractButton, "chat.suggestion")
    assert card is not None
    with qtbot.waitSignal(program.session.reply_ended, timeout=WAIT_MS):
        card.click()
    branch = program.session.branch
    assert branch.messages()[0].content == "What can I do in this app?"
    assert box.text() == "half a thou"
    assert branch.here.draft == "half a thou"
    here = branch.here.id
    show(qtbot, program, None)
    assert box.text() == "", "the words are in one place only"
    show(qtbot, program, here)
    assert box.text() == "half a thou"
    with qtbot.waitSignal(program.session.reply_ended, timeout=WAIT_MS):
        QTest.keyClick(box.input, Key.Key_Return)
    assert box.text() == ""
    assert branch.here.draft == ""


# Drafts


def test_a_draft_typed_while_a_conversation_opens_is_kept_on_a_full_disk(
    qtbot: QtBot, program: Program
) -> None:
    conversation(qtbot, program, "Second")
    second = program.session.branch.here.id
    conversation(qtbot, program, "First")
    first = program.session.branch.here.id
    program.store.write_now()
    with full_disk():
        program.chat.open_conversation(second)
        QTest.keyClicks(program.chat.composer.input, "late words")
        assert program.session.branch.here.id == first
        until(qtbot, lambda: program.session.branch.here.id == second)
        assert program.chat.composer.text() == ""
        (held,) = [one for one in program.store.write_now() if one.id == first]  # type: ignore[union-attr]
        assert held.draft == "late words"  # type: ignore[union-attr]  # a Conversation
    assert program.store.write_now() == []
    show(qtbot, program, first)
    assert program.chat.composer.text() == "late words"


# Edits


def test_an_edit_stays_open_through_another_conversation(qtbot: QtBot, program: Program) -> None:
    message = conversation(qtbot, program, "Question")
    here = program.session.branch.here.id
    type_edit(program, message, " two")
    show(qtbot, program, None)
    assert editor_of(program, message) is None
    show(qtbot, program, here)
    editor = editor_of(program, message)
    assert editor is not None
    assert editor.text == "Question two"


def test_an_edit_is_open_at_the_next_start_and_gone_once_it_is_saved(
    qtbot: QtBot, start: StartWindow
) -> None:
    first = start()
    wait_ready(qtbot, first)
    message = conversation(qtbot, first, "Question")
    here = first.session.branch.here.id
    type_edit(first, message, " two")
    first.window.close()
    second = start()
    wait_ready(qtbot, second)
    until(qtbot, lambda: editor_of(second, message))
    editor = editor_of(second, message)
    assert editor is not None
    assert editor.text == "Question two"
    assert stored_edits(second) == [MessageEdit(message, here, "Question two")]
    with qtbot.waitSignal(second.session.reply_ended, timeout=WAIT_MS):
        QTest.keyClick(editor.input, Key.Key_Return, Control)
    assert second.session.branch.messages()[0].content == "Question two"
    assert stored_edits(second) == []
    second.session.show_sibling(second.session.branch.messages()[0].id, -1)
    assert second.session.branch.messages()[0].id == message
    assert editor_of(second, message) is None


def test_an_edit_that_was_given_up_does_not_come_back(qtbot: QtBot, program: Program) -> None:
    message = conversation(qtbot, program, "Question")
    editor = type_edit(program, message, " two")
    until(qtbot, lambda: stored_edits(program))
    QTest.keyClick(editor.input, Key.Key_Escape)
    assert stored_edits(program) == []
    here = program.session.branch.here.id
    show(qtbot, program, None)
    show(qtbot, program, here)
    assert editor_of(program, message) is None


def test_an_edit_that_led_nowhere_is_kept(qtbot: QtBot, program: Program) -> None:
    message = conversation(qtbot, program, "Question")
    type_edit(program, message, " two")
    program.chat.keep_typed()
    transcript = program.chat.transcript
    transcript.edit_submitted.emit(message, "Question")  # the same words are no new message
    assert [edit.text for edit in stored_edits(program)] == ["Question two"]


def test_an_edit_is_among_the_words_that_closing_asks_about(qtbot: QtBot, program: Program) -> None:
    message = conversation(qtbot, program, "Question")
    assert program.store.write_now() == []
    with full_disk():
        type_edit(program, message, " two")
        program.chat.keep_typed()
        waiting = program.store.write_now()
        assert [one.text for one in waiting if isinstance(one, MessageEdit)] == ["Question two"]
    assert program.store.write_now() == []
