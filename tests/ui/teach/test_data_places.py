"""At which example a data set opens, and how long texts and focus are drawn."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QTabBar
from pytestqt.qtbot import QtBot

from benchtop.services.data_folder import DataFolder
from benchtop.ui.teach.data_findings import WAIT_MS
from benchtop.ui.teach.statistics_view import StatisticsView
from benchtop.ui.teach.teach_page import TeachPage
from benchtop.ui.theme import ThemeController
from ui.teach.data_bench import Bench, fill, folder, pair, start

__all__ = ["folder", "start"]


def lines_of(path: Path, count: int) -> Path:
    lines = (json.dumps({"question": f"Question {n}?", "answer": "Yes."}) for n in range(count))
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_first_import_opens_at_its_first_example(
    start: Callable[[], Bench], tmp_path: Path
) -> None:
    bench = start()
    bench.until(bench.button("teach.data.first.import").isVisible)
    bench.view.paths_dropped.emit([str(lines_of(tmp_path / "Facts.jsonl", 40))])
    bench.shows(40)
    bench.until(bench.chosen)
    assert bench.view.table.currentIndex().row() == 0


def test_a_set_opens_at_its_first_example_and_then_where_one_was(
    start: Callable[[], Bench], folder: DataFolder
) -> None:
    fill(folder, *(pair(f"Who is {n}?", "An owl.") for n in range(30)), name="Owls")
    fill(folder, *(pair(f"What is {n}?", "A cat.") for n in range(20)), name="Cats")
    bench = start()
    view, table = bench.view, bench.view.table
    bench.until(lambda: len(view.sets.rows.rows) == 2)

    def choose(name: str, count: int) -> int:
        view.choose_dataset(next(one.id for one in view.sets.rows.rows if one.name == name))
        bench.shows(count)
        bench.until(lambda: bench.chosen() == table.current_id != "")
        return table.currentIndex().row()

    assert choose("Owls", 30) == 0
    table.choose(table.rows.ids[17])
    bench.until(lambda: bench.chosen() == table.current_id)
    assert choose("Cats", 20) == 0
    table.choose(table.rows.ids[5])
    bench.until(lambda: bench.chosen() == table.current_id)
    assert choose("Owls", 30) == 17
    assert choose("Cats", 20) == 5


def test_a_very_long_text_is_cut_and_nothing_of_it_is_lost(
    start: Callable[[], Bench], folder: DataFolder
) -> None:
    long = "The owl hoots. " * 20_000
    _first, second = fill(
        folder, pair("Who?", "An owl."), pair("And?", long, rejected=long + "No.")
    )
    bench = start()
    bench.shows(2)
    bench.until(bench.chosen)
    bench.view.table.choose(second.id)
    bench.until(lambda: bench.chosen() == second.id)
    field, more = bench.field("teach.example.text.2"), bench.button("teach.example.more.2")
    assert len(field.toPlainText()) < 10_000
    assert field.isReadOnly()
    assert more.text() == "Show and edit all 300,000 letters"
    assert bench.button("teach.example.rejected.more").isVisible()
    assert not bench.view.pane.is_changed
    bench.field("teach.example.text.1").setPlainText("And then?")
    bench.button("teach.example.save").click()
    bench.until(bench.notices)
    kept = bench.examples()[1]
    assert [turn.content for turn in kept.turns] == ["And then?", long]
    assert kept.rejected == long + "No."
    more.click()
    assert not more.isVisible()
    assert field.toPlainText() == kept.turns[1].content
    assert not field.isReadOnly()
    assert not bench.view.pane.is_changed
    field.setPlainText("Short.")
    bench.button("teach.example.save").click()
    bench.until(lambda: bench.examples()[1].answer == "Short.")
    assert len(bench.examples()[1].rejected) >= 300_000
    assert bench.view.pane.example().answer == "Short."


def test_the_next_example_is_edited_as_ever(start: Callable[[], Bench], folder: DataFolder) -> None:
    first, second = fill(folder, pair("Who?", "An owl."), pair("And?", "Long. " * 10_000))
    bench = start()
    bench.shows(2)
    field, more = bench.field, bench.button
    for one, is_cut in ((second, True), (first, False), (second, True)):
        bench.view.table.choose(one.id)
        bench.until(lambda one=one: bench.chosen() == one.id)
        assert field("teach.example.text.2").isReadOnly() is is_cut
        assert more("teach.example.more.2").isVisible() is is_cut
        assert not bench.view.pane.is_changed
    assert len(bench.view.pane.example().answer) >= 59_000


@pytest.mark.parametrize("shade", ["light", "dark"])
def test_focus_draws_no_line_through_the_words_of_a_tab(
    page: TeachPage, theme: ThemeController, shade: str, qtbot: QtBot
) -> None:
    theme.set_choice(shade)
    bar = page.findChild(QTabBar, "teach.tabs")
    inside = bar.tabRect(0).adjusted(4, 4, -8, -4)  # beside the ring, and the gap to the next tab
    bar.clearFocus()
    plain = bar.grab(inside).toImage()
    whole = bar.grab().toImage()
    bar.setFocus()
    qtbot.waitUntil(bar.hasFocus)
    assert bar.grab(inside).toImage() == plain
    assert bar.grab().toImage() != whole


def words_of(view: StatisticsView) -> str:
    return view.findChild(QLabel, "teach.data.statistics.words").text()


def test_statistics_say_that_it_is_being_counted(
    start: Callable[[], Bench], folder: DataFolder
) -> None:
    fill(folder, pair("Who?", "An owl."), pair("Where?", "In barns."))
    fill(folder, name="Zero")
    bench = start()
    view = bench.view
    bench.shows(2)
    assert words_of(view.statistics) == "Counting…"
    bench.until(lambda: "letters long" in words_of(view.statistics))
    bench.wiring.change(lambda store: store.examples.include([view.table.current_id], False))
    bench.until(lambda: "being counted again" in words_of(view.statistics))
    assert "letters long" in words_of(view.statistics)
    bench.until(lambda: "being counted again" not in words_of(view.statistics))
    view.choose_dataset(next(one.id for one in view.sets.rows.rows if one.name == "Zero"))
    bench.until(lambda: words_of(view.statistics) == "Counting…")
    bench.until(lambda: words_of(view.statistics) == "Nothing to count yet.")


def test_a_first_look_never_waits_and_a_later_one_as_long_as_looks_take(
    start: Callable[[], Bench], folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(folder, pair("Who?", "An owl."))
    bench = start()
    findings, waits = bench.wiring.findings, list[int]()
    monkeypatch.setattr(findings._soon, "start", waits.append)
    findings.ask("new")
    findings.ask("new")  # changed again before anything is known
    assert waits == [WAIT_MS, WAIT_MS]
    findings._known_id, findings._took_ms = "new", 3_000.0
    findings.ask("new")
    findings._took_ms = 300_000.0
    findings.ask("new")
    findings.ask("other")
    assert waits[2:] == [15_000, 60_000, WAIT_MS]
