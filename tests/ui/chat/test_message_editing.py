"""A message that is edited in its place: saved, left, kept open, and where the focus goes then."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from benchtop.ui.chat.text_segment import TextSegment
from benchtop.ui.chat.transcript import Transcript
from ui.chat.makers import ANSWER, branch, button, focused, pump, step, told, view


def test_an_edit_is_submitted_with_its_new_text(qtbot: QtBot, shown: Transcript) -> None:
    edits = told(shown.edit_submitted)
    button(shown, "m0", "edit").click()
    editor = view(shown, "m0").editor
    assert editor is not None
    qtbot.waitUntil(editor.input.hasFocus)
    assert editor.text == "Question"
    assert not editor.save_button.isEnabled(), "nothing has changed yet"
    QTest.keyClicks(editor.input, " two")
    QTest.keyClick(editor.input, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert edits == [("m0", "Question two")]
    assert view(shown, "m0").editor is None


def test_escape_leaves_the_message_as_it_was(qtbot: QtBot, shown: Transcript) -> None:
    edits = told(shown.edit_submitted)
    shown.edit_message("m1")
    editor = view(shown, "m1").editor
    assert editor is not None
    qtbot.waitUntil(editor.input.hasFocus)
    QTest.keyClicks(editor.input, "x")
    QTest.keyClick(editor.input, Qt.Key.Key_Escape)
    assert edits == []
    assert view(shown, "m1").editor is None
    assert view(shown, "m1").plain_text == ANSWER
    assert view(shown, "m1").findChildren(TextSegment)[0].isVisible()
    assert view(shown, "m1").hasFocus()


def test_keys_of_the_editor_are_not_the_windows(qtbot: QtBot, shown: Transcript) -> None:
    stops: list[bool] = []
    for keys in ("Esc", "Ctrl+Return"):
        action = QAction(shown)
        action.setShortcut(keys)
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.triggered.connect(stops.append)
        shown.addAction(action)
    shown.edit_message("m0")
    editor = view(shown, "m0").editor
    assert editor is not None
    qtbot.waitUntil(editor.input.hasFocus)
    QTest.keyClick(editor.input, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(editor.input, Qt.Key.Key_Escape)
    assert stops == []
    assert view(shown, "m0").editor is None


def test_a_saved_edit_that_led_nowhere_is_not_lost(shown: Transcript) -> None:
    shown.edit_message("m0")
    editor = view(shown, "m0").editor
    assert editor is not None
    editor.input.setPlainText("Reworded")
    editor.save_button.click()
    shown.edit_message("m0")
    again = view(shown, "m0").editor
    assert again is not None
    assert again.text == "Reworded"


def edited(transcript: Transcript, message_id: str) -> str:
    """What stands in the editor of a message, which must be open."""
    editor = view(transcript, message_id).editor
    assert editor is not None
    assert editor.isVisible()
    return editor.text


def begin_edit(qtbot: QtBot, transcript: Transcript, message_id: str, text: str) -> None:
    """Open a message's editor and type at the end of what is in it."""
    transcript.edit_message(message_id)
    editor = view(transcript, message_id).editor
    assert editor is not None
    QTest.keyClicks(editor.input, text)


def test_an_edit_is_open_when_its_conversation_comes_back(qtbot: QtBot, shown: Transcript) -> None:
    begin_edit(qtbot, shown, "m0", " two")
    here = list(shown.window_now.steps)
    shown.show_path([step(0, "Elsewhere", conversation_id="d", id="d0")])
    assert shown.view_of("m0") is None
    shown.show_path(here)
    assert edited(shown, "m0") == "Question two"
    assert shown.view_with(focused()) is None, "it came by itself: the keyboard stays"
    begin_edit(qtbot, shown, "m0", " three")
    edits = told(shown.edit_submitted)
    editor = view(shown, "m0").editor
    assert editor is not None
    editor.save_button.click()
    assert edits == [("m0", "Question two three")]


def test_an_edit_is_open_when_its_page_comes_back(qtbot: QtBot, transcript: Transcript) -> None:
    transcript.show_path(branch(300))
    begin_edit(qtbot, transcript, "m298", "half an edit")
    before = edited(transcript, "m298")
    assert before.endswith("half an edit")
    transcript.focus_message("m10")
    pump(lambda: transcript.view_of("m298") is None)
    transcript.go_to_newest()
    assert edited(transcript, "m298") == before
    assert transcript.view_of("m10") is None


def test_what_was_given_up_is_the_old_text_again(qtbot: QtBot, shown: Transcript) -> None:
    begin_edit(qtbot, shown, "m0", " two")
    ended = told(shown.edits.ended)
    editor = view(shown, "m0").editor
    assert editor is not None
    editor.cancel_button.click()
    assert ended == [("m0",)]
    here = list(shown.window_now.steps)
    shown.show_path([])
    shown.show_path(here)
    assert view(shown, "m0").editor is None
    shown.edit_message("m0")
    assert edited(shown, "m0") == "Question"


def test_edits_of_an_earlier_day_are_open(shown: Transcript) -> None:
    here = list(shown.window_now.steps)
    shown.show_path([])
    shown.edits.restore({"m1": "", "m0": "Reworded"})
    shown.show_path(here)
    assert edited(shown, "m0") == "Reworded"
    assert edited(shown, "m1") == ""


def test_an_open_editor_survives_the_stream_and_the_theme(shown: Transcript) -> None:
    shown.add_step(step(2, "more"))
    shown.edit_message("m0")
    editor = view(shown, "m0").editor
    assert editor is not None
    editor.input.setPlainText("half an edit")
    shown.add_step(step(3, state="streaming"))
    shown.append_chunk("m3", "text", "")
    shown.flush_chunks()
    view(shown, "m0").set_style(shown.style_now)
    shown.settle(shown.here())
    assert view(shown, "m0").editor is editor
    assert editor.isVisible()
    assert editor.text == "half an edit"


def test_an_edit_cannot_be_saved_while_a_reply_streams(shown: Transcript) -> None:
    edits = told(shown.edit_submitted)
    shown.edit_message("m0")
    editor = view(shown, "m0").editor
    assert editor is not None
    editor.input.setPlainText("Reworded")
    shown.set_busy(True)
    assert not editor.save_button.isEnabled()
    assert "being written" in editor.save_button.toolTip()
    QTest.keyClick(editor.input, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert edits == []
    assert editor.text == "Reworded"
    shown.set_busy(False)
    assert editor.save_button.isEnabled()
    assert "Ctrl+Enter" in editor.save_button.toolTip()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Escape])
def test_after_an_edit_the_focus_is_on_the_message(
    qtbot: QtBot, among_others: Transcript, key: Qt.Key
) -> None:
    shown = among_others
    shown.edit_submitted.connect(
        lambda _id, text: shown.show_path(
            [step(0, text, id="n0", sibling=2, siblings=2), step(1, id="n1", state="streaming")]
        )
    )
    shown.edit_message("m0")
    editor = view(shown, "m0").editor
    assert editor is not None
    qtbot.waitUntil(editor.input.hasFocus)
    QTest.keyClicks(editor.input, "s")
    QTest.keyClick(editor.input, key, Qt.KeyboardModifier.ControlModifier)
    expected = "n0" if key == Qt.Key.Key_Return else "m0"
    assert focused() is view(shown, expected)
    assert shown.current_message_id() == expected
