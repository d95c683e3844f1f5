"""Training runs in the store: how they stand, what was seen, and whose they are."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from benchtop.domain.teach_errors import RunBusy, RunUnknown
from benchtop.domain.training import (
    HoldoutPoint,
    SamplePoint,
    TrainingPlan,
    TrainingResult,
    TrainingRun,
    TrainingSettings,
    TrainPoint,
)
from benchtop.store.database import Store, open_store
from benchtop.store.rows import clean
from unit.store.makers import ODD_TEXT, new_store
from unit.store.processes import kill, read_until, running

MODEL = {"id": "m", "name": "Tiny", "path": "/models/tiny.gguf", "sha256": "ab", "bytes": 9}


def run(run_id: str = "r", **changes: object) -> TrainingRun:
    made = TrainingRun(
        run_id, "Facts on Tiny", MODEL, "d", "v", TrainingSettings(rank=3, targets=("attn_q",)),
        created=5.0,
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def points(*steps: int) -> list[TrainPoint]:
    return [TrainPoint(step, 1.0 / step, 0.5, 100, 0.25, 7) for step in steps]


def test_a_run_comes_back_whole_and_is_replaced_as_a_whole(store: Store) -> None:
    first = run()
    store.training_runs.put(first)
    assert store.training_runs.get("r") == first
    second = replace(
        first, state="done", error="", step=8, steps=8, adapter_id="a", finished=9.5, parent_id="p",
        plan=TrainingPlan(seconds=3.5, steps=8, save_memory=True),
        result=TrainingResult(
            loss=0.5, holdout_before=2.0, holdout_after=1.0, energy_joules=None, stopped_early=True,
            verdict={"kind": "better", "ratio_low": 0.5},
        ),
    )  # fmt: skip
    for _ in range(2):
        store.training_runs.put(second)
        assert store.training_runs.get("r") == second
    assert store.training_runs.all() == [second]


@settings(max_examples=25, deadline=None)
@given(ODD_TEXT, ODD_TEXT, ODD_TEXT)
def test_any_words_come_back(name: str, model: str, prompt: str) -> None:
    with new_store() as store:
        store.training_runs.put(run("r", name=name, model={"name": model}, error=prompt))
        found = store.training_runs.get("r")
        assert (found.name, found.error) == (clean(name), clean(prompt))
        assert found.model == {"name": model}
        sample = SamplePoint(-1, 0, prompt, model)
        store.training_runs.add_points("r", [sample])
        assert store.training_runs.samples("r") == [sample]


@pytest.mark.parametrize("wanted", ["gone", "", "caf\udce9"])
def test_an_unknown_run_is_told(store: Store, wanted: str) -> None:
    for ask in (store.training_runs.get, store.training_runs.take_up):
        with pytest.raises(RunUnknown, match="no training run called"):
            ask(wanted)
    store.training_runs.set_state(wanted, "paused")
    store.training_runs.delete(wanted)
    assert store.training_runs.train_points(wanted) == []
    assert store.training_runs.all() == []


def test_points_of_each_kind_stay_apart_and_the_later_one_counts(store: Store) -> None:
    runs = store.training_runs
    for name in ("r", "other"):
        runs.put(run(name))
    held = [HoldoutPoint(0, 3.0), HoldoutPoint(2, 2.0, best=True)]
    said = [
        SamplePoint(-1, 1, "b", "base"),
        SamplePoint(-1, 0, "a", "base"),
        SamplePoint(2, 0, "a", "x"),
    ]
    for _ in range(2):  # a window that closes may write what is there already
        runs.add_points("r", [*points(2, 1, 3), *held])
        runs.add_points("r", said)
    assert runs.train_points("r") == points(1, 2, 3)
    assert runs.holdout_points("r") == held
    assert [(one.step, one.place) for one in runs.samples("r")] == [(-1, 0), (-1, 1), (2, 0)]
    assert runs.get("r").step == 3
    # gone on with from step 1, it made step 2 again
    again = replace(points(2)[0], loss=9.0)
    runs.add_points("r", [again])
    assert runs.train_points("r") == [*points(1), again, *points(3)]
    assert runs.get("r").step == 2
    assert runs.train_points("other") == []


def test_what_a_later_version_wrote_is_read_as_far_as_it_is_known(store: Store) -> None:
    store.training_runs.put(run(result=TrainingResult(loss=1.0)))
    store.training_runs.add_points(
        "r", [*points(1), HoldoutPoint(0, 1.0), SamplePoint(0, 0, "a", "b")]
    )
    known = store.training_runs
    before = (
        known.get("r"),
        known.train_points("r"),
        known.holdout_points("r"),
        known.samples("r"),
    )
    with store.connection.writing() as database:
        for table, column in (
            ("training_points", "content"), ("training_runs", "plan"), ("training_runs", "result"),
            ("training_runs", "settings"),
        ):  # fmt: skip
            database.execute(f"update {table} set {column} = json_set({column}, '$.later', 1)")
    assert known.get("r").settings == before[0].settings
    assert (
        known.get("r"),
        known.train_points("r"),
        known.holdout_points("r"),
        known.samples("r"),
    ) == before


def test_the_newest_stands_first_and_the_bin_is_emptied_by_age(store: Store) -> None:
    runs = store.training_runs
    for name, created in (("a", 3.0), ("b", 9.0), ("c", 6.0), ("d", 6.0)):
        runs.put(run(name, created=created))
        runs.add_points(name, points(1))
    assert [one.id for one in runs.all()] == ["b", "d", "c", "a"]
    runs.delete("c")
    assert [one.id for one in runs.all()] == ["b", "d", "a"]
    assert runs.get("c").deleted is not None
    runs.restore("c")
    assert [one.id for one in runs.all()] == ["b", "d", "c", "a"]
    runs.delete("b")
    assert runs.empty_bin(older_than=1.0) == []
    assert runs.empty_bin(older_than=1e11) == ["b"]
    with pytest.raises(RunUnknown):
        runs.get("b")
    assert runs.train_points("b") == []  # its points went with it
    assert runs.train_points("c") == points(1)


RUN = """
from benchtop.domain.training import TrainingRun, TrainingSettings
def put(store, name, state):
    store.training_runs.put(TrainingRun(name, name, {}, "d", "v", TrainingSettings(), state))
"""
HOLDS = (
    RUN
    + """
with open_store(path) as store:
    for state in ("preparing", "running", "paused", "done", "failed", "stopped"):
        put(store, state, state)
    say("ready")
    sys.stdin.read()
"""
)


def test_runs_of_a_process_that_died_are_paused_and_nothing_else(path: Path) -> None:
    with open_store(path) as store, running(HOLDS, path) as process:
        read_until(process, "ready")
        runs = store.training_runs
        runs.put(run("mine", state="running"))
        assert runs.take_orphans() == []  # it lives, and so do we
        with pytest.raises(RunBusy, match="“running” is at work in another window"):
            runs.take_up("running")
        assert {one.id for one in runs.at_work()} == {"preparing", "running", "mine"}
        kill(process)
        assert [one.id for one in runs.at_work()] == ["mine"]
        assert sorted(runs.take_orphans()) == ["preparing", "running"]
        states = {one.id: one.state for one in runs.all()}
        assert states == {
            "preparing": "paused", "running": "paused", "paused": "paused", "done": "done",
            "failed": "failed", "stopped": "stopped", "mine": "running",
        }  # fmt: skip
        assert runs.take_orphans() == []


TAKES = (
    RUN
    + """
from benchtop.domain.teach_errors import RunBusy
with open_store(path) as store:
    say("ready")
    sys.stdin.readline()
    try:
        say("taken", store.training_runs.take_up("r").state)
    except RunBusy:
        say("busy")
    sys.stdin.read()
"""
)


def test_of_two_that_go_on_with_a_run_one_gets_it(path: Path) -> None:
    with open_store(path) as store:
        store.training_runs.put(run(state="paused"))
    with running(TAKES, path) as one, running(TAKES, path) as other:
        for process in (one, other):
            read_until(process, "ready")
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        said = {process.stdout.readline().strip() for process in (one, other) if process.stdout}
        assert said == {"taken paused", "busy"}
        with open_store(path) as store:
            assert store.training_runs.get("r").state == "running"
            assert store.training_runs.take_orphans() == []
    with open_store(path) as store:  # both are gone: it can be gone on with
        assert store.training_runs.take_up("r").state == "running"


def test_a_run_of_a_dead_process_is_taken_up_without_being_paused_first(path: Path) -> None:
    with running(HOLDS, path) as process:
        read_until(process, "ready")
        kill(process)
    with open_store(path) as store:
        assert store.training_runs.take_up("running").state == "running"
        assert store.training_runs.take_orphans() == ["preparing"]


def test_a_state_is_set_with_its_reason(store: Store) -> None:
    store.training_runs.put(run())
    store.training_runs.set_state("r", "failed", "It broke.", 7.0)
    found = store.training_runs.get("r")
    assert (found.state, found.error, found.finished) == ("failed", "It broke.", 7.0)
    assert json.loads(json.dumps(found.settings.to_json()))["rank"] == 3


def test_a_run_that_was_left_is_an_orphan_though_its_process_lives(store: Store) -> None:
    runs = store.training_runs
    for name in ("r", "other"):
        runs.put(run(name, state="running"))
    runs.leave("r")
    runs.leave("unknown")
    assert runs.take_orphans() == ["r"]
    assert runs.get("other").state == "running"


def test_the_states_of_all_runs_are_told(store: Store) -> None:
    store.training_runs.put(run("a", state="paused"))
    store.training_runs.put(run("b", state="done"))
    store.training_runs.delete("b")
    assert store.training_runs.states() == {"a": "paused", "b": "done"}
