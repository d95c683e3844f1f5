"""What can be done with a message: by pointer, by keyboard, by menu."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QObject, QPoint, Qt, SignalInstance
from PySide6.QtGui import QAction, QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from benchtop.ui.action_table import ACTIONS
from benchtop.ui.chat.message_actions import ActionButton, action_looks, available_actions
from benchtop.ui.chat.text_segment import TextSegment
from benchtop.ui.chat.transcript import Transcript
from ui.chat.makers import branch, button, step, view

ANSWER = "The *whole* answer"


@pytest.fixture
def shown(qtbot: QtBot, transcript: Transcript) -> Transcript:
    """A question with three versions and its answer."""
    transcript.show_path([step(0, "Question", sibling=2, siblings=3), step(1, ANSWER)])
    transcript.activateWindow()
    qtbot.waitUntil(transcript.isActiveWindow)
    return transcript


def focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def told(signal: SignalInstance) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    signal.connect(lambda *args: found.append(args))
    return found


@pytest.mark.parametrize(
    ("name", "signal", "args"),
    [
        ("regenerate", "regenerate_requested", ("m1",)),
        ("continue", "continue_requested", ("m1",)),
        ("copy", "copied", ("m1",)),
        ("rate_up", "rated", ("m1", 1)),
        ("rate_down", "rated", ("m1", -1)),
        ("example", "example_toggled", ("m1", True)),
    ],
)
def test_each_button_tells_its_wish(
    shown: Transcript, name: str, signal: str, args: tuple[Any, ...]
) -> None:
    wishes = told(getattr(shown, signal))
    button(shown, "m1", name).click()
    assert wishes == [args]


def test_copy_puts_the_markdown_on_the_clipboard(shown: Transcript) -> None:
    button(shown, "m1", "copy").click()
    assert QGuiApplication.clipboard().text() == ANSWER


def test_the_walker_walks_and_stops_at_the_ends(shown: Transcript) -> None:
    walks = told(shown.sibling_requested)
    button(shown, "m0", "previous").click()
    button(shown, "m0", "next").click()
    assert walks == [("m0", -1), ("m0", 1)]
    assert any(label.text() == "2/3" for label in view(shown, "m0").findChildren(QLabel))
    shown.update_step(step(0, "Question", sibling=3, siblings=3))
    assert not button(shown, "m0", "next").isEnabled()
    assert button(shown, "m0", "previous").isEnabled()
    shown.update_step(step(0, "Question"))
    assert not button(shown, "m0", "previous").isVisible()


def test_a_second_click_takes_a_rating_back(shown: Transcript) -> None:
    ratings, examples = told(shown.rated), told(shown.example_toggled)
    shown.update_step(step(1, ANSWER, rating=1, example=True))
    assert button(shown, "m1", "rate_up").isChecked()
    button(shown, "m1", "rate_up").click()
    button(shown, "m1", "rate_down").click()
    button(shown, "m1", "example").click()
    assert ratings == [("m1", 0), ("m1", -1)]
    assert examples == [("m1", False)]


def test_a_toggle_shows_what_is_kept_not_what_was_clicked(shown: Transcript) -> None:
    button(shown, "m1", "rate_up").click()
    assert not button(shown, "m1", "rate_up").isChecked()
    shown.update_step(step(1, ANSWER, rating=1))
    assert button(shown, "m1", "rate_up").isChecked()


def test_while_a_reply_streams_nothing_starts_another(shown: Transcript) -> None:
    shown.set_busy(True)
    for name in ("regenerate", "continue", "edit"):
        assert not button(shown, "m1", name).isEnabled()
    wishes = told(shown.regenerate_requested)
    shown.perform("m1", "regenerate")
    shown.edit_message("m1")
    assert wishes == []
    assert view(shown, "m1").editor is None
    shown.add_step(step(3, "another"))
    assert not button(shown, "m3", "regenerate").isEnabled()
    assert button(shown, "m1", "copy").isEnabled()
    shown.set_busy(False)
    assert button(shown, "m1", "regenerate").isEnabled()


@pytest.mark.parametrize("state", ["interrupted", "failed"])
def test_a_broken_reply_says_why_and_offers_retry(transcript: Transcript, state: str) -> None:
    transcript.show_path([step(0, "q"), step(1, "Half", state=state, note="It died of a cold.")])
    wishes = told(transcript.retry_requested)
    labels = [label.text() for label in view(transcript, "m1").findChildren(QLabel)]
    assert "It died of a cold." in labels
    (retry,) = view(transcript, "m1").findChildren(QPushButton, "chat.message.retry")
    assert retry.isVisible()
    retry.click()
    assert wishes == [("m1",)]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"state": "stopped"}, "You stopped this reply."),
        ({"stop": "length"}, "The reply reached its length limit; Continue goes on from here."),
        ({"state": "interrupted"}, "This reply was interrupted. What was shown is kept."),
    ],
)
def test_how_a_reply_ended(transcript: Transcript, values: dict[str, Any], sentence: str) -> None:
    transcript.show_path([step(0, "q"), step(1, "Half", **values)])
    labels = [
        label.text() for label in view(transcript, "m1").findChildren(QLabel) if label.isVisible()
    ]
    assert sentence in labels
    assert sentence in view(transcript, "m1").accessibleDescription()


def test_which_actions_a_message_has() -> None:
    assert available_actions(step(0, "q")) == ["copy", "edit"]
    assert available_actions(step(1, "", state="streaming")) == []
    assert available_actions(step(1, "x", state="streaming")) == ["copy"]
    assert available_actions(step(1, "", state="failed")) == ["retry", "regenerate"]
    assert "retry" in available_actions(step(1, "x", state="interrupted"))
    assert set(available_actions(step(1, "x", siblings=2))) == set(action_looks()) - {"retry"}


# Editing


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


# Keyboard and screen readers


@pytest.fixture
def among_others(qtbot: QtBot) -> Iterator[Transcript]:
    """A branch in a window where another widget would like the focus."""
    window = QWidget()
    qtbot.addWidget(window)
    transcript = Transcript()
    row = QHBoxLayout(window)
    row.addWidget(QPushButton("rail"))
    row.addWidget(transcript)
    window.resize(900, 600)
    window.show()
    transcript.show_path([step(0, "Question"), step(1, ANSWER), step(2, "Next"), step(3, "Yes")])
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield transcript
    window.close()  # and until here it lives


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


def test_the_menu_has_every_action(shown: Transcript) -> None:
    menu = view(shown, "m1").make_menu()
    names = [action.objectName().removeprefix("chat.message.menu.") for action in menu.actions()]
    assert names == available_actions(shown.views["m1"].step)
    wishes = told(shown.regenerate_requested)
    next(a for a in menu.actions() if a.objectName().endswith("regenerate")).trigger()
    assert wishes == [("m1",)]
    menu.deleteLater()


def test_the_menu_opens_from_any_part_and_offers_the_selection(
    qtbot: QtBot, shown: Transcript
) -> None:
    (segment,) = view(shown, "m1").findChildren(TextSegment)
    segment.selectAll()
    event = QContextMenuEvent(
        QContextMenuEvent.Reason.Mouse, QPoint(5, 5), segment.mapToGlobal(QPoint(5, 5))
    )
    QApplication.sendEvent(segment.viewport(), event)
    (menu,) = view(shown, "m1").findChildren(QMenu)
    assert menu.isVisible()
    menu.actions()[0].trigger()
    assert QGuiApplication.clipboard().text() == "The whole answer"
    menu.close()


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


def test_buttons_are_found_by_name(shown: Transcript) -> None:
    names = {b.objectName() for b in view(shown, "m1").findChildren(ActionButton)}
    assert names == {
        f"chat.message.{name}"
        for name in ("copy", "regenerate", "continue", "edit", "rate_up", "rate_down", "example")
    }
