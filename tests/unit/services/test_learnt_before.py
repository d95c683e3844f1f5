"""What an adapter had learnt before a run begins with it is no part of what that run is judged by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchtop.domain.adapters import UNKNOWN_RUN, AdapterFile
from benchtop.domain.examples import Dataset, Example, Turn
from benchtop.domain.holdout import inner_prompt_sums
from benchtop.domain.training import TrainingPlan, TrainingResult, TrainingRun, TrainingSettings
from benchtop.services.learnt_before import (
    MERGED_RUNS,
    began_elsewhere,
    earlier_runs,
    learnt_before,
    run_behind,
)
from benchtop.services.training_preparation import Entries, without_known
from benchtop.store.database import Store
from unit.store.example_makers import example
from unit.store.makers import new_store


@pytest.fixture
def store() -> Iterator[Store]:
    with new_store() as made:
        yield made


def dataset(store: Store, name: str, numbers: list[int], part: float = 0.25) -> str:
    store.datasets.put(Dataset(name, name, holdout_part=part))
    store.examples.add(name, [example(one) for one in numbers])
    return name


def teach(store: Store, dataset_id: str, parent: str = "", **changes: object) -> TrainingRun:
    """A run of what is in a data set now."""
    version = store.versions.make_version(dataset_id)
    name = f"run {len(store.training_runs.states())}"
    values = {"model": {}, "parent_id": parent, "state": "done"} | changes
    run = TrainingRun(
        name, name, dataset_id=dataset_id, version_id=version.id, settings=TrainingSettings(),
        **values,  # type: ignore[arg-type]
    )  # fmt: skip
    store.training_runs.put(run)
    return run


def merged(*ids: str) -> dict[str, object]:
    """The facts of a base with the adapters of these runs inside."""
    return {MERGED_RUNS: list(ids)}


def entries(store: Store, version_id: str) -> Entries:
    return [(one.example, one.sum, one.split) for one in store.versions.read_version(version_id)]


def split_of(found: Entries, split: str) -> set[str]:
    return {one.prompt_sum for one, _, its in found if its == split}


def judged(store: Store, run: TrainingRun) -> Entries:
    """What a run reads, as its preparation has it."""
    before = learnt_before(store, run.parent_id, began=bool(run.parent_id))
    return without_known(entries(store, run.version_id), before)


def test_what_the_parent_learnt_from_in_another_data_set_is_not_read(store: Store) -> None:
    first = teach(store, dataset(store, "facts", list(range(12)), part=0.0))
    mine = dataset(store, "mine", list(range(6, 18)), part=0.0)
    old, new = example(7).prompt_sum, example(15).prompt_sum
    store.versions.hold_out(mine, [old, new])
    child = teach(store, mine, first.id)
    assert split_of(entries(store, child.version_id), "holdout") == {old, new}, "it stays frozen"
    found = judged(store, child)
    assert split_of(found, "holdout") == {new}
    assert old not in split_of(found, "train")
    assert split_of(found, "train") == split_of(entries(store, child.version_id), "train")
    alone = teach(store, mine)
    assert split_of(judged(store, alone), "holdout") == {old, new}, "it began anew"


def test_all_that_led_to_the_parent_counts_and_earlier_answers_too(store: Store) -> None:
    talk = Example((*example(1).turns, Turn("user", "And?"), Turn("assistant", "So.")))
    store.datasets.put(Dataset("talks", "talks", holdout_part=0.0))
    store.examples.add("talks", [talk])
    first = teach(store, "talks")
    second = teach(store, dataset(store, "other", [20, 21], part=0.0), first.id)
    third = dataset(store, "third", [1, 2, 3], part=0.0)
    store.versions.hold_out(third, [example(1).prompt_sum, example(2).prompt_sum])
    child = teach(store, third, second.id)
    assert earlier_runs(store, second.id) == ([second, first], True)
    assert split_of(judged(store, child), "holdout") == {example(2).prompt_sum}


def test_words_that_were_replaced_since_were_learnt_as_they_were(store: Store) -> None:
    first = teach(store, dataset(store, "facts", [1, 2], part=0.0))
    store.versions.replace_words({example(1).sum: example(99)})
    mine = dataset(store, "mine", [1, 3, 4], part=0.0)
    store.versions.hold_out(mine, [example(1).prompt_sum])
    assert split_of(judged(store, teach(store, mine, first.id)), "holdout") == set()


def test_nobody_knows_what_a_file_from_elsewhere_had_learnt(store: Store) -> None:
    facts = dataset(store, "facts", [1, 2, 3])
    assert learnt_before(store, "", began=False).known
    assert not learnt_before(store, "", began=True).known
    assert not learnt_before(store, "gone", began=True).known
    first = teach(store, facts)
    assert learnt_before(store, first.id, began=True).known
    brought = teach(store, facts, plan=TrainingPlan(start_unknown=True))
    after = teach(store, facts, brought.id)
    change = {"before": 2.0, "after": 1.0, "low": 0.4, "high": 0.6, "tokens": 9, "examples": 3}
    older = teach(store, facts, result=TrainingResult(against_parent=change))
    for one in (brought, after, older):
        found = learnt_before(store, one.id, began=True)
        assert not found.known, one
        assert found.prompts, "what is known of it counts all the same"
    assert (brought.start_unknown, older.start_unknown, first.start_unknown) == (True, True, False)


def test_what_was_merged_into_the_base_was_learnt_before(store: Store) -> None:
    deepest = teach(store, dataset(store, "deepest", [30, 31], part=0.0))
    inside = teach(store, dataset(store, "inside", [1, 2], part=0.0), model=merged(deepest.id))
    start = teach(store, dataset(store, "start", [3, 4], part=0.0))
    found = learnt_before(store, start.id, [inside.id], began=True)
    assert found.known
    assert found.prompts == {example(one).prompt_sum for one in (1, 2, 3, 4, 30, 31)}
    assert learnt_before(store, "", [inside.id], began=False).known, (
        "a new adapter on a merged base"
    )
    for ids in ([UNKNOWN_RUN], [inside.id, UNKNOWN_RUN], ["of another house"]):
        assert not learnt_before(store, "", ids, began=False).known
    assert not learnt_before(store, "", [inside.id], began=True).known, "with a file from elsewhere"


def test_what_led_to_a_run_from_elsewhere_counts_as_far_as_it_is_known(store: Store) -> None:
    first = teach(store, dataset(store, "facts", [1, 2], part=0.0))
    unsure = TrainingPlan(start_unknown=True)
    second = teach(store, dataset(store, "more", [3, 4], part=0.0), first.id, plan=unsure)
    found = learnt_before(store, second.id, began=True)
    assert not found.known
    assert example(1).prompt_sum in found.prompts


def test_only_an_adapter_from_elsewhere_is_called_one(store: Store) -> None:
    unsure = TrainingPlan(start_unknown=True)
    facts = dataset(store, "facts", [1, 2])
    foreign = teach(store, facts, plan=unsure)
    on_a_merge = teach(store, facts, plan=unsure, model=merged(UNKNOWN_RUN))
    change = {"before": 2.0, "after": 1.0, "low": 0.4, "high": 0.6, "tokens": 9, "examples": 3}
    both = replace(on_a_merge, result=TrainingResult(against_parent=change))
    runs = (foreign, on_a_merge, both, teach(store, facts))
    assert [began_elsewhere(one) for one in runs] == [True, False, True, False]


def test_a_version_that_is_gone_is_not_known(store: Store) -> None:
    first = teach(store, dataset(store, "facts", [1, 2, 3]))
    with store.connection.writing() as database:
        database.execute("delete from dataset_versions where id = ?", (first.version_id,))
    assert not learnt_before(store, first.id, began=True).known


def test_the_run_behind_a_file_is_the_one_that_it_names(store: Store, tmp_path: Path) -> None:
    facts = dataset(store, "facts", [1, 2, 3])
    first, second = teach(store, facts), teach(store, facts)
    path = str(tmp_path / "kept.gguf")
    store.adapters.put(AdapterFile("a", "Kept", path, 1, run_id=first.id))
    assert run_behind(store, path, "") == first.id
    assert run_behind(store, path, second.id) == second.id
    assert run_behind(store, path, "of another house") == first.id
    assert run_behind(store, str(tmp_path / "brought.gguf"), "of another house") == ""
    store.training_runs.delete(second.id)
    assert run_behind(store, "", second.id) == second.id, "in the bin it is known yet"


def test_repeats_are_counted_as_far_as_a_version_holds_them(store: Store) -> None:
    facts = dataset(store, "facts", [1, 2, 3, 1, 1, 2], part=0.0)
    store.examples.add(facts, [example(3, included=False), Example((Turn("user", "No answer?"),))])
    version = store.versions.make_version(facts)
    assert (version.train, store.versions.repeats(version)) == (3, 3)


numbers = st.lists(st.integers(0, 14), min_size=2, max_size=12)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(numbers, st.floats(0, 0.5), st.integers(-1, 4)), min_size=2, max_size=6))
def test_no_run_is_judged_by_what_led_to_it(plans: list[tuple[list[int], float, int]]) -> None:
    with new_store() as store:
        runs: dict[str, TrainingRun] = {}
        for place, (some, part, parent) in enumerate(plans):
            name = dataset(store, f"set {place}", some, part)
            earlier = list(runs)[parent % len(runs)] if runs and parent >= 0 else ""
            run = teach(store, name, earlier)
            runs[run.id] = run
        for run in runs.values():
            seen = learnt_by(store, runs, run.parent_id)
            whole, found = entries(store, run.version_id), judged(store, run)
            assert split_of(found, "holdout") == split_of(whole, "holdout") - seen
            assert split_of(found, "train") == split_of(whole, "train")


def learnt_by(store: Store, runs: dict[str, TrainingRun], run_id: str) -> set[str]:
    """The prompts that a run and all before it were taught answers to."""
    seen: set[str] = set()
    while run_id:
        for one, _, split in entries(store, runs[run_id].version_id):
            if split == "train":
                seen |= {one.prompt_sum, *inner_prompt_sums(one)}
        run_id = runs[run_id].parent_id
    return seen
