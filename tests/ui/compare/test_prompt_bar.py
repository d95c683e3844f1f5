"""Where a comparison is asked: the field, blind or not, tags, what is suggested."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from benchtop.ui.compare.compare_rows import SuggestionRow
from benchtop.ui.compare.prompt_bar import PromptBar
from benchtop.ui.widgets.switch import Switch

Key = Qt.Key


@pytest.fixture
def bar(show: Callable[..., PromptBar]) -> PromptBar:
    made = show(PromptBar(), 900, 220)
    made.input.setFocus()
    return made


def button(bar: PromptBar, name: str) -> QPushButton:
    found = bar.findChild(QPushButton, f"compare.{name}")
    assert found is not None
    return found


def test_enter_asks_and_leaves_the_text(bar: PromptBar, qtbot: QtBot) -> None:
    assert not button(bar, "run").isEnabled()
    qtbot.keyClicks(bar.input, "Who")
    qtbot.keyClick(bar.input, Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClicks(bar.input, "are you?")
    with qtbot.waitSignal(bar.asked) as told:
        qtbot.keyClick(bar.input, Key.Key_Return)
    assert told.args == ["Who\nare you?"]
    assert bar.text() == "Who\nare you?"
    bar.clear_text()
    assert bar.text() == ""
    qtbot.keyClick(bar.input, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert bar.text() == "Who\nare you?"


def test_white_space_asks_nothing(bar: PromptBar, qtbot: QtBot) -> None:
    qtbot.keyClicks(bar.input, "  ")
    with qtbot.assertNotEmitted(bar.asked):
        qtbot.keyClick(bar.input, Key.Key_Return)


def test_the_field_grows_to_six_lines(bar: PromptBar) -> None:
    low = bar.input.height()
    heights = []
    for lines in range(1, 10):
        bar.set_text("\n".join("x" * lines))
        heights.append(bar.input.height())
    assert heights[0] == low
    assert heights[:6] == sorted(set(heights[:6]))
    assert set(heights[5:]) == {heights[5]}


def test_while_answers_come_asking_is_stopping(bar: PromptBar, qtbot: QtBot) -> None:
    qtbot.keyClicks(bar.input, "Hello")
    bar.set_busy(True)
    assert not button(bar, "run").isVisible()
    with qtbot.assertNotEmitted(bar.asked):
        qtbot.keyClick(bar.input, Key.Key_Return)
    with qtbot.waitSignal(bar.stop_requested):
        qtbot.keyClick(bar.input, Key.Key_Escape)
    with qtbot.waitSignal(bar.stop_requested):
        qtbot.mouseClick(button(bar, "stop"), Qt.MouseButton.LeftButton)
    button(bar, "stop").setFocus()
    bar.set_busy(False)
    assert bar.input.hasFocus()
    with qtbot.assertNotEmitted(bar.stop_requested):
        qtbot.keyClick(bar.input, Key.Key_Escape)


def test_what_cannot_be_asked_says_why(bar: PromptBar, qtbot: QtBot) -> None:
    bar.set_enabled_reason("Two contestants are needed: add one above")
    qtbot.keyClicks(bar.input, "Hello")
    with qtbot.assertNotEmitted(bar.asked):
        qtbot.keyClick(bar.input, Key.Key_Return)
    assert not button(bar, "run").isEnabled()
    assert button(bar, "run").toolTip() == "Two contestants are needed: add one above"
    assert bar.text() == "Hello"
    bar.set_enabled_reason(None)
    assert button(bar, "run").isEnabled()


def test_blind_is_told_by_hand_only(bar: PromptBar, qtbot: QtBot) -> None:
    switch = bar.findChild(Switch, "compare.blind")
    with qtbot.assertNotEmitted(bar.blind_changed):
        bar.set_blind(True)
    assert bar.blind
    switch.setFocus()
    with qtbot.waitSignal(bar.blind_changed) as told:
        qtbot.keyClick(switch, Key.Key_Space)
    assert told.args == [False]


def test_tags_are_cleaned_and_told_once(bar: PromptBar, qtbot: QtBot) -> None:
    field = bar.findChild(QLineEdit, "compare.tags")
    field.setFocus()
    with qtbot.waitSignal(bar.tags_changed) as told:
        qtbot.keyClicks(field, " maths,  German ,maths,, ")
        qtbot.keyClick(field, Key.Key_Return)
    assert told.args == [("maths", "German")]
    with qtbot.assertNotEmitted(bar.tags_changed):
        qtbot.keyClick(field, Key.Key_Return)
        bar.set_tags(("poems",))
    assert field.text() == "poems"


def test_tags_that_are_still_typed_count_for_the_prompt(bar: PromptBar, qtbot: QtBot) -> None:
    bar.set_text("Hello")
    qtbot.keyClicks(bar.findChild(QLineEdit, "compare.tags"), "maths")
    order: list[object] = []
    bar.tags_changed.connect(order.append)
    bar.asked.connect(order.append)
    button(bar, "run").click()
    assert order == [("maths",), "Hello"]


def test_the_suggested_pair_is_one_click(bar: PromptBar, qtbot: QtBot) -> None:
    suggested = button(bar, "suggested")
    assert not suggested.isVisible()
    pair = SuggestionRow("starter & friends", "Qwen3 4B", "What is a prime?")
    bar.set_suggestion(pair)
    assert suggested.accessibleName() == "Suggested next: starter & friends and Qwen3 4B"
    assert suggested.text().endswith("starter && friends and Qwen3 4B")
    assert "would tell most" in suggested.toolTip()
    assert "What is a prime?" in suggested.toolTip()
    with qtbot.waitSignal(bar.suggestion_taken) as told:
        qtbot.mouseClick(suggested, Qt.MouseButton.LeftButton)
    assert told.args == [pair]
    bar.set_busy(True)
    assert not suggested.isVisible()
    bar.set_busy(False)
    suggested.setFocus()
    bar.set_suggestion(None)
    assert not suggested.isVisible()
    assert bar.input.hasFocus()


def test_the_tab_key_walks_as_one_reads(bar: PromptBar, qtbot: QtBot) -> None:
    bar.set_text("Hello")
    bar.set_suggestion(SuggestionRow("a", "b"))
    bar.input.setFocus()
    visited = []
    for _ in range(5):
        visited.append(QApplication.focusWidget().objectName().removeprefix("compare."))
        qtbot.keyClick(QApplication.focusWidget(), Key.Key_Tab)
    assert visited == ["prompt", "run", "blind", "tags", "suggested"]
