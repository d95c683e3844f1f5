"""When the settings of a run are tried before it is trained, and when not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from benchtop.domain.errors import StoreFull
from benchtop.domain.examples import Example, Turn
from benchtop.domain.teach_errors import TrainingNoMemory
from benchtop.domain.training import SamplePoint, TrainingRun
from benchtop.services import training_runner, training_trial
from benchtop.store.database import open_store
from ui.teach.training_kit import TrainBench, train_bench

QUESTION = Example((Turn("user", "What colour is the gate?"), Turn("assistant", "It is teal.")))
LONG = {"steps": 5_000, "check_every": 5_000}


@pytest.fixture
def bench(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[TrainBench]:
    with train_bench(qtbot, monkeypatch) as made:
        yield made


@pytest.fixture
def died(bench: TrainBench) -> TrainingRun:
    """A run as a death in its trial leaves it: its tokens are there, and no trainer ever began."""
    bench.dataset()
    bench.runner.begun.connect(lambda *_: bench.runner.pause())
    bench.start(**LONG)
    run = replace(bench.finish(), steps=0)
    bench.runner.begun.disconnect()
    with open_store(bench.folder.database) as store:
        store.training_runs.put(run)
    (bench.folder.training / run.id / "checkpoint.pt").unlink(missing_ok=True)
    bench.ended.clear()
    return run


def tries(bench: TrainBench, run: TrainingRun) -> None:
    """Go on, up to the trial."""
    told: list[str] = []
    bench.runner.preparing.connect(lambda what, _done: told.append(what))
    bench.runner.go_on(run)
    bench.until(lambda: told)
    assert told == ["measuring"]
    assert bench.runner.busy


def test_a_pause_leaves_it_as_it_was(bench: TrainBench, died: TrainingRun) -> None:
    tries(bench, died)
    bench.runner.pause()
    bench.until(lambda: bench.ended)
    run, error = bench.ended[0]
    assert (run.state, run.error, error) == ("paused", "", None)
    assert bench.stored(run.id).state == "paused"
    assert bench.folders() == [run.id]
    assert not bench.runner.busy


def test_stopped_it_has_taught_nothing(bench: TrainBench, died: TrainingRun) -> None:
    tries(bench, died)
    bench.runner.stop()
    bench.until(lambda: bench.ended)
    run, error = bench.ended[0]
    assert (run.state, run.adapter_id, error) == ("stopped", "", None)
    assert run.result is not None
    assert run.result.steps == 0
    assert bench.folders() == []


def test_it_is_refused_where_it_does_not_fit_and_goes_on_where_it_does(
    bench: TrainBench, died: TrainingRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as short:
        short.setattr(training_trial, "free_memory", lambda: 0)
        tries(bench, died)
        bench.until(lambda: bench.ended)
    run, error = bench.ended.pop()
    assert isinstance(error, TrainingNoMemory)
    assert (run.state, run.error) == ("paused", str(error))
    assert bench.folders() == [run.id], "it is lost by no refusal"
    assert not bench.runner.busy
    begun: list[TrainingRun] = []
    bench.runner.begun.connect(lambda run, _begun: begun.append(run))
    bench.runner.go_on(run)
    bench.until(lambda: begun)
    assert begun[0].plan.steps == 5_000
    assert begun[0].plan.memory_bytes > 0
    bench.runner.pause()
    assert bench.finish().state == "paused"


def test_what_is_known_of_as_many_examples_is_not_tried_again(bench: TrainBench) -> None:
    dataset = bench.dataset()
    told: list[str] = []
    bench.runner.preparing.connect(lambda what, _done: told.append(what))
    wish = bench.wish()
    bench.view.set_wish(wish)
    bench.view.start_requested.emit(wish)
    plan = bench.finish().plan
    assert told.count("measuring") == 1
    told.clear()
    bench.ended.clear()
    bench.view.start_requested.emit(wish)
    assert bench.finish().plan == plan
    assert "encoding" in told
    assert "measuring" not in told
    with open_store(bench.folder.database) as store:
        store.examples.add(dataset.id, [QUESTION])
    told.clear()
    bench.ended.clear()
    bench.view.start_requested.emit(wish)
    last = bench.finish().plan
    assert last.train != plan.train
    assert told.count("measuring") == 1, "there is one more example"
    with open_store(bench.folder.database) as store:
        for one in list(store.examples.each(dataset.id)):
            longer = replace(one.turns[-1], content=one.answer + " And so on." * 20)
            store.examples.edit(one.id, (*one.turns[:-1], longer))
    told.clear()
    bench.ended.clear()
    bench.view.start_requested.emit(wish)
    long = bench.finish().plan
    assert (long.train, long.holdout) == (last.train, last.holdout)
    assert long.tokens > 2 * last.tokens
    assert told.count("measuring") == 1, "as many, but longer"


def test_what_was_asked_for_outlives_a_death_in_the_trial(bench: TrainBench) -> None:
    bench.dataset()
    told: list[str] = []
    bench.runner.preparing.connect(lambda what, _done: told.append(what))
    bench.start(**LONG, prompts=("What colour is door 1?",))
    bench.until(lambda: "measuring" in told)
    with open_store(bench.folder.database) as store:
        (run,) = store.training_runs.all()
        assert (run.state, run.steps) == ("preparing", 0)
        bench.until(lambda: store.training_runs.samples(run.id))
        assert [one.prompt for one in store.training_runs.samples(run.id)] == [
            "What colour is door 1?"
        ]
    bench.runner.stop()
    bench.until(lambda: bench.refused)


def test_nothing_is_asked_beside_the_trial(bench: TrainBench, died: TrainingRun) -> None:
    """The base, of which an answer is missing, would take the memory that is counted as free."""
    with open_store(bench.folder.database) as store:
        store.training_runs.add_points(died.id, [SamplePoint(-1, 0, "What colour is door 1?", "")])
    asked: list[object] = []
    bench.runner.sampled.connect(asked.append)
    tries(bench, died)
    bench.runner.stop()
    assert bench.runner.busy, "until it has ended, nobody begins another one"
    bench.until(lambda: bench.ended)
    assert bench.ended[0][0].state == "stopped"
    assert asked == []
    assert not bench.runner.busy


def test_a_request_that_cannot_be_written_leaves_a_run_to_go_on_with(
    bench: TrainBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.dataset()
    with monkeypatch.context() as full:
        full.setattr(training_runner, "keep_request", refuse)
        bench.start(**LONG)
        bench.until(lambda: bench.ended)
    run, error = bench.ended.pop()
    assert isinstance(error, StoreFull)
    assert (run.state, run.error) == ("paused", str(error))
    assert bench.stored(run.id).state == "paused"
    assert not bench.runner.busy
    begun: list[TrainingRun] = []
    bench.runner.begun.connect(lambda run, _begun: begun.append(run))
    bench.runner.go_on(run)
    bench.until(lambda: begun)
    bench.runner.stop()
    assert bench.finish().state == "stopped"


def refuse(_request: object) -> None:
    raise StoreFull(path="request.json")
