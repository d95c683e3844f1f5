"""What the Result tab reads of runs that went on from others: nothing is called unseen that was learnt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from benchtop.domain.adapters import UNKNOWN_RUN
from benchtop.domain.examples import Dataset
from benchtop.domain.training import SamplePoint, TrainingPlan, TrainingRun
from benchtop.services.learnt_before import MERGED_RUNS
from benchtop.store.database import Store, open_store
from benchtop.ui.teach.result_reading import known_splits, open_question, read_result
from ui.teach.teach_makers import a_result, a_run
from unit.store.example_makers import example


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "benchtop.sqlite3") as made:
        yield made


def taught(store: Store, name: str, numbers: range, held: range, parent: str = "") -> TrainingRun:
    """A run of a data set of its own."""
    store.datasets.put(Dataset(name, name, holdout_part=0.0))
    store.examples.add(name, [example(one) for one in numbers])
    store.versions.hold_out(name, [example(one).prompt_sum for one in held])
    version = store.versions.make_version(name)
    run = a_run(
        id=f"run {name}", state="done", dataset_id=name, version_id=version.id, parent_id=parent,
        plan=TrainingPlan(), result=a_result(),
    )  # fmt: skip
    store.training_runs.put(run)
    return run


def splits(store: Store, run: TrainingRun, *numbers: int) -> list[str]:
    version = store.versions.get(run.version_id)
    asked = [f"Question {one}?" for one in numbers]
    found = known_splits(store, run, version, asked)
    return [found.get(one, "") for one in asked]


def test_a_question_that_led_to_the_run_is_not_called_unseen(store: Store) -> None:
    first = taught(store, "facts", range(6), range(4, 6))
    second = taught(store, "between", range(10, 12), range(0), first.id)
    child = taught(store, "own", range(3, 9), range(3, 7), second.id)
    assert splits(store, child, 3, 4, 6, 7, 99) == ["before", "holdout", "holdout", "train", ""]
    assert splits(store, first, 3, 4) == ["train", "holdout"]
    assert {open_question(store, child, place) for place in range(5)} == {
        f"Question {one}?" for one in (4, 5, 6)
    }


def test_of_a_file_from_elsewhere_nothing_is_claimed(store: Store) -> None:
    run = taught(store, "own", range(6), range(4, 6))
    foreign = replace(run, plan=TrainingPlan(start_unknown=True))
    store.training_runs.put(foreign)
    assert splits(store, foreign, 0, 4) == ["train", "unknown"]
    child = taught(store, "after", range(4, 9), range(5, 7), foreign.id)
    assert splits(store, child, 5, 6, 7) == ["unknown", "unknown", "train"]
    store.training_runs.put(replace(child, parent_id="gone"))
    assert splits(store, store.training_runs.get(child.id), 5) == ["unknown"]


def test_what_is_inside_a_merged_base_is_not_called_unseen(store: Store) -> None:
    first = taught(store, "facts", range(6), range(4, 6))
    child = taught(store, "own", range(3, 9), range(3, 7))
    child = replace(child, model={MERGED_RUNS: [first.id]})
    store.training_runs.put(child)
    assert splits(store, child, 3, 4, 7) == ["before", "holdout", "train"]
    assert "Question 3?" not in {open_question(store, child, place) for place in range(5)}
    unsure = replace(
        child, model={MERGED_RUNS: [UNKNOWN_RUN]}, plan=TrainingPlan(start_unknown=True)
    )
    store.training_runs.put(unsure)
    assert splits(store, unsure, 3, 7) == ["unknown", "train"]
    row = read_result(store, unsure.id, (), {}).row
    assert row is not None
    assert row.parent == "", "it began with no adapter"


def test_the_earlier_adapter_s_answers_come_with_it(store: Store) -> None:
    first = taught(store, "facts", range(6), range(4, 6))
    child = taught(store, "own", range(3, 9), range(3, 5), first.id)
    store.training_runs.add_points(
        first.id,
        [
            SamplePoint(-1, 0, "Question 4?", "of the base"),
            SamplePoint(320, 0, "Question 4?", "of the best step"),
            SamplePoint(400, 0, "Question 4?", "of the last step"),
        ],
    )
    row = read_result(store, child.id, (), {}).row
    assert row is not None
    assert row.earlier == {"Question 4?": "of the best step"}
    assert (row.parent, row.parent_named) == ("an adapter that is gone by now", False)
    alone = read_result(store, first.id, (), {}).row
    assert alone is not None
    assert (alone.earlier, alone.parent) == ({}, "")
