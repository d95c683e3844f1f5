"""The editor of a suite: every kind of check goes in and comes out, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QToolButton,
)
from pytestqt.qtbot import QtBot

from benchtop.domain.suites import CHECKS, Check, Equals, Length, Number, Regex, Suite
from benchtop.ui.compare.suite_check_fields import DEFAULTS
from benchtop.ui.compare.suite_check_form import SuiteCheckForm
from benchtop.ui.compare.suite_check_words import check_words, kind_words
from benchtop.ui.compare.suite_editor import SuiteEditor
from benchtop.ui.compare.suite_table import SuiteTable
from benchtop.ui.tab_order import tab_stops
from benchtop.ui.theme import ThemeController
from ui.compare.suite_makers import EVERY_CHECK, prompt, some_suite


@pytest.fixture
def editor(qapp: QApplication, qtbot: QtBot) -> Iterator[SuiteEditor]:
    theme = ThemeController(qapp, "light")
    made = SuiteEditor()
    qtbot.addWidget(made)
    made.resize(1_200, 700)
    made.show()
    yield made
    theme.deleteLater()


def text_field(editor: SuiteEditor, name: str) -> QPlainTextEdit:
    return editor.findChild(QPlainTextEdit, f"compare.suite.{name}")


def ids(suite: Suite) -> list[str]:
    return [one.id for one in suite.prompts]


@pytest.mark.parametrize("check", [*EVERY_CHECK, Equals(("two\nlines", "one"), exact=True)])
def test_a_check_goes_in_and_comes_out(qtbot: QtBot, check: Check) -> None:
    form = SuiteCheckForm(check, 1)
    qtbot.addWidget(form)
    assert form.check() == check
    assert check_words(check)


@pytest.mark.parametrize(
    ("check", "said"),
    [
        (Length("words", 1, 1), "exactly 1 word"),
        (Length("sentences", 3, 3), "exactly 3 sentences"),
        (Length("characters", 1), "at least 1 character"),
        (Length("words", 1, 2), "1 to 2 words"),
        (Regex(""), "matches a pattern that is still empty"),
    ],
)
def test_checks_read_as_a_person_says_them(check: Check, said: str) -> None:
    assert check_words(check) == said


def test_every_kind_can_be_added() -> None:
    assert set(DEFAULTS) == set(kind_words()) == set(CHECKS)
    assert {type(check) for check in EVERY_CHECK} == set(CHECKS.values())


def test_showing_a_suite_changes_nothing(editor: SuiteEditor, qtbot: QtBot) -> None:
    suite = some_suite()
    with qtbot.assertNotEmitted(editor.suite_changed):
        editor.set_suite(suite)
        for one in suite.prompts:
            editor.choose_prompt(one.id)
        editor.flush()
    assert editor.suite() == suite


def test_the_table_says_checks_in_words(editor: SuiteEditor) -> None:
    editor.set_suite(some_suite())
    model = editor.findChild(SuiteTable).model()
    assert model.index(1, 2).data() == "the last number is 2"
    words = model.index(0, 2).data()
    for part in ("contains “Paris” and “France”", "is in French", "at least 0.50", "5 to 50 words"):
        assert part in words


def test_what_is_typed_is_told_before_the_editor_is_left(editor: SuiteEditor, qtbot: QtBot) -> None:
    editor.set_suite(some_suite())
    editor.choose_prompt("p2")
    field = text_field(editor, "prompt")
    field.selectAll()
    told: list[Suite] = []
    editor.suite_changed.connect(told.append)
    qtbot.keyClicks(field, "How many?")
    editor.choose_prompt("p3")
    editor.hide()
    assert told[-1].prompts[2].text == "How many?"
    assert told[-1].prompts[2].checks == (Number(4.0),)
    assert ids(told[-1]) == ids(some_suite())


def test_another_suite_does_not_swallow_the_last_words(editor: SuiteEditor, qtbot: QtBot) -> None:
    editor.set_suite(some_suite())
    told: list[Suite] = []
    editor.suite_changed.connect(told.append)
    qtbot.keyClicks(editor.findChild(QLineEdit, "compare.suite.title"), " more")
    editor.set_suite(replace(some_suite(3), id="other"))
    assert [(one.id, one.name) for one in told] == [("mine", "Small sums more")]
    assert editor.suite().id == "other"


def test_adding_moving_and_removing(editor: SuiteEditor, qtbot: QtBot) -> None:
    editor.set_suite(some_suite(4))
    editor.choose_prompt("p1")
    with qtbot.waitSignal(editor.suite_changed) as told:
        editor.findChild(QPushButton, "compare.suite.add").click()
    added = told.args[0]
    assert len(added.prompts) == 5
    assert ids(added)[:2] == ["p0", "p1"]
    assert ids(added)[2] not in ids(some_suite(9))
    assert text_field(editor, "prompt").toPlainText() == ""
    assert "“prompt” is empty" in editor.findChild(QLabel, "compare.suite.trouble").text()
    editor.choose_prompt("p3")
    with qtbot.waitSignal(editor.suite_changed) as told:
        editor.findChild(QToolButton, "compare.suite.up").click()
    assert ids(told.args[0])[-2:] == ["p3", "p2"]
    with qtbot.waitSignal(editor.prompts_removed) as gone:
        qtbot.keyClick(editor.findChild(SuiteTable), Qt.Key.Key_Delete)
    place, removed = gone.args[0][0]
    assert removed.id == "p3"
    assert "p3" not in ids(editor.suite())
    with qtbot.waitSignal(editor.suite_changed) as told:
        editor.insert_prompts(gone.args[0])
    assert ids(told.args[0])[place] == "p3"


def test_a_check_is_added_filled_and_removed(editor: SuiteEditor, qtbot: QtBot) -> None:
    editor.set_suite(some_suite(2))
    editor.choose_prompt("p1")
    box = editor.findChild(QComboBox, "compare.suite.add_check")
    box.setCurrentIndex(box.findData("length"))
    box.activated.emit(box.currentIndex())
    editor.findChild(QSpinBox, "compare.suite.check2.at_most").setValue(7)
    editor.flush()
    assert check_words(editor.suite().prompts[1].checks[1]) == "at most 7 words"
    editor.findChild(QToolButton, "compare.suite.check1.remove").click()
    editor.flush()
    assert [one.kind for one in editor.suite().prompts[1].checks] == ["length"]


def test_what_is_no_number_keeps_the_last_and_says_so(editor: SuiteEditor, qtbot: QtBot) -> None:
    editor.set_suite(some_suite(2))
    editor.choose_prompt("p1")
    field = editor.findChild(QLineEdit, "compare.suite.check1.value")
    field.selectAll()
    qtbot.keyClicks(field, "twelve")
    trouble = editor.findChild(QLabel, "compare.suite.check1.trouble")
    assert trouble.isVisibleTo(editor)
    assert "“twelve” is not a number" in trouble.text()
    assert editor.suite().prompts[1].checks == (Number(2.0),)


def test_a_built_in_suite_is_only_read(editor: SuiteEditor, qtbot: QtBot) -> None:
    suite = some_suite(builtin=True)
    editor.set_suite(suite)
    assert text_field(editor, "prompt").isReadOnly()
    assert not editor.findChild(QPushButton, "compare.suite.add").isVisible()
    assert editor.findChildren(SuiteCheckForm) == []
    words = editor.findChild(QLabel, "compare.suite.checks_words").text()
    assert "contains “Paris” and “France”" in words
    with qtbot.assertNotEmitted(editor.suite_changed):
        qtbot.keyClick(editor.findChild(SuiteTable), Qt.Key.Key_Delete)
        editor.flush()
    assert editor.suite() == suite
    with qtbot.waitSignal(editor.duplicate_requested) as told:
        editor.findChild(QPushButton, "compare.suite.duplicate").click()
    assert told.args == ["mine"]


def test_a_prompt_is_called_by_what_is_asked_and_before_that_by_its_number(
    editor: SuiteEditor, qtbot: QtBot
) -> None:
    editor.set_suite(some_suite(2))
    model = editor.findChild(SuiteTable).model()
    for written, shown in (("", "3"), ("Who are you?", "Who are you?")):
        if not written:
            editor.choose_prompt("p1")
            editor.findChild(QPushButton, "compare.suite.add").click()
        qtbot.keyClicks(text_field(editor, "prompt"), written)
        editor.flush()
        assert model.index(2, 0).data() == shown


def test_an_empty_suite_offers_its_first_prompt(editor: SuiteEditor, qtbot: QtBot) -> None:
    editor.set_suite(Suite("mine", "New suite", ()))
    first = editor.findChild(QPushButton, "compare.suite.first")
    assert first.isVisible()
    with qtbot.waitSignal(editor.suite_changed) as told:
        first.click()
    assert len(told.args[0].prompts) == 1
    assert not first.isVisible()


def test_a_suite_of_many_prompts_keeps_their_identity(editor: SuiteEditor) -> None:
    prompts = tuple(prompt(number) for number in range(20_000))
    editor.set_suite(Suite("big", "Big", prompts))
    editor.choose_prompt("p19999")
    assert editor.suite().prompts == prompts


def test_tab_goes_through_the_editor_as_one_reads(editor: SuiteEditor) -> None:
    editor.set_suite(some_suite(2))
    editor.choose_prompt("p1")
    box = editor.findChild(QComboBox, "compare.suite.add_check")
    box.setCurrentIndex(box.findData("length"))
    box.activated.emit(box.currentIndex())
    kind = editor.findChild(QComboBox, "compare.suite.check1.kind")
    kind.setCurrentIndex(kind.findData("regex"))
    order = [stop.objectName().removeprefix("compare.suite.") for stop in tab_stops(editor)]
    order = [name for name in order if name != "qt_spinbox_lineedit"]
    assert order == [
        *("back", "title", "suite_tags", "run", "duplicate", "prompts"),
        *("add", "copy", "up", "down", "remove", "name", "prompt"),
        *(f"check1.{key}" for key in ("kind", "remove", "wanted", "pattern", "case", "whole")),
        *(f"check2.{key}" for key in ("kind", "remove", "unit", "at_least", "at_most")),
        *("add_check", "reference", "system", "tags", "pair", "variant", "first"),
    ]


def test_a_check_that_is_added_has_the_keyboard(editor: SuiteEditor, qtbot: QtBot) -> None:
    editor.set_suite(some_suite(2))
    editor.choose_prompt("p1")
    box = editor.findChild(QComboBox, "compare.suite.add_check")
    box.setCurrentIndex(box.findData("language"))
    box.activated.emit(box.currentIndex())
    field = editor.findChild(QComboBox, "compare.suite.check2.code")
    qtbot.waitUntil(field.hasFocus)


def test_the_last_prompt_can_go_and_another_come(editor: SuiteEditor, qtbot: QtBot) -> None:
    editor.set_suite(some_suite(1))
    qtbot.mouseClick(
        editor.findChild(QToolButton, "compare.suite.remove"), Qt.MouseButton.LeftButton
    )
    first = editor.findChild(QPushButton, "compare.suite.first")
    qtbot.waitUntil(first.hasFocus)
    qtbot.keyClick(first, Qt.Key.Key_Space)
    field = text_field(editor, "prompt")
    assert field.isEnabled()
    qtbot.waitUntil(field.hasFocus)
    qtbot.keyClicks(field, "Hello")
    editor.flush()
    assert [one.text for one in editor.suite().prompts] == ["Hello"]
