"""The Data tab after an import that was killed or stopped."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel

from benchtop.domain.errors import StoreFull
from benchtop.services.data_folder import DataFolder
from benchtop.services.example_files import ImportReport
from benchtop.store.database import open_store
from benchtop.store.dataset_imports import ImportTable
from benchtop.ui.teach import data_files
from ui.teach.data_bench import Bench, fill, folder, pair, start
from unit.services.test_unfinished_imports import died

__all__ = ["folder", "start"]

LINES = 2_500


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    path = tmp_path / "Facts.jsonl"
    lines = (json.dumps({"question": f"Q{n}", "answer": "A"}) for n in range(LINES))
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def bar_words(bench: Bench) -> str:
    """What is said of an unfinished import; empty where nothing is."""
    words = bench.view.findChild(QLabel, "teach.unfinished.words")
    assert words is not None
    return words.text() if words.isVisible() else ""


def test_a_killed_import_is_told_until_the_rest_came_in(
    start: Callable[[], Bench], folder: DataFolder, facts: Path
) -> None:
    fill(folder, pair("Who?", "An owl."))
    died(folder.database, facts, 1_000)
    bench = start()
    bench.until(lambda: bench.wiring.dataset is not None)
    bench.wiring.show_dataset(next(one.id for one in bench.wiring._datasets if one.name == "Facts"))
    bench.shows(1_000)
    bench.until(lambda: bar_words(bench))
    assert bar_words(bench) == (
        f"The import of {facts} did not come to its end, and 1,000 examples of it came in: importing the "
        "same file again adds only what is missing."
    )
    bench.wiring.show_dataset(next(one.id for one in bench.wiring._datasets if one.name == "Owls"))
    bench.shows(1)
    bench.until(lambda: not bar_words(bench))
    bench.wiring.show_dataset(next(one.id for one in bench.wiring._datasets if one.name == "Facts"))
    bench.until(lambda: bar_words(bench))
    bench.button("teach.unfinished.rest").click()
    bench.shows(LINES)
    words = bench.view.findChild(QLabel, "teach.import.words")
    assert words.text() == "Facts.jsonl: 1,500 read, 1,000 were here already."
    assert len(bench.examples("Facts")) == LINES
    bench.wiring.examples_changed()
    bench.until(lambda: bench.wiring.dataset.examples == LINES)
    assert bar_words(bench) == ""


def test_it_can_be_left_as_it_is(
    start: Callable[[], Bench], folder: DataFolder, facts: Path
) -> None:
    died(folder.database, facts, 1_000)
    bench = start()
    bench.until(lambda: bar_words(bench))
    leave = bench.button("teach.unfinished.leave")
    leave.setFocus()
    leave.click()
    assert bar_words(bench) == ""
    assert bench.view.isAncestorOf(bench.view.focusWidget())
    bench.store.write_now()
    with open_store(folder.database) as store:
        assert store.imports.unfinished() == []
        assert store.datasets.all()[0].examples == 1_000


def test_what_a_person_stopped_is_told_and_taken_out_it_is_not(
    start: Callable[[], Bench], folder: DataFolder, facts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped after the first thousand, as by the button."""
    tell = data_files._Import._tell

    def stop_and_tell(self: data_files._Import, report: ImportReport) -> None:
        self.is_stopped = True
        tell(self, report)

    fill(folder, pair("Who?", "An owl."))
    bench = start()
    bench.shows(1)
    monkeypatch.setattr(data_files._Import, "_tell", stop_and_tell)
    bench.files.import_paths([str(facts)])
    bench.shows(1_001)
    words = bench.view.findChild(QLabel, "teach.import.words")
    assert words.text() == "Facts.jsonl: 1,000 read, stopped by you."
    bench.until(lambda: bar_words(bench))
    assert "1,000 examples of it came in" in bar_words(bench)
    bench.button("teach.import.undo").click()
    bench.shows(1)
    bench.until(lambda: not bar_words(bench))


def test_what_a_full_disk_cut_short_is_told_and_taken_out(
    start: Callable[[], Bench], folder: DataFolder, facts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store takes the first thousand, and then not even that it was left."""
    assign = ImportTable._assign

    def full(self: ImportTable, table: str, row_id: str, values: Mapping[str, Any]) -> None:
        if values.get("examples") != 1_000:
            raise StoreFull(path=str(folder.database))
        assign(self, table, row_id, values)

    fill(folder, pair("Who?", "An owl."))
    bench = start()
    bench.shows(1)
    with monkeypatch.context() as patched:
        patched.setattr(ImportTable, "_assign", full)
        bench.files.import_paths([str(facts)])
        bench.shows(1_001)
        words = bench.view.findChild(QLabel, "teach.import.words")
        bench.until(lambda: words.text().startswith("Facts.jsonl: 1,000 read. "))
        bench.until(lambda: bar_words(bench))
    assert "1,000 examples of it came in" in bar_words(bench)
    bench.button("teach.import.undo").click()
    bench.shows(1)
    bench.until(lambda: not bar_words(bench))
