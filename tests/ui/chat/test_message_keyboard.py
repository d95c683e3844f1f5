"""Messages by keyboard and for screen readers: the focus, shortcuts, Tab, and names."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from benchtop.ui.action_table import ACTIONS
from benchtop.ui.chat.message_actions import action_looks
from benchtop.ui.chat.transcript import Transcript
from ui.chat.makers import ANSWER, branch, button, focused, step, told, view


def test_a_message_that_goes_never_gives_the_focus_to_the_rail(among_others: Transcript) -> None:
    shown = among_others
    button(shown, "m3", "copy").setFocus()
    shown.show_path([step(0, "Question"), step(1, ANSWER)])
    assert focused() is view(shown, "m1")
    shown.show_path([step(0, "Another", id="d0", conversation_id="d")])
    assert focused() is shown


def test_without_the_focus_the_version_that_was_walked_to_is_current(
    among_others: Transcript,
) -> None:
    shown = among_others
    tail = [step(1, ANSWER), step(2, "Next"), step(3, "Yes")]
    shown.show_path([step(0, "Other", id="n0", sibling=2, siblings=2), *tail])
    assert shown.current_message_id() == "n0"
    button(shown, "m3", "copy").setFocus()
    assert shown.current_message_id() == "m3"
    shown.setFocus()
    shown.show_path([step(0, "Another", id="d0"), step(1, "Reply", id="d1")])
    assert shown.current_message_id() == "d0"


def test_shortcuts_act_on_the_focused_message_or_the_last_reply(
    qtbot: QtBot, shown: Transcript
) -> None:
    assert shown.current_message_id() == "m1"
    shown.focus_message("m0")
    qtbot.waitUntil(view(shown, "m0").hasFocus)
    assert shown.current_message_id() == "m0"
    shown.focus_next_message()
    assert shown.current_message_id() == "m1"
    shown.focus_previous_message()
    assert shown.current_message_id() == "m0"


def test_walking_by_keys_reaches_messages_that_have_no_view_yet(
    qtbot: QtBot, transcript: Transcript
) -> None:
    transcript.show_path(branch(200))
    transcript.activateWindow()
    transcript.setFocus()
    for _ in range(70):
        QTest.keyClick(focused(), Qt.Key.Key_PageUp, Qt.KeyboardModifier.AltModifier)
    assert transcript.current_message_id() == "m130"
    QTest.keyClick(focused(), Qt.Key.Key_PageDown, Qt.KeyboardModifier.AltModifier)
    assert transcript.current_message_id() == "m131"
    top = view(transcript, "m131").mapTo(transcript, QPoint(0, 0)).y()
    assert -50 < top < transcript.height()


def test_tab_visits_the_parts_of_the_focused_message_in_order(
    qtbot: QtBot, transcript: Transcript
) -> None:
    transcript.show_path(
        [step(0, "q"), step(1, "text\n\n```py\nx\n```", reasoning="hm"), step(2, "r")]
    )
    transcript.activateWindow()
    transcript.focus_message("m1")
    qtbot.waitUntil(view(transcript, "m1").hasFocus)
    visited: list[str] = []
    while (here := QApplication.focusWidget()) is not None:
        visited.append(here.objectName() or type(here).__name__)
        if len(visited) > 20 or (
            not view(transcript, "m1").isAncestorOf(here) and here is not view(transcript, "m1")
        ):
            break
        QTest.keyClick(here, Qt.Key.Key_Tab)
    assert visited[:7] == [
        "chat.message",
        "chat.message.reasoning",
        "TextSegment",
        "chat.code.copy",
        "_CodeView",
        "chat.message.copy",
        "chat.message.regenerate",
    ]
    assert "chat.message.example" in visited


def test_actions_are_drawn_on_focus_and_hover_only(qtbot: QtBot, shown: Transcript) -> None:
    shown.add_step(step(2, "later"))
    copy = button(shown, "m1", "copy")
    blank = copy.grab().toImage()
    height = view(shown, "m1").height()
    shown.focus_message("m1")
    qtbot.waitUntil(view(shown, "m1").hasFocus)
    assert copy.grab().toImage() != blank
    assert view(shown, "m1").height() == height, "their space is reserved"
    shown.focus_message("m0")
    assert copy.grab().toImage() == blank
    shown.focus_message("m1")
    assert copy.grab().toImage() != blank
    shown.setFocus()
    assert copy.grab().toImage() == blank, "the focus is on no message any more"


def test_space_presses_a_focused_action(qtbot: QtBot, shown: Transcript) -> None:
    wishes = told(shown.regenerate_requested)
    shown.focus_message("m1")
    again = button(shown, "m1", "regenerate")
    again.setFocus()
    QTest.keyClick(again, Qt.Key.Key_Space)
    assert wishes == [("m1",)]


def test_everything_that_can_be_pressed_has_a_name(transcript: Transcript) -> None:
    transcript.set_suggestions("Try", [("A", "a")])
    transcript.show_path(
        [
            step(0, "q\n" * 500, siblings=2),
            step(1, "text\n\n```\nx\n```\n\n|a|\n|-|\n|1|", reasoning="hm", siblings=2),
            step(3, "Half", state="failed"),
        ]
    )
    view(transcript, "m1").start_edit()
    found = [
        w for w in transcript.findChildren(QWidget) if w.focusPolicy() != Qt.FocusPolicy.NoFocus
    ]
    unnamed = [
        w
        for w in found
        if not (w.accessibleName() or (isinstance(w, QObject) and w.property("text")))
    ]
    assert len(found) > 20
    assert unnamed == []
    assert transcript.accessibleName() == "Conversation"


def test_messages_are_named_by_who_speaks(transcript: Transcript) -> None:
    transcript.show_path(
        [step(0, "q"), step(1, "a"), step(3, "b", model_name="")], model_hint="owl"
    )
    names = [one.accessibleName() for one in transcript.column.views]
    assert names == ["Your message", "Reply from starter", "Reply from owl"]
    assert view(transcript, "m1").accessibleDescription() == "a"


def test_no_key_means_two_things(transcript: Transcript) -> None:
    ours = [a.shortcut().toString() for a in transcript.shortcut_actions()]
    windows = [keys for spec in ACTIONS for keys in spec.shortcuts if spec.scope == "window"]
    assert len(set(ours)) == len(ours)
    assert not set(ours) & set(windows)
    assert all(look.shortcut for look in action_looks().values()), "an action without a key"


def test_the_last_reply_can_be_edited_and_retried_by_keys(
    qtbot: QtBot, transcript: Transcript
) -> None:
    transcript.show_path([step(0, "q"), step(1, "Half", state="failed")])
    transcript.activateWindow()
    transcript.setFocus()
    qtbot.waitUntil(transcript.hasFocus)
    retries = told(transcript.retry_requested)
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(transcript, Qt.Key.Key_R, both)
    assert retries == [("m1",)]
    QTest.keyClick(transcript, Qt.Key.Key_Up, both)
    assert view(transcript, "m1").editor is not None
