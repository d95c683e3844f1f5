"""What was measured of threads is remembered for a week, and not when the machine was busy."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from benchtop.domain.models import ModelFile
from benchtop.protocol.messages import Loaded
from benchtop.services.data_folder import DataFolder
from benchtop.services.settings import Settings, SettingsKeeper
from benchtop.services.thread_memory import (
    GOOD_FOR_SECONDS,
    plausible,
    recall_threads,
    remember_threads,
    thread_key,
)

MODEL = ModelFile("m", "m", "/m.gguf", 6_000_000, "llama", 1, "Q8_0", 512, True, "imported")
LATER = 1_000.0


def measured(threads: int, speeds: dict[int, float]) -> Loaded:
    return Loaded(
        "load", "/m.gguf", "m", "llama", 1, "Q8_0", 6_000_000, 512, 512, threads, speeds, "model", "",
        0, 0, 0.1,
    )  # fmt: skip


@pytest.fixture
def settings(tmp_path: Path) -> SettingsKeeper:
    folder = DataFolder(tmp_path / "home")
    folder.prepare()
    return SettingsKeeper(folder)


@pytest.mark.parametrize(
    ("speeds", "said"),
    [
        ({1: 100.0}, True),
        ({1: 100.0, 2: 190.0, 4: 60.0}, True),
        ({1: 100.0, 8: 21.0}, True),  # a tiny model on many threads
        ({1: 4416.0, 2: 2.29}, False),
        ({1: 100.0, 2: 190.0, 4: 30.0}, False),
        ({1: 3.0, 2: 180.0}, True),  # what is slow is the one thread: nobody waited for another
    ],
)
def test_far_slower_threads_tell_of_a_busy_machine(speeds: dict[int, float], said: bool) -> None:
    assert plausible(speeds) is said


def test_a_measurement_is_remembered_for_a_week(settings: SettingsKeeper) -> None:
    before = time.time()
    remember_threads(settings, MODEL, measured(2, {1: 100.0, 2: 190.0}))
    values = settings.values
    assert recall_threads(values, MODEL) == 2
    assert recall_threads(values, MODEL, before + GOOD_FOR_SECONDS - LATER) == 2
    assert recall_threads(values, MODEL, time.time() + GOOD_FOR_SECONDS + LATER) is None
    assert recall_threads(values, MODEL, before - LATER) is None  # the clock was wrong then
    assert recall_threads(values, replace(MODEL, bytes=6_000_000_000)) is None


def test_it_is_still_known_after_a_restart(settings: SettingsKeeper, tmp_path: Path) -> None:
    remember_threads(settings, MODEL, measured(2, {1: 100.0, 2: 190.0}))
    assert settings.write_now()
    again = SettingsKeeper(DataFolder(tmp_path / "home"))
    assert recall_threads(again.values, MODEL) == 2


def test_what_a_busy_machine_said_is_not_remembered(settings: SettingsKeeper) -> None:
    remember_threads(settings, MODEL, measured(1, {1: 4416.0, 2: 2.29}))
    assert settings.values == Settings()


def test_a_count_of_an_older_benchtop_is_measured_again(settings: SettingsKeeper) -> None:
    settings.set("thread_counts", {thread_key(MODEL): 1})
    assert recall_threads(settings.values, MODEL) is None
