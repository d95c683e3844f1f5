"""What does not fit into the memory is tried with less, by real trainers, before it is refused."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from benchtop.domain.memory import MARGIN
from benchtop.domain.teach_errors import TrainingNoMemory
from benchtop.domain.training import TrainingPlan, TrainingRun, TrainingSettings
from benchtop.services import training_trial
from benchtop.services.data_folder import DataFolder
from benchtop.services.ggml_library import ggml_library
from benchtop.services.training_request import TOKENS
from benchtop.services.training_trial import TrainingTrial
from unit.tuning.teaching_sets import teaching_file
from workers.tiny_gguf import random_model
from workers.trainer_client import SHORT

LAST = replace(SHORT, preset="quick", last_layers=1, steps=200)
"""What the first layer makes of the examples is kept from pass to pass."""


class Tried(TrainingTrial):
    """Remembers what was tried."""

    def __init__(self, run: TrainingRun, folder: DataFolder, parent: QObject) -> None:
        super().__init__(run, ggml_library(), folder, parent)
        self.tried: list[TrainingSettings] = []

    def _ask(self, settings: TrainingSettings) -> None:
        self.tried.append(settings)
        super()._ask(settings)

    @property
    def pid(self) -> int:
        """Of the trainer that is asked now."""
        return self._trainer.pid if self._trainer is not None else 0


def trial_of(folder: Path, settings: TrainingSettings, parent: QObject) -> Tried:
    """A trial of a small model that learns from a few examples."""
    place = folder / "training" / "r"
    place.mkdir(parents=True)
    teaching_file(place).rename(place / TOKENS)
    model = random_model(folder / "small.gguf")
    facts = {"name": "Small", "path": str(model)}
    plan = TrainingPlan(train=10, holdout=3, cut=1)
    run = TrainingRun("r", "a run", facts, "d", "v", settings, plan=plan)
    return Tried(run, DataFolder(folder), parent)


@pytest.fixture
def parent(qtbot: QtBot) -> QObject:
    return QObject()


def test_what_fits_is_tried_once(qtbot: QtBot, tmp_path: Path, parent: QObject) -> None:
    trial = trial_of(tmp_path, LAST, parent)
    with qtbot.waitSignal(trial.done, timeout=60_000) as done:
        trial.start()
    (run,) = done.args
    assert trial.tried == [run.settings] == [LAST]
    plan = run.plan
    assert (plan.steps, plan.train, plan.holdout, plan.cut) == (200, 10, 3, 1)
    assert 0 < plan.first_steps < 200
    assert plan.memory_bytes > 0
    trial.close()


def test_less_and_less_is_kept_before_it_is_refused(
    qtbot: QtBot, tmp_path: Path, parent: QObject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training_trial, "free_memory", lambda: MARGIN)
    trial = trial_of(tmp_path, LAST, parent)
    with qtbot.waitSignal(trial.failed, timeout=120_000) as failed:
        trial.start()
    (error,) = failed.args
    assert trial.tried == [
        LAST,
        replace(LAST, keep_between_passes=False),
        replace(LAST, keep_between_passes=False, save_memory=True),
    ]
    assert isinstance(error, TrainingNoMemory)
    words = "close other programs, or choose a shorter context length or a smaller model."
    assert str(error).endswith(words)
    trial.close()


def test_what_a_person_wants_kept_in_each_step_is_kept(
    qtbot: QtBot, tmp_path: Path, parent: QObject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training_trial, "free_memory", lambda: MARGIN)
    wanted = replace(SHORT, save_memory=False, context_length=2_048)
    trial = trial_of(tmp_path, wanted, parent)
    with qtbot.waitSignal(trial.failed, timeout=120_000) as failed:
        trial.start()
    assert trial.tried == [wanted], "with all layers learning, nothing is kept from pass to pass"
    words = "choose the quick preset, a shorter context length or a smaller model."
    assert str(failed.args[0]).endswith(words)
    trial.close()


def test_one_kill_is_no_want_of_memory(qtbot: QtBot, tmp_path: Path, parent: QObject) -> None:
    """Whoever did it: the settings are tried once more as they are."""
    trial = trial_of(tmp_path, LAST, parent)
    with qtbot.waitSignal(trial.done, timeout=60_000) as done:
        trial.start()
        qtbot.waitUntil(lambda: trial.pid > 0, timeout=60_000)
        os.kill(trial.pid, signal.SIGKILL)
    assert trial.tried == [LAST, LAST]
    assert done.args[0].settings == LAST
    trial.close()


def test_killed_again_it_keeps_less(qtbot: QtBot, tmp_path: Path, parent: QObject) -> None:
    trial = trial_of(tmp_path, SHORT, parent)
    with qtbot.waitSignal(trial.done, timeout=60_000) as done:
        trial.start()
        for count in (1, 2):
            qtbot.waitUntil(lambda count=count: len(trial.tried) == count and trial.pid > 0)
            os.kill(trial.pid, signal.SIGKILL)
    less = replace(SHORT, save_memory=True)
    assert trial.tried == [SHORT, SHORT, less]
    assert done.args[0].plan.save_memory
    trial.close()
