"""The Data tab: what it shows, what its keys do, and what it leaves to its owner."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from benchtop.ui.teach.data_rows import (
    BrokenLine,
    Change,
    DraftProgress,
    Health,
    ImportOutcome,
    TeacherModel,
)
from benchtop.ui.teach.data_view import DataView
from benchtop.ui.teach.example_model import LENGTH, NOTES, PAGE, WORDS
from benchtop.ui.teach.teach_page import TeachPage
from benchtop.ui.theme import ThemeController
from ui.teach.data_makers import HEALTH, STATISTICS, MemoryOwner, dataset, example, row

KEY = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def page(show: Callable[..., TeachPage]) -> TeachPage:
    return show(TeachPage())


@pytest.fixture
def view(page: TeachPage) -> DataView:
    return page.data


@pytest.fixture
def owner(view: DataView, qtbot: QtBot) -> MemoryOwner:
    made = MemoryOwner(view)
    made.fill()
    qtbot.waitUntil(lambda: view.table.rows.row_of("e0") is not None)
    view.table.choose("e0")
    return made


def button(view: QWidget, name: str) -> QAbstractButton:
    found = view.findChild(QAbstractButton, name)
    assert found is not None, name
    return found


def text(view: QWidget, name: str) -> QPlainTextEdit:
    found = view.findChild(QPlainTextEdit, name)
    assert found is not None, name
    return found


def label(view: QWidget, name: str) -> str:
    found = view.findChild(QLabel, name)
    assert found is not None, name
    return found.text()


def made_by_qt(widget: QWidget) -> bool:
    """A part of a compound widget of Qt's own, such as the list of a combo box."""
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, QComboBox | QAbstractSpinBox | QLineEdit):
            return True
        above = above.parentWidget()
    return widget.objectName().startswith("qt_")


# Nothing yet


def test_without_data_sets_there_are_three_ways_to_begin(view: DataView, qtbot: QtBot) -> None:
    first = "teach.data.first"
    for key, wish in (
        ("collect", view.collect_wanted),
        ("import", view.import_wanted),
        ("type", view.typing_wanted),
    ):
        with qtbot.waitSignal(wish):
            button(view, f"{first}.{key}").click()
    assert not view.table.isVisible()


def test_where_nothing_is_rated_it_says_how_to_rate(view: DataView, qtbot: QtBot) -> None:
    view.set_rated(0)
    assert "press the thumb or the star under a good reply" in label(view, "teach.data.first.rated")
    with qtbot.waitSignal(view.chat_wanted):
        button(view, "teach.data.first.chat").click()
    view.set_rated(7)
    assert label(view, "teach.data.first.rated").startswith("7 replies")
    assert not button(view, "teach.data.first.chat").isVisible()


def test_an_empty_data_set_offers_the_same(view: DataView, qtbot: QtBot) -> None:
    view.set_datasets([dataset(examples=0, included=0, held_out=0, drafts=0)])
    view.set_ids([])
    button(view, "teach.data.none.type").click()
    assert text(view, "teach.new.question").hasFocus()


# The table


def test_only_pages_that_are_seen_are_read(view: DataView, qtbot: QtBot) -> None:
    owner = MemoryOwner(view, 100_000)
    owner.fill()
    qtbot.waitUntil(lambda: view.table.rows.row_of("e0") is not None)
    assert owner.pages == 1
    view.table.scrollToBottom()
    qtbot.waitUntil(lambda: view.table.rows.row_of("e99999") is not None)
    assert owner.pages <= 3
    assert view.table.rows.row_of("e50000") is None


def test_what_was_read_is_let_go_again(view: DataView) -> None:
    rows = view.table.rows
    ids = [f"e{number}" for number in range(100 * PAGE)]
    rows.set_ids(ids)
    for page in range(100):
        rows.put_rows(page, [row(number) for number in range(page * PAGE, (page + 1) * PAGE)])
    known = [one for one in ids if rows.row_of(one) is not None]
    assert len(known) == 40 * PAGE
    assert known[-1] == ids[-1]


def test_a_row_says_what_is_to_be_known(owner: MemoryOwner, view: DataView) -> None:
    rows = view.table.rows
    spoken = rows.index(3, WORDS).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith("How do I write to the keeper?, answer: Write to")
    assert "draft" in spoken
    assert "personal" in spoken
    assert "written by Qwen3 8B" in spoken
    assert rows.index(2, NOTES).data() == "held out"
    assert rows.index(2, LENGTH).data() == "74 letters"
    owner.rows["e2"] = row(2, length=31, in_tokens=True, problem="has no question")
    rows.put_rows(0, owner.made(rows.ids[:PAGE]))
    assert rows.index(2, LENGTH).data() == "31 tokens"
    assert rows.index(2, NOTES).data().startswith("teaches nothing")


def test_the_keys_of_the_table(owner: MemoryOwner, view: DataView, qtbot: QtBot) -> None:
    table = view.table
    table.setFocus()
    with qtbot.waitSignal(view.included_wanted) as told:
        qtbot.keyClick(table, KEY.Key_Space)
    assert told.args == [["e0"], False]
    with qtbot.waitSignal(view.removed) as told:
        qtbot.keyClick(table, KEY.Key_Delete)
    assert told.args == [["e0"]]
    with qtbot.assertNotEmitted(view.accepted):
        qtbot.keyClick(table, KEY.Key_A)  # no draft
    table.choose("e3")
    with qtbot.waitSignal(view.accepted) as told:
        qtbot.keyClick(table, KEY.Key_A)
    assert told.args == [["e3"]]
    with qtbot.waitSignal(view.refused) as told:
        qtbot.keyClick(table, KEY.Key_R)
    assert told.args == [["e3"]]
    with qtbot.assertNotEmitted(view.included_wanted):
        qtbot.keyClick(table, KEY.Key_Space)  # a draft is taught only once it is accepted
    qtbot.keyClick(table, KEY.Key_Return)
    assert text(view, "teach.example.text.2").hasFocus()
    qtbot.keyClick(QApplication.focusWidget(), KEY.Key_Escape)
    assert table.hasFocus()
    table.choose("e0")
    qtbot.keyClick(table, KEY.Key_Up)
    assert view.search.hasFocus()


def test_several_are_changed_at_once(owner: MemoryOwner, view: DataView, qtbot: QtBot) -> None:
    view.table.choose("e0")
    for _ in range(4):
        qtbot.keyClick(view.table, KEY.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    chosen = ["e0", "e1", "e2", "e3", "e4"]
    assert view.table.chosen_ids() == chosen
    assert label(view, "teach.data.chosen.words") == "5 chosen"
    for key, wish, args in (
        ("leave_out", view.included_wanted, [chosen, False]),
        ("teach", view.included_wanted, [chosen, True]),
        ("tag", view.tag_wanted, [chosen]),
        ("delete", view.removed, [chosen]),
    ):
        with qtbot.waitSignal(wish) as told:
            button(view, f"teach.data.chosen.{key}").click()
        assert told.args == args
    with qtbot.waitSignal(view.accepted) as told:
        qtbot.keyClick(view.table, KEY.Key_A)
    assert told.args == [["e3"]]  # the only draft


def test_what_is_chosen_stays_or_moves_on(owner: MemoryOwner, view: DataView) -> None:
    view.table.choose("e5")
    ids = [one for one in owner.ids if one != "e2"]
    view.set_ids(ids)
    assert view.table.current_id == "e5"
    view.set_ids([one for one in ids if one != "e5"])
    assert view.table.current_id == "e6"


def test_the_box_in_a_row_asks_its_owner(owner: MemoryOwner, view: DataView, qtbot: QtBot) -> None:
    index, role = view.table.rows.index(1, 0), Qt.ItemDataRole.CheckStateRole
    with qtbot.waitSignal(view.included_wanted) as told:
        view.table.rows.setData(index, Qt.CheckState.Unchecked, role)
    assert told.args == [["e1"], False]
    assert index.data(role) == Qt.CheckState.Checked  # nothing changes by itself


# The line of health, the search, the tags


def test_the_line_of_health_narrows_the_table(
    owner: MemoryOwner, view: DataView, qtbot: QtBot
) -> None:
    drafts = button(view, "teach.data.filter.drafts")
    assert drafts.accessibleName() == "3 drafts to look at"
    with qtbot.waitSignal(view.view_changed):
        drafts.click()
    assert view.filter == "drafts"
    view.set_ids([])
    assert label(view, "teach.data.no_match") == "No drafts are waiting."
    view.set_health(replace(HEALTH, drafts=0, personal=0))
    assert drafts.isVisible()  # what is chosen stays
    assert not button(view, "teach.data.filter.personal").isVisible()


def test_the_line_of_health_is_walked_with_arrows(
    owner: MemoryOwner, view: DataView, qtbot: QtBot
) -> None:
    button(view, "teach.data.filter.all").setFocus()
    qtbot.keyClick(QApplication.focusWidget(), KEY.Key_Right)
    assert button(view, "teach.data.filter.drafts").hasFocus()
    assert view.filter == "drafts"


def test_what_is_still_looked_for_is_said(owner: MemoryOwner, view: DataView) -> None:
    view.set_health(Health(120, alike=-1, personal=-1))
    alike = button(view, "teach.data.filter.alike")
    assert alike.text() == "looking for what looks alike…"
    assert not alike.isEnabled()


def test_the_search_waits_for_the_last_letter(
    owner: MemoryOwner, view: DataView, qtbot: QtBot
) -> None:
    told: list[str] = []
    view.view_changed.connect(lambda: told.append(view.words))
    qtbot.keyClicks(view.search, "owl")
    qtbot.waitUntil(lambda: told == ["owl"])
    qtbot.keyClick(view.search, KEY.Key_Down)
    assert view.table.hasFocus()


def test_a_tag_narrows_the_table(owner: MemoryOwner, view: DataView, qtbot: QtBot) -> None:
    tags = view.findChild(QComboBox, "teach.data.tag")
    tags.setCurrentText("owls")
    with qtbot.waitSignal(view.view_changed):
        tags.activated.emit(tags.currentIndex())
    assert view.only_tag == "owls"
    view.set_tags(["birds", "owls", "towers"])
    assert view.only_tag == "owls"
    with qtbot.waitSignal(view.view_changed):
        view.set_tags(["birds"])  # its last example lost the tag
    assert view.only_tag == ""


# One example


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


# Typed by hand


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


# What is personal


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


# Import, teacher, statistics


def test_lines_that_were_left_out_are_listed(owner: MemoryOwner, view: DataView) -> None:
    bar = view.import_bar
    bar.set_reading("owls.jsonl", 1_000, 0.4)
    assert button(view, "teach.import.stop").isVisible()
    broken = (BrokenLine(3, "is not JSON"), BrokenLine(77, "has no answer"))
    bar.set_outcome(ImportOutcome("owls.jsonl", 312, 4, 2, broken))
    words = "owls.jsonl: 312 read, 4 lines left out, 2 were here already."
    assert label(view, "teach.import.words") == words
    button(view, "teach.import.show").click()
    lines = bar.findChild(QWidget, "teach.import.lines")
    assert [lines.item(place, 0).text() for place in range(2)] == ["3", "77"]
    assert lines.item(1, 1).text() == "has no answer"


def test_a_teacher_is_asked_for_drafts(owner: MemoryOwner, view: DataView, qtbot: QtBot) -> None:
    button(view, "teach.data.draft").click()
    panel = view.teacher
    assert button(view, "teach.teacher.find").isVisible()  # no model: the way to one
    panel.set_models([TeacherModel("q", "Qwen3 8B", "8.2B, fits")])
    view.table.selectAll()
    panel.findChild(QComboBox, "teach.teacher.of").setCurrentIndex(1)
    panel.findChild(QComboBox, "teach.teacher.kind").setCurrentIndex(2)
    with qtbot.waitSignal(panel.start_wanted) as told:
        button(view, "teach.teacher.start").click()
    wish = told.args[0]
    assert (wish.model_id, wish.kind, wish.count, wish.of_chosen) == ("q", "rewrites", 20, True)


def test_statistics_are_said_in_words(owner: MemoryOwner, view: DataView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.statistics_wanted):
        button(view, "teach.data.statistics_fold").click()
    view.statistics.set_statistics(STATISTICS)
    words = label(view, "teach.data.statistics.words")
    assert "40 to 738 letters long, half of them under 233" in words
    assert "From: chat 61, owls.jsonl 40" in words


# The whole


def test_everything_reachable_has_a_name(owner: MemoryOwner, page: TeachPage) -> None:
    page.data.begin_typing()
    page.data.teacher.show()
    page.data.personal.set_words("x")
    unnamed = [
        f"{type(one).__name__} {one.objectName()!r} {one.accessibleName()!r}"
        for one in page.findChildren(QWidget)
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not made_by_qt(one)
        and not (one.objectName() and one.accessibleName())
    ]
    assert unnamed == []


def test_tab_goes_as_one_reads(owner: MemoryOwner, view: DataView, page: TeachPage) -> None:
    view.set_teacher_ready(ready=True)
    view.table.choose("e3")
    view.pane.set_found("It holds an e-mail address.")
    text(view, "teach.example.text.2").setPlainText("Changed")
    page.findChild(QTabBar, "teach.tabs").setFocus()
    seen = []
    while len(seen) < 60 and "teach.tabs" not in seen[1:]:
        seen.append(QApplication.focusWidget().objectName())
        QTest.keyClick(page.windowHandle(), KEY.Key_Tab)
    assert [name.removeprefix("teach.") for name in seen[:-1]] == [
        *("tabs", "data.new_set", "data.rename_set", "data.remove_set", "data.sets"),
        *("data.export", "data.teach", "data.new", "data.collect", "data.import", "data.draft"),
        *("data.filter.all", "data.search", "data.tag", "data.examples"),
        *("data.statistics_fold", "example.accept", "example.refuse", "example.personal.show"),
        *("example.role.1", "example.remove.1", "example.text.1"),
        *("example.role.2", "example.remove.2", "example.text.2"),
        *("example.add_turn", "example.fold", "example.tags", "example.save", "example.revert"),
    ]


def test_the_keyboard_never_leaves_the_tab(owner: MemoryOwner, view: DataView) -> None:
    view.table.setFocus()
    view.set_datasets([dataset(examples=0, included=0, held_out=0, drafts=0)])
    view.set_ids([])
    assert button(view, "teach.data.none.collect").hasFocus()


@pytest.mark.parametrize("percent", [100, 150, 200])
@pytest.mark.parametrize("shown", ["full", "typing", "teacher", "empty"])
def test_nothing_is_cut_in_a_small_window(
    page: TeachPage, theme: ThemeController, shown: str, percent: int
) -> None:
    """At 900 by 600, without the rail and the status bar, every button has the room it asks for."""
    theme.set_text_size(percent)
    page.resize(836, 540)
    view = page.data
    owner = MemoryOwner(view)
    if shown != "empty":
        owner.fill()
    if shown == "typing":
        view.begin_typing()
    if shown == "teacher":
        button(view, "teach.data.draft").click()
        view.teacher.set_models([TeacherModel("q", "Qwen3 8B", "8.2B, fits")])
    QApplication.processEvents()
    assert (page.width(), page.height()) == (836, 540)
    cut = [
        f"{one.objectName()} {one.text()!r} {one.width()} of {one.minimumSizeHint().width()}"
        for one in page.findChildren(QPushButton)
        if one.isVisible() and one.width() < one.minimumSizeHint().width()
    ]
    assert cut == []


def test_the_steps_are_tabs(page: TeachPage, owner: MemoryOwner, qtbot: QtBot) -> None:
    assert page.tab == "data"
    with qtbot.waitSignals([page.tab_shown, page.teach_requested]):
        button(page, "teach.data.teach").click()
    assert page.tab == "train"
    assert page.train.isVisible()
    page.show_tab("nonsense")
    assert page.tab == "train"


def test_what_collecting_hides_gives_the_keyboard_to_what_comes(view: DataView) -> None:
    QApplication.processEvents()
    button(view, "teach.data.first.collect").setFocus()
    view.set_datasets([dataset(examples=0, included=0, held_out=0, drafts=0)])
    view.choose_dataset("owls")
    assert button(view, "teach.data.none.collect").hasFocus()
    owner = MemoryOwner(view)
    owner.fill()
    assert view.table.hasFocus()


def test_a_teacher_that_begins_and_ends_keeps_the_keyboard(
    owner: MemoryOwner, view: DataView
) -> None:
    button(view, "teach.data.draft").click()
    panel = view.teacher
    cautious = TeacherModel("s", "starter", "3.6M", "It has little to teach it.")
    panel.set_models([TeacherModel("q", "Qwen3 8B"), cautious])
    button(view, "teach.teacher.start").setFocus()
    panel.set_progress(DraftProgress(0, 20))
    assert button(view, "teach.teacher.stop").hasFocus()
    panel.set_progress(None)
    assert button(view, "teach.teacher.start").hasFocus()
    models = panel.findChild(QComboBox, "teach.teacher.model")
    assert not label(view, "teach.teacher.caution")
    models.setCurrentIndex(1)
    assert label(view, "teach.teacher.caution") == "It has little to teach it."
    assert models.accessibleDescription() == "It has little to teach it."


def test_statistics_unfold_into_sight(
    owner: MemoryOwner, view: DataView, page: TeachPage, qtbot: QtBot
) -> None:
    page.resize(1100, 460)
    view.import_bar.set_outcome(ImportOutcome("owls.jsonl", 12, 0))
    button(view, "teach.data.draft").click()
    QApplication.processEvents()
    fold = button(view, "teach.data.statistics_fold")
    fold.click()
    view.statistics.set_statistics(STATISTICS)

    def in_sight() -> int:
        return view.statistics.visibleRegion().boundingRect().height()

    qtbot.waitUntil(lambda: in_sight() == view.statistics.height() > 40)
