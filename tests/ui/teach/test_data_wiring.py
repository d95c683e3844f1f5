"""The Data tab on a real store: what is done there is kept, can be taken back, and is seen at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QInputDialog, QLabel
from pytestqt.qtbot import QtBot

from benchtop.services.data_folder import DataFolder
from ui.teach.data_bench import Bench, fill, folder, pair, start

__all__ = ["folder", "start"]

KEY = Qt.Key


@pytest.fixture
def bench(start: Callable[[], Bench], folder: DataFolder) -> Bench:
    """Three examples; the second holds an e-mail address, the third is the first again."""
    fill(
        folder,
        pair("Where do barn owls sleep by day?", "In barns and hollow trees."),
        pair("How do I write to the keeper?", "Write to ann@owls.org, or come by."),
        pair("Where do barn owls sleep by day?", "In barns and hollow trees."),
    )
    made = start()
    made.shows(3)
    made.until(made.chosen)
    return made


def test_the_first_example_makes_a_data_set(start: Callable[[], Bench], qtbot: QtBot) -> None:
    bench = start()
    first = bench.button("teach.data.first.type")
    bench.until(first.isVisible)
    rated = bench.view.findChild(QLabel, "teach.data.first.rated")
    bench.until(lambda: "press the thumb" in rated.text())
    first.click()
    bench.until(bench.field("teach.new.question").isVisible)
    bench.field("teach.new.question").setPlainText("Who?")
    bench.field("teach.new.answer").setPlainText("An owl.")
    bench.button("teach.new.add").click()
    bench.shows(1)
    assert [one.answer for one in bench.examples("My examples")] == ["An owl."]


def test_what_is_in_a_data_set_is_said(bench: Bench) -> None:
    personal = bench.button("teach.data.filter.personal")
    bench.until(lambda: personal.accessibleName() == "1 holds something personal")
    assert bench.button("teach.data.filter.alike").accessibleName() == "2 look alike"
    assert bench.button("teach.data.filter.all").text() == "3 examples"
    bench.button("teach.data.filter.alike").click()
    bench.shows(2)
    personal.click()
    bench.shows(1)
    words = bench.view.findChild(QLabel, "teach.data.personal.words")
    assert words.text() == "E-mail addresses in 1 example."


def test_words_and_filters_narrow_the_table(bench: Bench) -> None:
    bench.view.search.setText("keeper")
    bench.shows(1)
    bench.view.search.clear()
    bench.shows(3)
    bench.view.show_filter("excluded")
    bench.shows(0)
    nothing = bench.view.findChild(QLabel, "teach.data.no_match")
    assert nothing.text() == "No example is left out."


def test_space_leaves_out_and_takes_in(bench: Bench, qtbot: QtBot) -> None:
    table = bench.view.table
    qtbot.keyClick(table, KEY.Key_Space)
    excluded = bench.button("teach.data.filter.excluded")
    bench.until(lambda: excluded.text() == "1 left out")
    assert [one.included for one in bench.examples()] == [False, True, True]
    bench.until(lambda: not table.rows.row_of(table.current_id).included)
    qtbot.keyClick(table, KEY.Key_Space)
    bench.until(lambda: not excluded.isVisible())
    assert all(one.included for one in bench.examples())


def test_what_is_deleted_comes_back(bench: Bench, qtbot: QtBot) -> None:
    bench.view.table.selectAll()
    qtbot.keyClick(bench.view.table, KEY.Key_Delete)
    bench.until(bench.button("teach.data.none.type").isVisible)
    assert bench.notices() == ["3 examples are in the bin."]
    assert [notice.sign for notice in bench.info.notices()] == ["trash"]
    assert bench.examples() == []
    bench.undo.undo()
    bench.shows(3)
    assert len(bench.examples()) == 3


def test_an_edit_is_kept_and_taken_back(bench: Bench, qtbot: QtBot) -> None:
    answer = bench.field("teach.example.text.2")
    answer.setPlainText("In towers.")
    bench.button("teach.example.save").click()
    bench.until(bench.notices)
    assert bench.examples()[0].answer == "In towers."
    assert [notice.sign for notice in bench.info.notices()] == ["check"]  # nothing went
    bench.undo.undo()
    bench.until(lambda: answer.toPlainText() == "In barns and hollow trees.")
    assert bench.examples()[0].answer == "In barns and hollow trees."


def test_what_is_typed_is_kept_when_the_window_closes(
    start: Callable[[], Bench], bench: Bench
) -> None:
    bench.field("teach.example.text.2").setPlainText("In towers.")
    bench.close()
    again = start()
    again.shows(3)
    assert again.examples()[0].answer == "In towers."


def test_a_draft_waits_for_a_yes(
    start: Callable[[], Bench], folder: DataFolder, qtbot: QtBot
) -> None:
    drafts = [pair(f"Question {n}?", f"Answer {n}.", state="draft") for n in range(3)]
    fill(folder, pair("Who?", "An owl."), *drafts)
    bench = start()
    bench.shows(4)
    bench.button("teach.data.filter.drafts").click()
    bench.shows(3)
    table = bench.view.table
    bench.until(lambda: table.rows.row_of(table.current_id))
    qtbot.keyClick(table, KEY.Key_A)
    bench.shows(2)
    qtbot.keyClick(table, KEY.Key_R)
    bench.shows(1)
    assert bench.notices() == ["The draft is in the bin."]
    assert [one.state for one in bench.examples()] == ["kept", "kept", "draft"]
    bench.undo.undo()
    bench.shows(2)


def test_before_and_after_come_first_then_all_is_replaced(bench: Bench) -> None:
    bench.until(bench.button("teach.data.filter.personal").isVisible)
    bench.until(lambda: bench.button("teach.data.filter.personal").isEnabled())
    bench.button("teach.data.filter.personal").click()
    show = bench.button("teach.data.personal.show")
    bench.until(show.isVisible)
    show.click()
    bench.until(lambda: bench.view.personal.shows_changes)
    assert "ann@owls.org" in bench.examples()[1].answer
    bench.button("teach.data.personal.replace").click()
    bench.until(bench.notices)
    assert bench.examples()[1].answer == "Write to [e-mail], or come by."
    bench.undo.undo()
    bench.until(lambda: "ann@owls.org" in bench.examples()[1].answer)


def test_one_example_is_freed_of_what_is_personal(bench: Bench) -> None:
    ids = bench.view.table.rows.ids
    bench.view.table.choose(ids[1])
    words = bench.view.findChild(QLabel, "teach.example.personal.words")
    bench.until(lambda: words.text() == "It holds an e-mail address.")
    bench.button("teach.example.personal.show").click()
    bench.until(lambda: bench.view.pane.personal.shows_changes)
    bench.button("teach.example.personal.replace").click()
    answer = bench.field("teach.example.text.2")
    bench.until(lambda: answer.toPlainText() == "Write to [e-mail], or come by.")


def test_tags_are_put_on_and_taken_off(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["owls, birds", "-birds, night"])
    monkeypatch.setattr(QInputDialog, "getText", lambda *_args: (next(answers), True))
    bench.view.table.selectAll()
    bench.button("teach.data.chosen.tag").click()
    bench.until(lambda: bench.view.tag.findData("birds") >= 0)
    bench.button("teach.data.chosen.tag").click()
    bench.until(lambda: bench.view.tag.findData("night") >= 0)
    assert {one.tags for one in bench.examples()} == {("owls", "night")}


def test_data_sets_are_made_named_and_removed(bench: Bench) -> None:
    bench.button("teach.data.new_set").click()
    bench.until(lambda: bench.view.sets.state() == bench.view.sets.State.EditingState)
    bench.view.sets.rows.setData(bench.view.sets.currentIndex(), "House  rules")
    names = lambda: [row.name for row in bench.view.sets.rows.rows]  # noqa: E731
    bench.until(lambda: names() == ["House rules", "Owls"])
    assert bench.view.sets.currentIndex().data() == "House rules"
    bench.button("teach.data.remove_set").click()
    bench.until(lambda: names() == ["Owls"])
    bench.shows(3)
    assert bench.notices() == ["The data set “House rules” is in the bin."]
    bench.undo.undo()
    bench.until(lambda: names() == ["House rules", "Owls"])


def test_the_data_set_on_show_is_remembered(
    start: Callable[[], Bench], bench: Bench, folder: DataFolder
) -> None:
    fill(folder, pair("Who?", "An owl."), name="Another")
    bench.wiring.refresh()
    bench.until(lambda: len(bench.view.sets.rows.rows) == 2)
    bench.shows(3)
    bench.view.sets.setCurrentIndex(bench.view.sets.rows.index(0, 0))
    bench.shows(1)
    bench.close()
    assert start().wiring.dataset_id == bench.wiring.dataset_id


def test_a_file_is_read_and_taken_back(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [json.dumps({"question": f"Question {n}?", "answer": "Yes."}) for n in range(5)]
    path = tmp_path / "more.jsonl"
    path.write_text("\n".join([*lines[:3], "{broken", *lines[3:]]), encoding="utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(path), ""))
    bench.button("teach.data.import").click()
    bench.shows(8)
    words = bench.view.findChild(QLabel, "teach.import.words")
    assert words.text() == "more.jsonl: 5 read, 1 line left out."
    bench.button("teach.import.show").click()
    listed = bench.view.import_bar.findChild(QObject, "teach.import.lines")
    assert listed.item(0, 0).text() == "4"
    bench.button("teach.import.undo").click()
    bench.shows(3)
    bench.undo.undo()
    bench.shows(8)


def test_a_file_that_cannot_be_read_says_so_in_the_page(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "empty.jsonl"
    path.write_text("", encoding="utf-8")
    bench.view.paths_dropped.emit([str(path)])
    words = bench.view.findChild(QLabel, "teach.import.words")
    bench.until(lambda: "there are no examples in it" in words.text())
    assert len(bench.examples()) == 3


def test_a_dropped_file_makes_the_first_data_set(
    start: Callable[[], Bench], tmp_path: Path
) -> None:
    bench = start()
    path = tmp_path / "Facts.csv"
    path.write_text("question,answer\nWho?,An owl.\nWhere?,In a barn.\n", encoding="utf-8")
    bench.until(bench.button("teach.data.first.import").isVisible)
    bench.view.paths_dropped.emit([str(path)])
    bench.shows(2)
    assert bench.view.sets.currentIndex().data() == "Facts"


def test_examples_go_to_a_file(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out.jsonl"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(path), ""))
    bench.view.export_wanted.emit("messages")
    bench.until(bench.notices)
    written = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert len(written) == 3
    assert written[0]["messages"][1]["content"] == "In barns and hollow trees."


def test_nothing_rated_is_said_without_an_error(bench: Bench) -> None:
    bench.button("teach.data.collect").click()
    bench.until(bench.notices)
    assert "Nothing new in your chats" in bench.notices()[0]
    assert [notice.kind for notice in bench.info.notices()] == ["info"]
