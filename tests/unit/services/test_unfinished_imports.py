"""An import that did not come to its end: told, gone on with, and dismissed."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchtop.domain.errors import StoreError, StoreFull
from benchtop.domain.examples import Dataset, Example, Turn
from benchtop.domain.teach_errors import DatasetUnknown
from benchtop.services.datasets import import_examples, new_dataset
from benchtop.services.example_files import ImportReport
from benchtop.store.database import Store, open_store
from benchtop.store.dataset_imports import ImportTable
from benchtop.store.example_rows import ExampleFilter
from unit.store.makers import check_whole
from unit.store.processes import kill, read_until, running

LINES = 3_500
IMPORT_AND_WAIT = """
from benchtop.services.datasets import find_dataset, import_examples
def told(report):
    say(report.read)
    if report.read == int(sys.argv[3]):
        sys.stdin.readline()
with open_store(path) as store:
    into = find_dataset(store, sys.argv[5]) if sys.argv[4] == "into" else sys.argv[5]
    import_examples(store, into, Path(sys.argv[2]), told=told)
"""


class Stop(Exception):
    """As when a person stops it."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store" / "benchtop.sqlite3"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with open_store(path) as opened:
        yield opened


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    """Every tenth line is there before."""
    texts = [f"q{n - 1 if n % 10 == 0 else n}" for n in range(1, LINES + 1)]
    file = tmp_path / "Facts.jsonl"
    file.write_text(
        "".join(json.dumps({"question": one, "answer": f"A {one}"}) + "\n" for one in texts)
    )
    return file


def died(path: Path, facts: Path, after: int, how: str = "new", name: str = "Facts") -> None:
    """Import in a process of its own, and kill it when so many are kept and more are to come."""
    with running(IMPORT_AND_WAIT, path, str(facts), str(after), how, name) as process:
        read_until(process, str(after))
        kill(process)


def contents(store: Store, dataset: Dataset) -> Counter[str]:
    return Counter(store.examples.sums(dataset.id))


@pytest.fixture
def whole(store: Store, facts: Path) -> Counter[str]:
    """What an import that nobody disturbs makes of the file."""
    found = import_examples(store, "Whole", facts)
    assert store.imports.unfinished() == []
    return contents(store, found.dataset)


def test_a_killed_import_is_known_and_the_same_again_adds_what_is_missing(
    store: Store, path: Path, facts: Path, whole: Counter[str]
) -> None:
    died(path, facts, 2_000)
    check_whole(path)
    (left,) = store.imports.unfinished()
    dataset = store.datasets.get(left.dataset_id)
    assert (left.path, left.examples, dataset.name) == (str(facts), 2_000, "Facts")
    assert dataset.examples == 2_000
    died(path, facts, 1_000)  # again, before it has come further
    (again,) = store.imports.unfinished()
    assert (again.id, again.examples) == (left.id, 2_000)
    assert store.datasets.get(dataset.id).examples == 2_000
    done = import_examples(store, "Facts", facts)
    assert done.dataset.id == dataset.id
    assert (done.report.read, done.report.known) == (LINES, 2_000)
    assert contents(store, dataset) == whole, "also what the file holds twice"
    assert store.imports.unfinished() == []
    assert import_examples(store, "Facts", facts).dataset.name == "Facts (2)"


def test_an_import_into_a_data_set_goes_on_there_only(
    store: Store, path: Path, facts: Path, whole: Counter[str]
) -> None:
    mine, other = new_dataset(store, "Mine"), new_dataset(store, "Other")
    died(path, facts, 1_000, "into", "Mine")
    assert [one.dataset_id for one in store.imports.unfinished()] == [mine.id]
    for dataset, known in ((other, 0), (mine, 1_000)):
        done = import_examples(store, dataset, facts)
        assert done.report.known == known
        assert contents(store, dataset) == whole
    assert store.imports.unfinished() == []


def stopped(store: Store, facts: Path, after: int = 1_000, part: float | None = None) -> None:
    """Import in this process, and stop it when so many are kept."""

    def told(report: ImportReport) -> None:
        if report.read == after:
            raise Stop

    with pytest.raises(Stop):
        import_examples(store, "Facts", facts, holdout_part=part, told=told)


def changed(store: Store, dataset_id: str) -> list[Example]:
    """Redact three examples, put one in the bin and one out of it for good; as they were."""
    examples = store.examples.of_ids(store.examples.ids(dataset_id)[:5])
    for one in examples[:3]:
        turns = (one.turns[0], Turn("assistant", f"[e-mail] {one.answer}"))
        store.examples.edit(one.id, turns)
    store.examples.delete([examples[3].id])
    store.examples.empty_bin(time.time() + 1)
    store.examples.delete([examples[4].id])
    return examples


def test_what_was_redacted_or_removed_since_does_not_come_back(
    store: Store, facts: Path, whole: Counter[str]
) -> None:
    stopped(store, facts, after=2_000)
    (left,) = store.imports.unfinished()
    gone = changed(store, left.dataset_id)
    stopped(store, facts)  # before it has come further
    with facts.open("a") as stream:
        stream.write('{"question": "More?", "answer": "Yes."}\n')
    done = import_examples(store, store.datasets.get(left.dataset_id), facts, holdout=True)
    assert (done.report.read, done.report.known) == (LINES + 1, 2_000)
    assert len(done.report.added) == LINES + 1 - 2_000
    there = contents(store, done.dataset)
    assert whole - there == Counter(one.sum for one in gone)
    assert (there - whole).total() == 4, "three that were redacted, and the new line"
    unheld = store.examples.ids(done.dataset.id, ExampleFilter(holdout=False))
    assert unheld == [], "also what came before"


def test_what_came_of_a_file_that_was_changed_since_is_known_by_its_sums(
    store: Store, facts: Path, whole: Counter[str]
) -> None:
    stopped(store, facts, after=2_000)
    (left,) = store.imports.unfinished()
    dataset = store.datasets.get(left.dataset_id)
    store.examples.delete(store.examples.ids(dataset.id)[10:15])
    lines = facts.read_text().splitlines(keepends=True)
    lines[0] = lines[0].replace("q1", "r1")
    facts.write_text("".join(lines))
    heard: list[int] = []

    def told(report: ImportReport) -> None:
        heard.append(report.read)
        if heard == [1_000, 2_000, 1_000]:  # the file turned out to be another, and was begun anew
            raise Stop

    with pytest.raises(Stop):
        import_examples(store, "Facts", facts, told=told)
    stopped(store, facts)
    assert [one.examples for one in store.imports.unfinished()] == [1_000]
    done = import_examples(store, "Facts", facts)
    assert (done.report.read, done.report.known) == (LINES, 2_000)
    assert (done.dataset.id, done.dataset.examples) == (dataset.id, LINES + 1 - 5)
    assert (contents(store, dataset) - whole).total() == 1
    assert store.imports.unfinished() == []


def test_another_file_of_that_name_makes_a_data_set_of_its_own(
    store: Store, path: Path, facts: Path
) -> None:
    died(path, facts, 1_000)
    facts.write_text('{"question": "Another?", "answer": "Yes."}\n')
    done = import_examples(store, "Facts", facts)
    assert (done.dataset.name, done.dataset.examples) == ("Facts (2)", 1)
    assert len(store.imports.unfinished()) == 1
    store.datasets.delete(store.imports.unfinished()[0].dataset_id)
    assert store.imports.unfinished() == [], "nobody is told of what is in the bin"


def test_one_that_is_under_way_is_not_told_and_not_gone_on_with(
    store: Store, path: Path, facts: Path
) -> None:
    with running(IMPORT_AND_WAIT, path, str(facts), "1000", "new", "Facts") as process:
        read_until(process, "1000")
        assert store.imports.unfinished() == []
        beside = import_examples(store, "Facts", facts)
        assert (beside.dataset.name, beside.dataset.examples) == ("Facts (2)", LINES)
        kill(process)
    assert [one.examples for one in store.imports.unfinished()] == [1_000]


@pytest.mark.parametrize("error", [Stop, KeyboardInterrupt, StoreError(path="x", detail="full")])
def test_one_that_is_stopped_or_fails_is_told_at_once(
    store: Store, facts: Path, error: type[BaseException] | BaseException
) -> None:
    """By the same process, which is still there."""

    def told(report: ImportReport) -> None:
        if report.read == 2_000:
            raise error

    with pytest.raises(error if isinstance(error, type) else type(error)):
        import_examples(store, "Facts", facts, told=told)
    (left,) = store.imports.unfinished()
    assert left.examples == 2_000
    store.imports.end(left.id)
    assert store.imports.unfinished() == []


def test_one_whose_end_could_not_be_written_is_told_all_the_same(
    store: Store, path: Path, facts: Path, whole: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store is full when the import is to be left, and this process lives on."""

    def full(*_given: object) -> None:
        raise StoreFull(path="x")

    with open_store(path) as beside, monkeypatch.context() as patched:

        def told(report: ImportReport) -> None:
            assert beside.imports.unfinished() == [], "it is under way"
            patched.setattr(ImportTable, "_assign", full)
            raise StoreFull(path="x")

        with pytest.raises(StoreFull):
            import_examples(store, "Facts", facts, told=told)
        (left,) = beside.imports.unfinished()
    assert left.examples == 1_000
    done = import_examples(store, "Facts", facts)
    assert (done.dataset.id, contents(store, done.dataset)) == (left.dataset_id, whole)


def test_nothing_goes_into_a_data_set_that_is_in_the_bin(store: Store, facts: Path) -> None:
    mine = new_dataset(store, "Mine")

    def told(_report: ImportReport) -> None:
        store.datasets.delete(mine.id)

    for into in (mine, store.datasets.get(mine.id)):
        with pytest.raises(DatasetUnknown, match="“Mine”"):
            import_examples(store, into, facts, told=told)
        assert store.datasets.get(mine.id).examples == 1_000
    store.datasets.restore(mine.id)
    assert [one.examples for one in store.imports.unfinished()] == [1_000]


@pytest.mark.parametrize(("asked", "kept"), [(None, 0.2), (0.3, 0.3), (0.0, 0.0)])
def test_what_is_to_be_held_out_is_heard_when_it_goes_on(
    store: Store, facts: Path, asked: float | None, kept: float
) -> None:
    stopped(store, facts, part=0.2)
    assert import_examples(store, "Facts", facts, holdout_part=asked).dataset.holdout_part == kept
