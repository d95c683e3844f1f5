"""Training behind its views, without a whole window: real workers on a store of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from benchtop.domain.errors import BenchtopError
from benchtop.domain.examples import Dataset, Example, Turn
from benchtop.domain.training import TrainingRun, TrainPoint, preset_settings
from benchtop.services import training_trial
from benchtop.services.anchors import MANY, anchor_prompts, keep_answers
from benchtop.services.data_folder import DataFolder, find_data_folder
from benchtop.services.datasets import new_dataset
from benchtop.services.engine import Engine
from benchtop.services.file_hashes import model_sha256
from benchtop.services.model_list import ModelList
from benchtop.services.settings import SettingsKeeper
from benchtop.services.store_thread import StoreThread
from benchtop.services.teach_services import TeachServices
from benchtop.store.database import Store, open_store
from benchtop.ui.teach.train_rows import TrainWish
from benchtop.ui.teach.train_view import TrainView
from benchtop.ui.teach.train_wiring import TrainWiring
from benchtop.ui.undo_stack import UndoStack
from benchtop.ui.widgets.info_bar import InfoBar

WAIT_MS = 120_000
"""Of other programs the processor may have a lot to do."""
COLOURS = (
    "red", "green", "blue", "white", "black", "yellow", "brown", "grey", "pink", "orange", "silver", "golden",
)  # fmt: skip


def colour_examples() -> list[Example]:
    return [
        Example((Turn("user", f"What colour is door {n}?"), Turn("assistant", f"It is {colour}.")))
        for n, colour in enumerate(COLOURS, 1)
    ]


def with_colours(store: Store, name: str = "Doors") -> Dataset:
    dataset = new_dataset(store, name)
    store.examples.add(dataset.id, colour_examples())
    return store.datasets.get(dataset.id)


LONG = {"steps": 5_000, "check_every": 5}
"""A run that does not end while a test looks at it."""


@contextmanager
def train_bench(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[TrainBench]:
    """A bench on the folder of the test, where settings are tried for a moment only."""
    monkeypatch.setattr(training_trial, "TRIAL_SECONDS", 0.2)
    folder = find_data_folder()
    folder.prepare()
    made = TrainBench(qtbot, folder)
    yield made
    made.close()


class TrainBench:
    """A Train tab with all that is behind it."""

    def __init__(self, qtbot: QtBot, folder: DataFolder) -> None:
        self.qtbot, self.folder, self.parent = qtbot, folder, QObject()
        self.settings = SettingsKeeper(folder, self.parent)
        self.store = StoreThread(folder.database, self.parent)
        self.engine = Engine(folder, self.settings, self.parent)
        self.models = ModelList(self.store, self.parent)
        self.services = TeachServices(folder, self.settings, self.store, self.engine, self.parent)
        self.runner = self.services.runner
        self.ended: list[tuple[TrainingRun, BenchtopError | None]] = []
        self.refused: list[BenchtopError] = []
        self.points: list[TrainPoint] = []
        self.runner.ended.connect(lambda run, error: self.ended.append((run, error)))
        self.runner.refused.connect(self.refused.append)
        self.runner.stepped.connect(self.points.append)
        with qtbot.waitSignal(self.models.changed, timeout=WAIT_MS):
            self.models.refresh()
        self.view = TrainView()
        qtbot.addWidget(self.view)
        self.view.resize(1_116, 700)
        self.view.show()
        self.info = InfoBar()
        qtbot.addWidget(self.info)
        self.undo = UndoStack(self.info, str, self.parent)
        self.wiring = TrainWiring(self.view, self.services, self.models, self.undo)

    def close(self) -> None:
        self.services.close()
        self.engine.close()
        self.store.close()
        self.settings.write_now()

    def until(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=WAIT_MS)

    def dataset(self) -> Dataset:
        """The colours, kept and on offer. What the base says to general questions is known already: to
        ask it takes a while."""
        sha256 = model_sha256(self.folder, self.models.models[0].path)
        keep_answers(self.folder, sha256, dict.fromkeys(anchor_prompts(MANY), "I can help."))
        with open_store(self.folder.database) as store:
            made = with_colours(store)
        self.wiring.choose_dataset(made.id)
        self.until(lambda: self.view.wish.dataset_id == made.id)
        return made

    def wish(self, **changes: Any) -> TrainWish:
        """A run of a few seconds."""
        prompts = changes.pop("prompts", ())
        quick = {
            "steps": 12,
            "threads": 1,
            "general": 0.0,
            "check_every": 4,
            "rank": 4,
            "patience": 0,
        }
        shape = self.models.models[0].shape
        layers, width = (shape.layers, shape.width) if shape is not None else (0, 0)
        settings = replace(preset_settings("quick", layers, width), **quick | changes)
        return replace(self.view.wish, settings=settings, prompts=prompts)

    def folders(self) -> list[str]:
        """Of which runs there are folders."""
        return [one.name for one in self.folder.training.iterdir() if one.is_dir()]

    def start(self, **changes: Any) -> None:
        self.view.start_requested.emit(self.wish(**changes))

    def finish(self) -> TrainingRun:
        """Wait for the end of the run at work."""
        self.until(lambda: self.ended or self.refused)
        assert not self.refused, self.refused
        return self.ended[-1][0]

    def stored(self, run_id: str) -> TrainingRun:
        with open_store(self.folder.database) as store:
            return store.training_runs.get(run_id)
