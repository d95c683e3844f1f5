"""Several files at once on the Data tab: read in their order, told of in one list, taken out together."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QTableWidget

from benchtop.services.data_folder import DataFolder
from benchtop.services.datasets import find_dataset
from benchtop.services.example_files import ImportReport
from benchtop.store.database import open_store
from benchtop.ui.teach import data_files
from ui.teach.data_bench import Bench, fill, folder, pair, start

__all__ = ["folder", "start"]


@pytest.fixture
def bench(start: Callable[[], Bench], folder: DataFolder) -> Bench:
    """One example, in “Owls”."""
    fill(folder, pair("Who?", "An owl."))
    made = start()
    made.shows(1)
    return made


def file(folder: Path, name: str, count: int, *, broken: bool = False) -> str:
    lines = [json.dumps({"question": f"{name} {n}?", "answer": "Yes."}) for n in range(count)]
    path = folder / name
    path.write_text("\n".join([*lines, "{broken"] if broken else lines), encoding="utf-8")
    return str(path)


def words(bench: Bench) -> str:
    found = bench.view.findChild(QLabel, "teach.import.words")
    return found.text() if found.isVisible() else ""


def table(bench: Bench, key: str) -> list[tuple[str, str]]:
    found = bench.view.findChild(QTableWidget, f"teach.import.{key}")
    assert found.isVisible()
    return [(found.item(at, 0).text(), found.item(at, 1).text()) for at in range(found.rowCount())]


def is_over(bench: Bench) -> bool:
    return words(bench) != "" and not bench.button("teach.import.stop").isVisible()


def test_each_of_several_files_has_its_line(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "none.jsonl").write_text("", encoding="utf-8")
    bench.view.paths_dropped.emit(
        [
            file(tmp_path, "a.jsonl", 3, broken=True),
            str(tmp_path / "none.jsonl"),
            str(tmp_path / "gone.jsonl"),
            file(tmp_path, "b.jsonl", 2, broken=True),
        ]
    )
    bench.until(lambda: is_over(bench))
    assert words(bench) == "4 files: 5 read, 2 lines left out. 2 files could not be read."
    names, told = zip(*table(bench, "files"), strict=True)
    assert names == ("a.jsonl", "none.jsonl", "gone.jsonl", "b.jsonl")
    assert told[0] == "3 read, 1 line left out"
    assert told[1].startswith("none.jsonl cannot be imported: there are no examples in it")
    assert "gone.jsonl" in told[2]
    assert told[3] == "2 read, 1 line left out"
    bench.button("teach.import.show").click()
    assert [line for line, _why in table(bench, "lines")] == ["a.jsonl, line 4", "b.jsonl, line 3"]
    bench.shows(6)


def test_all_of_it_is_taken_out_and_comes_back(bench: Bench, tmp_path: Path) -> None:
    files = [file(tmp_path, f"{name}.jsonl", 2) for name in "abc"]
    bench.view.paths_dropped.emit(files[:2])
    bench.view.paths_dropped.emit(files[2:])  # while the first is read: one import
    bench.until(lambda: is_over(bench))
    assert words(bench) == "3 files: 6 read."
    bench.shows(7)
    bench.button("teach.import.undo").click()
    bench.shows(1)
    assert bench.notices() == ["6 examples of 3 files are in the bin."]
    bench.undo.undo()
    bench.shows(7)


def test_stop_ends_the_file_and_those_after_it(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell = data_files._Import._tell

    def stop_at_b(self: data_files._Import, report: ImportReport) -> None:
        if self._path.name == "b.jsonl":
            bench.files._stop()  # as the button does; here from the thread that reads
        tell(self, report)

    monkeypatch.setattr(data_files._Import, "_tell", stop_at_b)
    bench.view.paths_dropped.emit([file(tmp_path, f"{name}.jsonl", 2) for name in "abcd"])
    bench.until(lambda: is_over(bench))
    assert table(bench, "files") == [
        ("a.jsonl", "2 read"),
        ("b.jsonl", "2 read, stopped by you"),
        ("c.jsonl", "not read, stopped by you"),
        ("d.jsonl", "not read, stopped by you"),
    ]
    bench.shows(5)
    bench.button("teach.import.undo").click()
    bench.shows(1)
    with open_store(bench.folder.database) as store:
        assert store.imports.unfinished() == []


def test_each_makes_a_data_set_where_there_is_none(
    start: Callable[[], Bench], tmp_path: Path
) -> None:
    bench = start()
    bench.until(bench.button("teach.data.first.import").isVisible)
    bench.view.paths_dropped.emit([file(tmp_path, "A.jsonl", 2), file(tmp_path, "B.jsonl", 3)])
    bench.shows(3)
    bench.until(lambda: is_over(bench))
    assert [row.name for row in bench.view.sets.rows.rows] == ["A", "B"]
    assert bench.view.sets.currentIndex().data() == "B"
    bench.button("teach.import.undo").click()
    bench.until(bench.button("teach.data.none.type").isVisible)
    assert bench.examples("A") == bench.examples("B") == []


def test_the_last_one_is_on_show_whoever_reads_the_list_meanwhile(
    start: Callable[[], Bench], tmp_path: Path
) -> None:
    bench = start()
    bench.until(bench.button("teach.data.first.import").isVisible)
    bench.view.paths_dropped.emit([file(tmp_path, "A.jsonl", 2), file(tmp_path, "B.jsonl", 3)])

    def is_read() -> bool:
        bench.wiring.examples_changed()
        return is_over(bench)

    bench.until(is_read)
    bench.shows(3)
    assert bench.view.sets.currentIndex().data() == "B"


def test_what_came_of_files_is_told_beside_their_data_set(
    bench: Bench, folder: DataFolder, tmp_path: Path
) -> None:
    fill(folder, pair("What?", "A cat."), name="Cats")
    bench.wiring.refresh()
    bench.until(lambda: len(bench.view.sets.rows.rows) == 2)
    bench.shows(1)
    owls = bench.view.dataset_id
    bench.view.paths_dropped.emit([file(tmp_path, "a.jsonl", 2)])
    bench.until(lambda: is_over(bench))
    bench.shows(3)
    cats = next(one.id for one in bench.view.sets.rows.rows if one.name == "Cats")
    bench.view.choose_dataset(cats)
    assert words(bench) == ""  # nothing is taken out of what is not on show
    bench.shows(1)
    bench.view.choose_dataset(owls)
    assert words(bench) == "a.jsonl: 2 read."
    bench.button("teach.import.close").click()
    bench.view.choose_dataset(cats)
    bench.view.choose_dataset(owls)
    assert words(bench) == ""


def test_who_chose_another_data_set_meanwhile_is_told_where_it_went(
    bench: Bench, folder: DataFolder, tmp_path: Path
) -> None:
    fill(folder, pair("What?", "A cat."), name="Cats")
    bench.wiring.refresh()
    bench.until(lambda: len(bench.view.sets.rows.rows) == 2)
    owls = bench.view.dataset_id
    bench.view.paths_dropped.emit([file(tmp_path, "a.jsonl", 2)])
    cats = next(one.id for one in bench.view.sets.rows.rows if one.name == "Cats")
    bench.view.choose_dataset(cats)
    bench.until(lambda: is_over(bench))
    assert words(bench) == "a.jsonl: 2 read. It went into “Owls”."
    bench.shows(1)
    assert bench.view.dataset_id == cats
    bench.button("teach.import.undo").click()
    bench.until(bench.notices)
    assert len(bench.examples("Owls")) == len(bench.examples("Cats")) == 1
    assert bench.view.dataset_id == cats != owls


def test_what_was_there_already_is_counted(bench: Bench, tmp_path: Path) -> None:
    path = file(tmp_path, "a.jsonl", 4)
    bench.view.paths_dropped.emit([path])
    bench.shows(5)
    assert words(bench) == "a.jsonl: 4 read."
    file(tmp_path, "a.jsonl", 6)
    bench.view.paths_dropped.emit([path])
    bench.shows(11)  # as the command does: what is there twice is kept twice
    assert words(bench) == "a.jsonl: 6 read, 4 of them were here already."
    with open_store(bench.folder.database) as store:
        assert find_dataset(store, "Owls").examples == 11


def test_only_what_the_file_brought_is_taken_out(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another example comes from elsewhere while it is read."""
    tell = data_files._Import._tell

    def type_and_tell(self: data_files._Import, report: ImportReport) -> None:
        with open_store(bench.folder.database) as store:
            store.examples.add(find_dataset(store, "Owls").id, [pair("By hand?", "Yes.")])
        tell(self, report)

    monkeypatch.setattr(data_files._Import, "_tell", type_and_tell)
    bench.view.paths_dropped.emit([file(tmp_path, "a.jsonl", 3)])
    bench.shows(5)
    assert words(bench) == "a.jsonl: 3 read."
    bench.button("teach.import.undo").click()
    bench.shows(2)
    assert [one.turns[0].content for one in bench.examples()] == ["Who?", "By hand?"]


def test_files_do_not_go_into_a_data_set_that_was_removed(
    bench: Bench, folder: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the second of them is read, which has more than is kept at once."""
    fill(folder, pair("What?", "A cat."), name="Cats")
    tell = data_files._Import._tell

    def remove_and_tell(self: data_files._Import, report: ImportReport) -> None:
        if self._path.name == "b.jsonl":
            with open_store(bench.folder.database) as store:
                store.datasets.delete(find_dataset(store, "Owls").id)
        tell(self, report)

    monkeypatch.setattr(data_files._Import, "_tell", remove_and_tell)
    files = [file(tmp_path, f"{name}.jsonl", 1_001) for name in "abcd"]
    bench.view.paths_dropped.emit(files)
    bench.shows(1)  # the cat
    bench.until(lambda: is_over(bench))
    not_read = "its data set was removed; it was not read"
    assert table(bench, "files") == [
        ("a.jsonl", "1,001 read"),
        ("b.jsonl", "1,000 read, its data set was removed; the rest was not read"),
        ("c.jsonl", not_read),
        ("d.jsonl", not_read),
    ]
    assert words(bench) == "4 files: 2,001 read. 3 files could not be read."
    assert len(bench.examples("Cats")) == 1
    with open_store(folder.database) as store:
        assert [one.examples for one in store.datasets.in_bin()] == [2_002]


def test_a_file_for_a_data_set_that_was_removed_before_is_not_read(
    bench: Bench, folder: DataFolder, tmp_path: Path
) -> None:
    """The window does not know it yet."""
    with open_store(folder.database) as store:
        store.datasets.delete(find_dataset(store, "Owls").id)
    bench.view.paths_dropped.emit([file(tmp_path, "a.jsonl", 3)])
    bench.until(lambda: is_over(bench))
    assert words(bench) == "a.jsonl: its data set was removed; it was not read."
    assert not bench.button("teach.import.undo").isVisible()


def test_what_came_of_a_file_is_seen_also_where_there_is_no_data_set(
    bench: Bench, folder: DataFolder, tmp_path: Path
) -> None:
    with open_store(folder.database) as store:
        store.datasets.delete(find_dataset(store, "Owls").id)
    bench.wiring.refresh()
    bench.until(bench.view.nothing.isVisible)
    (tmp_path / "none.jsonl").write_text("", encoding="utf-8")
    bench.view.paths_dropped.emit([str(tmp_path / "none.jsonl")])
    bench.until(lambda: is_over(bench))
    assert words(bench).startswith("none.jsonl cannot be imported: there are no examples in it")
    assert bench.view.nothing.isVisible()
    bench.view.paths_dropped.emit([file(tmp_path, "a.jsonl", 3)])
    bench.shows(3)
    bench.until(lambda: words(bench) == "a.jsonl: 3 read.")
    assert bench.view.head.mapTo(bench.view, bench.view.head.rect().bottomLeft()).y() < (
        bench.view.import_bar.mapTo(bench.view, bench.view.import_bar.rect().topLeft()).y()
    )


@pytest.mark.parametrize("width", [1_180, 760, 900])
def test_no_word_of_the_list_is_cut(bench: Bench, tmp_path: Path, width: int) -> None:
    (tmp_path / "none.jsonl").write_text("", encoding="utf-8")
    files = [file(tmp_path, f"{name}.jsonl", 1, broken=True) for name in "ab"]
    bench.view.paths_dropped.emit([*files, str(tmp_path / "none.jsonl")])
    bench.until(lambda: is_over(bench))
    bench.button("teach.import.show").click()
    bench.view.resize(width, 640)
    for key in ("files", "lines"):
        listed = bench.view.findChild(QTableWidget, f"teach.import.{key}")
        rows = range(listed.rowCount())
        bench.until(
            lambda listed=listed, rows=rows: (
                all(listed.rowHeight(at) >= listed.sizeHintForRow(at) for at in rows)
                and not listed.verticalScrollBar().maximum()
            )
        )
