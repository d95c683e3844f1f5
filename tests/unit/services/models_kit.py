"""A list of models over a real store, with real small GGUF files on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from benchtop.domain.models import STARTER_ID, ModelFile
from benchtop.services.library import Imported
from benchtop.services.model_list import ModelList
from benchtop.services.store_thread import StoreThread


@pytest.fixture
def store(tmp_path: Path, qapp: object) -> Iterator[StoreThread]:
    made = StoreThread(tmp_path / "data" / "benchtop.sqlite3")
    yield made
    made.close()


@pytest.fixture
def models(store: StoreThread, qtbot: QtBot) -> ModelList:
    made = ModelList(store)
    with qtbot.waitSignal(made.changed):
        made.refresh()
    return made


def imported(qtbot: QtBot, models: ModelList, paths: list[Path]) -> Imported:
    """Put files on the list."""
    told: list[Imported] = []
    models.import_files([str(path) for path in paths], told.append)
    qtbot.waitUntil(lambda: bool(told))
    return told[0]


def own(models: ModelList) -> list[ModelFile]:
    """What is on the list beside the starter."""
    return [model for model in models.models if model.id != STARTER_ID]


def settled(qtbot: QtBot, models: ModelList) -> list[ModelFile]:
    """The list, once all that was asked of the store until now is done."""
    done: list[list[ModelFile]] = []
    models.after_refresh(done.append)
    qtbot.waitUntil(lambda: bool(done))
    return own(models)
