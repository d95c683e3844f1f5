"""One example on the Data tab: read, edited, typed, and freed of what is personal."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from benchtop.ui.teach.data_rows import Change
from benchtop.ui.teach.data_view import DataView
from benchtop.ui.teach.teach_page import TeachPage
from ui.teach.data_kit import button, label, text
from ui.teach.data_makers import MemoryOwner, example

KEY = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def view(page: TeachPage) -> DataView:
    return page.data


def test_an_edit_is_told_with_what_was_there(
    owner: MemoryOwner, view: DataView, qtbot: QtBot
) -> None:
    view.table.choose("e1")
    field = text(view, "teach.example.text.2")
    assert not button(view, "teach.example.save").isEnabled()
    field.setPlainText("Mostly voles.")
    assert button(view, "teach.example.save").isEnabled()
    with qtbot.waitSignal(view.example_saved) as told:
        qtbot.keyClick(field, KEY.Key_Return, CONTROL)
    before, after = told.args
    assert before == example(1)
    assert after.answer == "Mostly voles."
    assert "\n" not in after.answer
    assert not button(view, "teach.example.save").isEnabled()


def test_what_was_typed_is_kept_when_one_goes_on(
    owner: MemoryOwner, view: DataView, qtbot: QtBot
) -> None:
    view.table.choose("e1")
    text(view, "teach.example.text.1").setPlainText("What do owls eat?")
    with qtbot.waitSignal(view.example_saved) as told:
        view.table.choose("e2")
    assert told.args[1].turns[0].content == "What do owls eat?"
    assert text(view, "teach.example.text.1").toPlainText() == example(2).turns[0].content
    text(view, "teach.example.text.1").setPlainText("Again")
    with qtbot.waitSignal(view.example_saved):
        view.hide()


def test_revert_brings_back_what_is_saved(owner: MemoryOwner, view: DataView, qtbot: QtBot) -> None:
    view.table.choose("e1")
    text(view, "teach.example.text.1").setPlainText("Other")
    with qtbot.assertNotEmitted(view.example_saved):
        button(view, "teach.example.revert").click()
    assert text(view, "teach.example.text.1").toPlainText() == example(1).turns[0].content


def test_turns_are_added_and_removed(owner: MemoryOwner, view: DataView, qtbot: QtBot) -> None:
    view.table.choose("e1")
    button(view, "teach.example.add_turn").click()
    assert text(view, "teach.example.text.3").hasFocus()
    assert "does not end with an answer" in label(view, "teach.example.problem")
    text(view, "teach.example.text.3").setPlainText("And at night?")
    button(view, "teach.example.add_turn").click()
    text(view, "teach.example.text.4").setPlainText("The same.")
    button(view, "teach.example.remove.1").click()
    role = view.findChild(QComboBox, "teach.example.role.1")
    assert role.currentData() == "assistant"
    view.flush()
    shown = view.pane.example()
    assert [turn.role for turn in shown.turns] == ["assistant", "user", "assistant"]


def test_a_newer_state_does_not_take_what_is_being_typed(
    owner: MemoryOwner, view: DataView
) -> None:
    view.table.choose("e1")
    text(view, "teach.example.text.2").setPlainText("Voles above all.")
    view.set_example(example(1, included=False))
    assert text(view, "teach.example.text.2").toPlainText() == "Voles above all."
    view.set_example(replace(example(1), rejected="From elsewhere."))
    assert text(view, "teach.example.text.2").toPlainText() == "Voles above all."


def test_a_worse_answer_is_folded_until_there_is_one(owner: MemoryOwner, view: DataView) -> None:
    view.table.choose("e1")
    worse = text(view, "teach.example.rejected")
    assert not worse.isVisible()
    button(view, "teach.example.fold").click()
    worse.setPlainText("Bread.")
    assert view.pane.example().rejected == "Bread."
    view.set_example(replace(example(7), rejected="Cake."))
    assert worse.isVisible()


def test_the_chat_it_comes_from_is_a_press_away(
    owner: MemoryOwner, view: DataView, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(view.open_chat_wanted) as told:
        button(view, "teach.example.chat").click()
    assert told.args == ["c1", "m1"]
    view.table.choose("e1")
    assert not button(view, "teach.example.chat").isVisible()


def test_tags_are_set_with_commas(owner: MemoryOwner, view: DataView, qtbot: QtBot) -> None:
    view.table.choose("e1")
    field = view.findChild(QLineEdit, "teach.example.tags")
    field.setText("food, voles,  food")
    with qtbot.waitSignal(view.tags_set) as told:
        field.editingFinished.emit()
    assert told.args == ["e1", ["food", "voles"]]


def test_examples_are_typed_with_the_keyboard_alone(
    owner: MemoryOwner, view: DataView, qtbot: QtBot
) -> None:
    button(view, "teach.data.new").click()
    question, answer = text(view, "teach.new.question"), text(view, "teach.new.answer")
    for number in range(2):
        assert question.hasFocus()
        qtbot.keyClicks(question, f"Question {number}?")
        qtbot.keyClick(question, KEY.Key_Tab)
        assert answer.hasFocus()
        qtbot.keyClicks(answer, "Yes.")
        with qtbot.waitSignal(view.example_typed) as told:
            qtbot.keyClick(answer, KEY.Key_Return, CONTROL)
        assert [turn.content for turn in told.args[0].turns] == [f"Question {number}?", "Yes."]
    with qtbot.assertNotEmitted(view.example_typed):
        qtbot.keyClicks(question, "Half")
        qtbot.keyClick(question, KEY.Key_Return, CONTROL)
    assert answer.hasFocus()
    qtbot.keyClick(answer, KEY.Key_Escape)
    assert view.table.hasFocus()
    button(view, "teach.data.new").click()
    assert question.toPlainText() == "Half"  # nothing typed is lost


def test_before_and_after_are_shown_before_anything_is_replaced(
    owner: MemoryOwner, view: DataView, qtbot: QtBot
) -> None:
    bar = view.personal
    bar.set_words("1 e-mail address in 1 example.")
    replace_button = button(view, "teach.data.personal.replace")
    assert not replace_button.isVisible()
    with qtbot.waitSignal(view.all_redactions_wanted):
        button(view, "teach.data.personal.show").click()
    bar.set_changes([Change("e3", "me@x.org, hi", "[e-mail], hi", ((0, 8),), ((0, 8),))], 1)
    assert "me@x.org" in bar.findChild(QWidget, "teach.data.personal.changes").toPlainText()
    assert replace_button.text() == "Replace in 1 text"
    replace_button.setFocus()
    qtbot.keyClick(replace_button, KEY.Key_Escape)
    assert not replace_button.isVisible()
    bar.set_changes([Change("e3", "me@x.org, hi", "[e-mail], hi", ((0, 8),), ((0, 8),))], 1)
    with qtbot.waitSignal(view.redact_all_wanted):
        replace_button.click()
