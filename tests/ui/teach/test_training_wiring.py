"""The Train tab on real workers: forecasts, adapters that are gone on with, and what a run leaves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QRadioButton
from pytestqt.qtbot import QtBot

from benchtop.domain.adapter_layout import AdapterLayout
from benchtop.domain.teach_errors import TrainingDiverged
from benchtop.domain.training import PRESETS, TrainingRun
from benchtop.services import training_forecast
from benchtop.services.adapters import import_adapter
from benchtop.store.database import open_store
from ui.teach.train_kit import button, choose, find, words
from ui.teach.training_kit import LONG, TrainBench, train_bench
from workers.tiny_gguf import lora_adapter


@pytest.fixture
def bench(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[TrainBench]:
    with train_bench(qtbot, monkeypatch) as made:
        yield made


def test_the_three_presets_are_foretold(bench: TrainBench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_forecast, "PROBE_SECONDS", 0.9)
    bench.dataset()
    button(bench.view, "train.measure").click()
    assert button(bench.view, "train.measure.cancel").isVisible()
    forecast = bench.services.forecast()
    bench.until(lambda: not forecast.busy)
    plans = [bench.wiring.forecasts.plan_of(name) for name in PRESETS]
    assert [plan is not None for plan in plans] == [True] * 3
    quick, balanced, thorough = (plan for plan in plans if plan is not None)
    assert quick.steps < balanced.steps < thorough.steps
    for plan in (quick, balanced, thorough):
        assert (plan.train, plan.holdout) == (10, 2)
        assert plan.seconds > 0
        assert plan.memory_bytes > 10_000_000
        assert plan.tokens_per_second > 0
    assert bench.folders() == [], "the tokens of a forecast are nobody's run"
    with open_store(bench.folder.database) as store:
        assert store.training_runs.all() == []


def test_measuring_is_cancelled(bench: TrainBench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_forecast, "PROBE_SECONDS", 3_000.0)
    bench.dataset()
    forecast = bench.services.forecast()
    told: list[str] = []
    forecast.progressed.connect(lambda what, _done: told.append(what))
    button(bench.view, "train.measure").click()
    bench.until(lambda: "probing" in told)
    button(bench.view, "train.measure.cancel").click()
    bench.until(lambda: not forecast.busy)
    assert button(bench.view, "train.measure").isVisible()
    assert bench.view.findChild(QLabel, "teach.train.summary").text()
    assert bench.wiring.forecasts.plan_of("quick") is None


def test_the_best_step_of_a_run_whose_loss_is_no_number_is_kept(bench: TrainBench) -> None:
    """Weight decay ten times as large as it may be makes each number nine times as large at each step."""
    bench.dataset()
    bench.start(
        steps=500, learning_rate=1.0, weight_decay=10.0, clip=1_000.0, warmup=0.0, final_rate=1.0,
        check_every=1,
    )  # fmt: skip
    failed = bench.finish()
    error = bench.ended[-1][1]
    assert isinstance(error, TrainingDiverged)
    assert (failed.state, failed.error) == ("failed", str(error))
    assert bench.stored(failed.id) == failed
    assert failed.result is not None
    assert failed.result.verdict is not None
    with open_store(bench.folder.database) as store:
        (adapter,) = store.adapters.all()
        losses = {one.step: one.loss for one in store.training_runs.holdout_points(failed.id)}
    assert (adapter.id, adapter.run_id) == (failed.adapter_id, failed.id)
    del losses[0]
    assert failed.result.best_step == min(losses, key=lambda step: losses[step])
    assert failed.result.holdout_after == min(losses.values())
    assert button(bench.view, "live.result").isVisible()
    assert "the last good adapter is kept" in words(bench.view, "live.state")
    assert bench.folders() == []


def finished(bench: TrainBench, **changes: object) -> TrainingRun:
    bench.ended.clear()
    bench.start(**changes)
    return bench.finish()


def test_an_adapter_is_gone_on_with_under_another_preset(bench: TrainBench) -> None:
    bench.dataset()
    first = finished(bench)
    assert (first.state, first.settings.rank) == ("done", 4)
    bench.wiring.prepare_again(first, first.adapter_id)
    bench.until(lambda: bench.view.wish.parent_id == first.adapter_id)
    find(bench.view, QRadioButton, "train.preset.thorough").click()
    wish = bench.view.wish
    assert (wish.settings.rank, wish.settings.epochs) == (4, 8.0)
    short = replace(wish.settings, steps=6, threads=1, general=0.0)
    odd = replace(short, rank=32, alpha=64.0, last_layers=1)  # whatever asks for it
    bench.ended.clear()
    bench.view.start_requested.emit(replace(wish, settings=odd))
    second = bench.finish()
    assert (second.state, second.parent_id, second.error) == ("done", first.id, "")
    assert second.settings == replace(short, context_length=second.settings.context_length)


def test_an_imported_adapter_is_gone_on_with_in_its_own_layout(
    bench: TrainBench, tmp_path: Path
) -> None:
    bench.dataset()
    first = finished(bench, last_layers=2, targets=("attn_q", "ffn_up"))
    with open_store(bench.folder.database) as store:
        (known,) = store.adapters.all()
        store.adapters.delete(known.id)
        path = tmp_path / "brought.gguf"
        path.write_bytes(Path(known.path).read_bytes())
        brought = import_adapter(store, path)
        other = import_adapter(store, lora_adapter(tmp_path / "other.gguf"))
    assert (brought.run_id, first.settings.alpha) == ("", 16.0)
    bench.models.adapters.refresh()
    bench.until(lambda: [one.id for one in bench.wiring.facts.parents] == [brought.id])
    assert other.id not in [one.id for one in bench.wiring.facts.parents]
    choose(find(bench.view, QComboBox, "train.parent"), brought.id)
    bench.ended.clear()
    bench.view.start_requested.emit(bench.wish(steps=6))
    second = bench.finish()
    assert (second.state, second.parent_id) == ("done", first.id), "its file names the run"
    assert AdapterLayout.of(second.settings) == AdapterLayout.of(first.settings)
    assert second.result is not None
    assert second.result.against_parent


def test_what_a_run_found_out_is_kept(bench: TrainBench) -> None:
    bench.dataset()
    assert "Measured at the start" in words(bench.view, "train.preset.quick.forecast")
    wish = bench.wish()
    bench.view.set_wish(wish)
    bench.ended.clear()
    bench.view.start_requested.emit(wish)
    run = bench.finish()
    assert bench.wiring.forecasts.plan_of("quick") == run.plan
    button(bench.view, "live.another").click()
    assert words(bench.view, "train.preset.quick.forecast").startswith("About 5 seconds, ")
    assert "Measured here: 12 steps" in words(bench.view, "train.fit")
    bench.view.set_wish(replace(wish, settings=replace(wish.settings, steps=5_000)))
    bench.view.wish_changed.emit(bench.view.wish)
    assert bench.wiring.forecasts.plan_of("quick") is None, "nobody tried that"
    assert "Measured at the start" in words(bench.view, "train.preset.quick.forecast")


def test_errors_of_before_go_when_it_is_tried_again(bench: TrainBench) -> None:
    bench.dataset()
    bar = bench.view.info_bar
    bar.post("error", "The adapter could not be used.")
    bar.post("info", "A piece of news.")
    bench.start(**LONG)
    assert [one.kind for one in bar.notices()] == ["info"]
    bench.until(lambda: len(bench.points) >= 6)
    button(bench.view, "live.pause").click()
    bench.finish()
    bench.until(lambda: bench.wiring.facts.runs and bench.wiring.facts.runs[0].state == "paused")
    bar.post("error", "The trainer ended unexpectedly.")
    button(bench.view, "live.resume").click()
    assert [one.kind for one in bar.notices()] == ["info"]
    button(bench.view, "live.stop").click()


def test_the_memory_of_the_trainer_is_shown(bench: TrainBench) -> None:
    bench.dataset()
    bench.start(**LONG)

    def shown() -> list[str]:
        cells = bench.view.live.findChildren(QLabel, "teach.live.figure.memory")
        return [one.text() for one in cells if one.isVisible()]

    bench.until(shown)
    assert shown()[0].endswith(" MB")
    button(bench.view, "live.stop").click()
    bench.finish()
    bench.until(lambda: not shown())


def test_nobody_has_to_wait_for_what_is_measured(
    bench: TrainBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training_forecast, "PROBE_SECONDS", 3_000.0)
    bench.dataset()
    forecast = bench.services.forecast()
    told: list[str] = []
    forecast.progressed.connect(lambda what, _done: told.append(what))
    bench.view.set_wish(bench.wish())
    button(bench.view, "train.measure").click()
    bench.until(lambda: "probing" in told)
    assert button(bench.view, "train").isEnabled()
    button(bench.view, "train").click()
    assert bench.finish().state == "done"
    assert not forecast.busy


def test_a_second_run_of_the_same_has_another_name(bench: TrainBench) -> None:
    bench.dataset()
    names = []
    for _ in range(2):
        bench.ended.clear()
        bench.start(steps=2, check_every=2)
        names.append(bench.finish().name)
    assert names[1] == f"{names[0]} (2)"
