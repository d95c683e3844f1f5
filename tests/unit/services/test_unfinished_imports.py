"""An import that did not come to its end: told, gone on with, and dismissed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchtop.domain.errors import StoreError
from benchtop.domain.examples import Dataset
from benchtop.services.datasets import import_examples, new_dataset
from benchtop.services.example_files import ImportReport
from benchtop.store.database import Store, open_store
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


def test_what_was_removed_since_is_missing_and_all_of_it_is_held_out_if_that_is_asked(
    store: Store, path: Path, facts: Path, whole: Counter[str]
) -> None:
    died(path, facts, 1_000)
    (left,) = store.imports.unfinished()
    store.examples.delete(store.examples.ids(left.dataset_id)[:10])
    done = import_examples(store, "Facts", facts, holdout=True)
    assert (done.report.known, contents(store, done.dataset)) == (990, whole)
    assert store.examples.count(done.dataset.id, ExampleFilter(holdout=False)) == 0


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
