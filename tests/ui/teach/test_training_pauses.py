"""Runs on real workers that are paused, gone on with, stopped, deleted and killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from benchtop.domain.errors import WorkerDied
from benchtop.services.training_energy import TrainingEnergy
from benchtop.store.database import open_store
from ui.teach.train_kit import button, find, words
from ui.teach.training_kit import LONG, TrainBench, train_bench


@pytest.fixture
def bench(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[TrainBench]:
    with train_bench(qtbot, monkeypatch) as made:
        yield made


def test_a_run_is_paused_goes_on_and_is_stopped(bench: TrainBench) -> None:
    dataset = bench.dataset()
    bench.start(**LONG)
    assert bench.view.live.isVisible()
    assert words(bench.view, "live.title") == "starter learns “Doors”"
    assert "Opening" in words(bench.view, "live.state")
    bench.until(lambda: len(bench.points) >= 6)
    button(bench.view, "live.pause").click()
    assert not button(bench.view, "live.pause").isEnabled()
    paused = bench.finish()
    assert (paused.state, paused.error, paused.dataset_id) == ("paused", "", dataset.id)
    assert paused.step >= 6
    assert bench.runner.trainer_pid == 0
    assert f"after step {paused.step}." in words(bench.view, "live.state")
    assert bench.folders() == [paused.id]
    bench.until(lambda: bench.wiring.facts.runs and bench.wiring.facts.runs[0].state == "paused")

    bench.ended.clear()
    resume = button(bench.view, "live.resume")
    resume.click()
    resume.click()  # twice is once
    bench.until(lambda: len(bench.points) >= paused.step + 3)
    assert bench.points[paused.step].step == paused.step + 1, "it goes on where it was left"
    assert [one.step for one in bench.points] == list(range(1, len(bench.points) + 1))
    assert len(bench.view.live.curves.train) >= paused.step + 3
    button(bench.view, "live.stop").click()
    stopped = bench.finish()
    assert (stopped.id, stopped.state) == (paused.id, "stopped")
    assert stopped.adapter_id
    assert stopped.result is not None
    assert 0 < stopped.result.best_step <= stopped.step
    assert bench.stored(stopped.id) == stopped
    assert bench.folders() == [], "what going on would take is not kept for ever"
    with open_store(bench.folder.database) as store:
        assert [one.step for one in store.training_runs.train_points(paused.id)] == list(
            range(1, stopped.step + 1)
        )


def test_a_trainer_that_is_killed_is_replaced_once(bench: TrainBench) -> None:
    bench.dataset()
    bench.start(**LONG)
    restarted: list[int] = []
    bench.runner.restarted.connect(lambda run, _error: restarted.append(run.step))
    bench.until(lambda: len(bench.points) >= 7)
    first = bench.runner.trainer_pid
    os.kill(first, signal.SIGKILL)
    bench.until(lambda: restarted)
    (told,) = bench.view.info_bar.notices()
    assert f"It began again after step {restarted[0]}; " in told.text
    assert bench.runner.busy
    seen = len(bench.points)
    bench.until(lambda: len(bench.points) >= seen + 7)
    assert bench.points[seen].step == restarted[0] + 1
    assert restarted[0] % LONG["check_every"] == 0, "from a checkpoint on"
    assert bench.runner.trainer_pid not in (0, first)
    assert bench.view.info_bar.notices() == [], "it is history once a holdout is read again"
    assert "Learning" in words(bench.view, "live.state")

    os.kill(bench.runner.trainer_pid, signal.SIGKILL)
    paused = bench.finish()
    error = bench.ended[-1][1]
    assert len(restarted) == 1, "what kills it at once would kill it for ever"
    assert isinstance(error, WorkerDied)
    assert (paused.state, paused.error) == ("paused", str(error))
    assert "training an adapter" in words(bench.view, "live.state")
    assert f"from its last checkpoint, after step {paused.step}." in words(bench.view, "live.state")
    assert bench.stored(paused.id).step == paused.step
    bench.until(lambda: bench.wiring.facts.runs and bench.wiring.facts.runs[0].state == "paused")

    bench.ended.clear()
    seen = len(bench.points)
    button(bench.view, "live.resume").click()
    bench.until(lambda: len(bench.points) >= seen + 2)
    assert bench.points[seen].step == paused.step + 1
    button(bench.view, "live.stop").click()
    stopped = bench.finish()
    assert (stopped.id, stopped.state, stopped.error) == (paused.id, "stopped", "")
    with open_store(bench.folder.database) as store:
        steps = [one.step for one in store.training_runs.train_points(paused.id)]
    assert steps[: stopped.step] == list(range(1, stopped.step + 1))


def test_a_trainer_that_dies_while_it_is_paused_is_not_replaced(bench: TrainBench) -> None:
    bench.dataset()
    bench.start(**LONG)
    bench.until(lambda: len(bench.points) >= 2)
    os.kill(bench.runner.trainer_pid, signal.SIGSTOP)  # it will not come to hear of the pause
    button(bench.view, "live.pause").click()
    os.kill(bench.runner.trainer_pid, signal.SIGKILL)
    paused = bench.finish()
    assert paused.state == "paused"
    assert bench.runner.trainer_pid == 0


def test_what_is_being_prepared_can_be_given_up(bench: TrainBench) -> None:
    bench.dataset()
    preparing: list[str] = []
    bench.runner.preparing.connect(lambda what, _done: preparing.append(what))
    bench.start()
    bench.until(lambda: preparing)
    button(bench.view, "live.stop").click()
    bench.until(lambda: bench.refused)
    assert not bench.runner.busy
    assert find(bench.view, QLabel, "train.summary").isVisible(), (
        "what was wished for is there still"
    )
    (told,) = bench.view.info_bar.notices()
    assert told.text == "Cancelled before the first step; nothing was begun."
    with open_store(bench.folder.database) as store:
        assert [one.state for one in store.training_runs.all()] == []


def test_a_paused_run_of_the_list_is_put_on_show(bench: TrainBench) -> None:
    bench.dataset()
    bench.start(**LONG)
    bench.until(lambda: len(bench.points) >= 6)
    button(bench.view, "live.pause").click()
    paused = bench.finish()
    bench.until(lambda: bench.wiring.facts.runs and bench.wiring.facts.runs[0].state == "paused")
    bench.view.show_live(None)
    assert not bench.view.live.isVisible()
    bench.view.run_chosen.emit(paused.id)
    assert bench.view.live.isVisible()
    assert bench.view.live.run_id == paused.id
    bench.until(lambda: len(bench.view.live.curves.train) == paused.step)
    assert button(bench.view, "live.resume").isEnabled()


def test_prompts_outlive_a_pause_before_they_were_answered(bench: TrainBench) -> None:
    bench.dataset()
    prompts = ("What colour is door 1?", "And door 2?")
    bench.runner.begun.connect(lambda *_: bench.runner.pause())
    bench.start(**LONG | {"check_every": 5_000}, prompts=prompts)
    paused = bench.finish()
    with open_store(bench.folder.database) as store:
        kept = store.training_runs.samples(paused.id)
    assert [(one.step, one.prompt) for one in kept] == [(-1, one) for one in prompts]
    bench.runner.begun.disconnect()
    bench.until(lambda: bench.wiring.facts.runs and bench.wiring.facts.runs[0].state == "paused")
    button(bench.view, "live.resume").click()

    def answered() -> bool:
        with open_store(bench.folder.database) as again:
            return all(one.text for one in again.training_runs.samples(paused.id))

    bench.until(answered)
    assert bench.runner.samples.prompts == prompts
    button(bench.view, "live.stop").click()


def test_a_paused_run_is_deleted_and_brought_back(bench: TrainBench) -> None:
    bench.dataset()
    bench.start(**LONG)
    bench.until(lambda: len(bench.points) >= 6)
    button(bench.view, "live.pause").click()
    paused = bench.finish()
    bench.until(lambda: bench.wiring.facts.runs and bench.wiring.facts.runs[0].state == "paused")
    delete = button(bench.view, "runs.delete")
    delete.click()
    bench.until(lambda: bench.wiring.facts.runs == ())
    assert not bench.view.live.isVisible(), "it is on show no more"
    assert bench.stored(paused.id).deleted is not None
    assert bench.folders() == [paused.id], "it can be brought back"
    bench.undo.undo()
    bench.until(lambda: [one.id for one in bench.wiring.facts.runs] == [paused.id])
    assert bench.stored(paused.id).state == "paused"


def test_a_run_at_work_is_not_deleted(bench: TrainBench) -> None:
    bench.dataset()
    bench.start(**LONG)
    bench.until(lambda: len(bench.points) >= 2)
    bench.wiring.refresh()
    bench.view.delete_requested.emit(bench.runner.run.id if bench.runner.run else "")
    button(bench.view, "live.stop").click()
    stopped = bench.finish()
    assert bench.stored(stopped.id).deleted is None


def test_what_a_run_took_before_a_pause_is_counted(bench: TrainBench, tmp_path: Path) -> None:
    zone = tmp_path / "intel-rapl:0"
    zone.mkdir()
    for name, content in (("name", "package-0"), ("max_energy_range_uj", "262143328850")):
        (zone / name).write_text(content)

    def counter(joules: int) -> None:
        (zone / "energy_uj").write_text(str(joules * 1_000_000))

    counter(1_000)
    bench.runner.record.energy = TrainingEnergy(tmp_path)
    bench.dataset()
    bench.start(**LONG)
    bench.until(lambda: len(bench.points) >= 6)
    counter(1_250)
    button(bench.view, "live.pause").click()
    paused = bench.finish()
    bench.until(lambda: bench.wiring.facts.runs and bench.wiring.facts.runs[0].state == "paused")
    counter(9_000)  # of others, while nothing was trained
    bench.ended.clear()
    button(bench.view, "live.resume").click()
    bench.until(lambda: len(bench.points) >= paused.step + 3)
    counter(9_100)
    button(bench.view, "live.stop").click()
    stopped = bench.finish()
    assert stopped.result is not None
    assert stopped.result.energy_joules == pytest.approx(350)
