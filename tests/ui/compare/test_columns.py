"""Answers side by side: streaming, states, wishes, and what is hidden while it is blind."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtWidgets import QAbstractButton, QLabel, QProgressBar
from pytestqt.qtbot import QtBot

from benchtop.ui.compare.columns_view import ColumnsView
from benchtop.ui.compare.compare_rows import ColumnRow, TurnRow
from benchtop.ui.compare.compare_texts import figures_text
from ui.compare.columns_kit import button, cells, heads, label, stream, turn
from ui.compare.compare_makers import ANSWERS, CONTESTANTS, FIGURES, answered, waiting


def test_text_streams_into_its_column(view: ColumnsView, qtbot: QtBot) -> None:
    view.begin_round(waiting(2))
    first, second = cells(view)
    assert label(first, "waiting") == "Waiting for its turn."
    for letter in "gathered":
        view.append("c1", letter)
    assert first.text.text == ""
    qtbot.waitUntil(lambda: first.text.text == "gathered")
    assert label(first, "waiting") == ""
    assert second.text.text == ""
    assert heads(view)[0].accessibleName() == "starter, writing"


def test_what_is_settled_is_not_written_again(view: ColumnsView) -> None:
    view.begin_round(waiting(2))
    stream(view, "c1", 30)
    (segment,) = cells(view)[0].text.segments
    before = segment.document().revision()
    view.append("c2", "Something else.")
    view.flush()
    assert segment.document().revision() == before
    view.put_column(ColumnRow("c1", "starter", cells(view)[0].text.text, state="done"))
    assert cells(view)[0].text.segments == [segment]


def test_the_final_text_is_what_counts(view: ColumnsView) -> None:
    view.begin_round(waiting(2))
    view.append("c1", "Begun and")
    view.flush()
    view.append("c1", " lost in the pipe")
    view.put_column(ColumnRow("c1", "starter", "Begun and ended.", state="done", figures=FIGURES))
    view.flush()
    assert cells(view)[0].row.text == "Begun and ended."
    assert cells(view)[0].text.text == "Begun and ended."


def test_a_state_that_lags_behind_takes_no_text_away(view: ColumnsView) -> None:
    view.begin_round(waiting(2))
    view.append("c1", "One two")
    view.put_column(ColumnRow("c1", "starter", "One", state="writing"))
    view.append("c1", " three")
    view.flush()
    assert cells(view)[0].text.text == "One two three"
    view.put_column(ColumnRow("c1", "starter", "One two three", state="failed", sentence="Gone."))
    view.put_column(ColumnRow("c1", "starter", state="waiting"))
    assert cells(view)[0].text.text == ""


def test_reasoning_is_folded_and_goes_on_to_the_answer(view: ColumnsView) -> None:
    view.begin_round(waiting(2))
    view.append("c1", "", "I think about trains.")
    view.flush()
    cell = cells(view)[0]
    assert cell.reasoning is not None
    assert cell.reasoning.toggle.text() == "Thinking…"
    view.append("c1", "It takes", "")
    view.flush()
    assert cell.reasoning.toggle.text() == "Reasoning, 4 words"
    before = cell.height()
    cell.reasoning.set_open(True)
    assert cell.height() > before


def test_a_first_token_that_came_sooner_says_why() -> None:
    words = figures_text(replace(FIGURES, was_read=True)).replace("\u00a0", " ")
    assert words.startswith("first token 84 ms, prompt already read · ")


def test_figures_stand_under_each(view: ColumnsView) -> None:
    view.set_rounds([answered(2)])
    wanted = "first token 84 ms · 1,241 tok/s · 57 tokens · memory 41.0 MB"
    assert label(cells(view)[0], "figures") == wanted
    assert cells(view)[0].accessibleDescription() == wanted


def test_a_failure_is_told_in_its_column_and_the_others_stay(view: ColumnsView) -> None:
    failed = ColumnRow(
        "c1", "starter", "Half of", state="failed",
        sentence="The engine stopped while it was writing; what it wrote is kept. Ask again.",
    )  # fmt: skip
    row = answered(2)
    view.set_rounds([replace(row, columns=(failed, row.columns[1]))])
    first, second = cells(view)
    assert label(first, "sentence") == failed.sentence
    assert first.text.text == "Half of"
    assert label(second, "sentence") == ""
    assert heads(view)[0].accessibleName() == "starter, failed"
    view.put_column(ColumnRow("c1", "starter", state="cancelled"))
    assert label(cells(view)[0], "sentence") == "You stopped this answer."
    view.put_column(ColumnRow("c1", "starter", state="done"))
    assert label(cells(view)[0], "waiting") == "The answer is empty."


def test_the_buttons_wish_for_their_column(view: ColumnsView, qtbot: QtBot) -> None:
    row = waiting(2)
    view.set_rounds([row])
    assert not button(view, "0.take").isVisible()
    assert not button(view, "0.copy").isVisible()
    with qtbot.waitSignal(view.stop_requested) as told:
        qtbot.mouseClick(button(view, "1.stop"), Qt.MouseButton.LeftButton)
    assert told.args == ["c2"]
    view.set_rounds([answered(2)])
    assert not button(view, "1.stop").isVisible()
    with qtbot.waitSignal(view.take_requested) as told:
        qtbot.mouseClick(button(view, "1.take"), Qt.MouseButton.LeftButton)
    assert told.args == ["c2"]
    qtbot.mouseClick(button(view, "0.copy"), Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == ANSWERS[0]
    assert button(view, "0.take").accessibleName() == "Take the answer of starter into Chat"


def test_the_menu_copies_what_is_selected(view: ColumnsView, qtbot: QtBot) -> None:
    view.set_rounds([answered(2)])
    cell = cells(view)[1]
    menu = cell.menu()
    assert [a.text() for a in menu.actions()] == ["Copy the answer", "Take into Chat"]
    with qtbot.waitSignal(view.take_requested) as told:
        menu.actions()[1].trigger()
    assert told.args == ["c2"]
    (segment,) = cell.text.segments
    cursor = QTextCursor(segment.document())
    cursor.movePosition(QTextCursor.MoveOperation.NextWord, QTextCursor.MoveMode.KeepAnchor, 2)
    segment.setTextCursor(cursor)
    cell.menu().actions()[0].trigger()
    assert QGuiApplication.clipboard().text().strip() == "The train"
    view.set_rounds([waiting(2)])
    assert cells(view)[0].menu().isEmpty()


def test_a_whole_comparison_is_saved_or_begun_anew_once_nobody_writes(
    view: ColumnsView, qtbot: QtBot
) -> None:
    new = view.findChild(QAbstractButton, "compare.new")
    save = view.findChild(QAbstractButton, "compare.save")
    assert not new.isVisible()
    view.set_rounds([answered(2, blind=True)])
    view.set_turn(TurnRow("writing", "starter"))
    assert not new.isVisible()
    view.set_turn(None)
    assert new.isVisible()
    assert not save.isEnabled()
    assert "vote first" in save.toolTip()
    view.set_rounds([answered(2)])
    with qtbot.waitSignal(view.save_requested):
        qtbot.mouseClick(save, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(view.new_requested):
        qtbot.mouseClick(new, Qt.MouseButton.LeftButton)


def test_names_are_never_taken_for_markup(view: ColumnsView) -> None:
    row = answered(2)
    named = replace(row.columns[0], label="<b>x</b> & y")
    view.set_rounds([replace(row, columns=(named, row.columns[1]))])
    view.set_turn(TurnRow("writing", "<b>x</b>"))
    words = view.findChild(QLabel, "compare.turn")
    assert words.textFormat() == Qt.TextFormat.PlainText
    name = view.findChild(QLabel, "compare.head.0.name")
    assert name.textFormat() == Qt.TextFormat.PlainText
    assert name.text() == "<b>x</b> & y"
    assert "&lt;b&gt;x" in button(view, "0.stop").toolTip()


def test_the_line_says_whose_turn_it_is(view: ColumnsView) -> None:
    view.begin_round(waiting(2))
    progress = view.findChild(QProgressBar, "compare.turn.progress")
    for row, words in (
        (TurnRow("checking"), "Reading the model files, to know which ones they are…"),
        (TurnRow("loading", "starter", 1, 2, 0.42), "starter: loading the model, 42 % · 1 of 2"),
        (TurnRow("reading", "starter", 1, 2), "starter is reading the prompt · 1 of 2"),
        (TurnRow("writing", "Qwen3 4B", 2, 2), "Qwen3 4B is writing · 2 of 2"),
        (TurnRow("waiting", "Qwen3 4B"), "Qwen3 4B is next: another model is writing"),
        (TurnRow("waiting"), "The contestants take turns."),
    ):
        view.set_turn(row)
        assert turn(view) == words
        assert progress.isVisible() == (row.fraction is not None)
    view.set_turn(None, "Both have answered.")
    assert turn(view) == "Both have answered."


def test_blind_nothing_tells_who_is_who_before_all_are_done(view: ColumnsView) -> None:
    names = {row.name for row in CONTESTANTS}
    view.begin_round(waiting(2, blind=True))
    view.set_turn(TurnRow("loading", "starter", 1, 2, 0.5))
    for key, state in (("c1", "writing"), ("c2", "waiting")):
        view.put_column(ColumnRow(key, "AB"[key == "c2"], state=state))  # type: ignore[arg-type]
    view.append("c1", ANSWERS[0])
    view.flush()
    one = replace(answered(2, blind=True).columns[0])
    view.put_column(one)
    first, second = cells(view)
    shown = [label(cell, "waiting") for cell in (first, second)]
    assert shown == ["The answers are shown together, when all are there."] * 2
    assert first.text.text == ""
    assert first.height() == second.height()
    assert [head.accessibleName() for head in heads(view)] == ["A", "B"]
    assert not any(
        button(view, f"{n}.{b}").isVisible() for n in (0, 1) for b in ("stop", "take", "copy")
    )
    assert not view.findChild(QProgressBar, "compare.turn.progress").isVisible()
    said = " ".join(w.text() + w.accessibleName() + w.toolTip() for w in view.findChildren(QLabel))
    assert not [name for name in names if name in said]


def test_blind_a_failure_names_no_file_until_the_vote(view: ColumnsView) -> None:
    row = answered(2, blind=True)
    failed = replace(
        row.columns[0], state="failed", sentence="The file qwen3-4b.gguf is not in its place."
    )
    view.set_rounds([replace(row, columns=(failed, row.columns[1]))])
    assert (
        label(cells(view)[0], "sentence") == "This answer failed; why is told when the names are."
    )
    view.set_rounds([replace(row, columns=(failed, row.columns[1]), blind=False)])
    assert label(cells(view)[0], "sentence") == failed.sentence


def test_blind_all_are_shown_at_once_without_figures_until_the_vote(view: ColumnsView) -> None:
    view.begin_round(waiting(2, blind=True))
    view.append("c1", ANSWERS[0])
    view.flush()
    done = answered(2, blind=True).columns
    view.put_column(done[0])
    view.put_column(done[1])
    assert [cell.text.text for cell in cells(view)] == list(ANSWERS[:2])
    assert [label(cell, "figures") for cell in cells(view)] == ["", ""]
    assert not button(view, "0.take").isVisible()
    assert button(view, "0.copy").isVisible()
    assert [head.accessibleName() for head in heads(view)] == ["A", "B"]
    view.set_rounds([answered(2)])
    assert [head.accessibleName() for head in heads(view)] == ["starter", "Qwen3 4B"]
    assert all("tok/s" in label(cell, "figures") for cell in cells(view))
    assert button(view, "0.take").isVisible()
