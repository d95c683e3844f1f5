"""What is started is what was asked for, and what is given up before the first step says so."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QComboBox, QScrollArea
from pytestqt.qtbot import QtBot

from benchtop.domain.adapter_layout import AdapterLayout
from benchtop.domain.adapters import AdapterFile
from benchtop.domain.errors import StoreDamaged
from benchtop.domain.training import TrainingRun, TrainingSettings
from benchtop.store.database import Store, open_store
from ui.teach.train_kit import button, find, words
from ui.teach.training_kit import LONG, TrainBench, train_bench, with_colours


@pytest.fixture
def bench(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[TrainBench]:
    with train_bench(qtbot, monkeypatch) as made:
        yield made


@pytest.fixture
def other(bench: TrainBench) -> str:
    """Another data set than that which is chosen."""
    bench.dataset()
    with open_store(bench.folder.database) as store:
        made = with_colours(store, "Windows")
    return made.id


@pytest.fixture
def taught(bench: TrainBench, other: str) -> tuple[TrainingRun, str]:
    """A run with its adapter, as an earlier day left them, and the adapter's id. Its data set is chosen."""
    model, settings = bench.models.models[0], TrainingSettings(rank=4, last_layers=1)
    run = TrainingRun(
        "r1", "Doors on starter", {"id": model.id, "name": model.name},
        bench.view.wish.dataset_id, "v", settings, state="done", adapter_id="a1",
    )  # fmt: skip
    with open_store(bench.folder.database) as store:
        store.training_runs.put(run)
        store.adapters.put(AdapterFile("a1", "Doors (2)", "a1.gguf", 1, rank=4, run_id="r1"))
    del other
    return run, "a1"


def gone_on_with(bench: TrainBench, taught: tuple[TrainingRun, str]) -> None:
    """As "Teach again…" does it."""
    bench.wiring.prepare_again(*taught)
    bench.until(lambda: bench.view.wish.parent_id == taught[1])


def test_what_was_chosen_before_cannot_be_started(bench: TrainBench, other: str) -> None:
    start, before = button(bench.view, "train"), bench.view.wish
    assert start.isEnabled()
    bench.wiring.choose_dataset(other)
    assert bench.view.wish.dataset_id == before.dataset_id, "it is not on offer yet"
    assert not start.isEnabled()
    assert words(bench.view, "train.summary") == "Looking at what is to be taught…"
    start.click()
    bench.view.start_requested.emit(before)
    assert not bench.runner.busy
    bench.until(start.isEnabled)
    assert bench.view.wish.dataset_id == other
    assert "“Windows”" in words(bench.view, "train.summary")


def test_an_answer_of_before_does_not_take_the_place_of_the_wish(
    bench: TrainBench, other: str
) -> None:
    """It was read when the wished one was not there yet."""
    bench.wiring._read()
    bench.wiring.choose_dataset(other)
    bench.until(button(bench.view, "train").isEnabled)
    assert bench.view.wish.dataset_id == other


def test_where_it_cannot_be_read_the_old_one_is_not_started_either(
    bench: TrainBench, other: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_store: Store, _models: object) -> object:
        raise StoreDamaged(path="store.db", detail="the disk")

    with monkeypatch.context() as broken:
        broken.setattr("benchtop.ui.teach.train_wiring.read_facts", refuse)
        bench.wiring.choose_dataset(other)
        bench.until(bench.view.info_bar.notices)
    assert not button(bench.view, "train").isEnabled()
    (notice,) = bench.view.info_bar.notices()
    notice.findChild(type(button(bench.view, "train")), "notice.action").click()
    bench.until(lambda: bench.view.wish.dataset_id == other)
    assert button(bench.view, "train").isEnabled()


def test_another_data_set_begins_with_a_new_adapter(
    bench: TrainBench, taught: tuple[TrainingRun, str], other: str
) -> None:
    gone_on_with(bench, taught)
    assert "goes on from “Doors (2)”" in words(bench.view, "train.summary")
    assert AdapterLayout.of(bench.view.wish.settings).rank == 4
    assert "rank 4" in find(bench.view, QComboBox, "train.parent").currentText()
    bench.wiring.choose_dataset(other)
    bench.until(lambda: bench.view.wish.dataset_id == other)
    assert bench.view.wish.parent_id == ""
    assert bench.view.wish.settings.rank == 16, "nor its layout"
    assert "goes on" not in words(bench.view, "train.summary")


def test_the_same_data_set_goes_on_as_it_was_chosen(
    bench: TrainBench, taught: tuple[TrainingRun, str]
) -> None:
    gone_on_with(bench, taught)
    bench.wiring.choose_dataset(taught[0].dataset_id)
    bench.until(button(bench.view, "train").isEnabled)
    assert bench.view.wish.parent_id == taught[1]


def test_what_comes_from_the_data_is_shown_from_its_top(bench: TrainBench, other: str) -> None:
    bench.view.resize(900, 420)
    bar = bench.view.setup.findChild(QScrollArea).verticalScrollBar()
    bench.until(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())
    bench.wiring.choose_dataset(other)
    bench.until(button(bench.view, "train").isEnabled)
    assert bar.value() == 0


def test_cancelling_before_the_first_step_says_that_nothing_was_begun(bench: TrainBench) -> None:
    bench.dataset()
    told: list[str] = []
    names: list[str] = []
    bench.wiring.started.connect(names.append)
    bench.runner.preparing.connect(lambda what, _done: told.append(what))
    bench.start()
    assert names == ["starter"]
    bench.until(lambda: "measuring" in told)
    assert not button(bench.view, "live.pause").isVisible()
    assert button(bench.view, "live.stop").text().strip() == "Cancel"
    button(bench.view, "live.stop").click()
    bench.until(lambda: bench.refused)
    (notice,) = bench.view.info_bar.notices()
    assert (notice.kind, notice.text) == (
        "info", "Cancelled before the first step; nothing was begun.",
    )  # fmt: skip
    assert notice.remaining_ms() is not None, "it goes by itself"

    def kept() -> list[TrainingRun]:
        with open_store(bench.folder.database) as store:
            return store.training_runs.all()

    bench.until(lambda: not kept())


def test_the_news_of_a_death_goes_with_the_next_reading(bench: TrainBench) -> None:
    bench.dataset()
    readings: list[int] = []
    bench.runner.holdout_read.connect(lambda point: readings.append(point.step))
    bench.start(**LONG | {"check_every": 40})
    bench.until(lambda: len(bench.points) >= 7)
    os.kill(bench.runner.trainer_pid, signal.SIGKILL)
    bench.until(bench.view.info_bar.notices)
    (notice,) = bench.view.info_bar.notices()
    seen = bench.points[-1].step
    assert notice.text == (
        "The trainer was ended from outside, perhaps because memory ran out. "
        f"It began again after step 0; {seen} steps are made anew."
    )
    count = len(readings)
    bench.until(lambda: len(readings) > count or not bench.view.info_bar.notices())
    assert bench.view.info_bar.notices() == []
    button(bench.view, "live.stop").click()
    bench.finish()


def test_a_wish_of_other_settings_of_the_same_is_started(bench: TrainBench, other: str) -> None:
    bench.wiring.choose_dataset(other)
    bench.view.start_requested.emit(replace(bench.wish(steps=2, check_every=2), dataset_id=other))
    run = bench.finish()
    assert (run.state, run.dataset_id) == ("done", other)
