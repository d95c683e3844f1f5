"""When the settings of a run are tried before it is trained, and when not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from benchtop.domain.examples import Example, Turn
from benchtop.domain.teach_errors import TrainingNoMemory
from benchtop.domain.training import TrainingRun
from benchtop.services import training_trial
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
    assert bench.finish().plan.train != plan.train
    assert told.count("measuring") == 1, "there is one more example"
