"""A Data tab with a store of its own, and the fixtures that start it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QAbstractButton, QPlainTextEdit
from pytestqt.qtbot import QtBot

from benchtop.domain.examples import Example, Turn
from benchtop.services.data_folder import DataFolder, find_data_folder
from benchtop.services.datasets import find_dataset, new_dataset
from benchtop.services.settings import SettingsKeeper
from benchtop.services.store_thread import StoreThread
from benchtop.store.database import open_store
from benchtop.ui.teach.data_edits import DataEdits
from benchtop.ui.teach.data_files import DataFiles
from benchtop.ui.teach.data_view import DataView
from benchtop.ui.teach.data_wiring import DataWiring
from benchtop.ui.teach.sets_wiring import SetsWiring
from benchtop.ui.undo_stack import UndoStack
from benchtop.ui.widgets.info_bar import InfoBar

WAIT_MS = 20_000


class Bench:
    """A Data tab with a store of its own."""

    def __init__(self, qtbot: QtBot, folder: DataFolder) -> None:
        self.qtbot, self.folder = qtbot, folder
        self.view, self.info, self.parent = DataView(), InfoBar(), QObject()
        for widget in (self.view, self.info):
            qtbot.addWidget(widget)
        self.settings = SettingsKeeper(folder, self.parent)
        self.store = StoreThread(folder.database, self.parent)
        self.errors: list[object] = []
        self.store.failed.connect(self.errors.append)
        self.undo = UndoStack(self.info, str, self.parent)
        self.wiring = DataWiring(
            self.view,
            self.store,
            folder.database,
            settings=self.settings,
            info=self.info,
            undo=self.undo,
        )
        SetsWiring(self.wiring)
        DataEdits(self.wiring)
        self.files = DataFiles(self.wiring)
        self.view.resize(1_116, 640)
        self.view.show()

    def close(self) -> None:
        self.files.close()
        self.wiring.close()
        self.store.close()
        self.settings.write_now()
        assert self.errors == []

    def until(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=WAIT_MS)

    def shows(self, count: int) -> None:
        self.until(lambda: len(self.view.table.rows.ids) == count)

    def chosen(self) -> str:
        return self.view.pane.example_id

    def button(self, name: str) -> QAbstractButton:
        found = self.view.findChild(QAbstractButton, name)
        assert found is not None, name
        return found

    def field(self, name: str) -> QPlainTextEdit:
        found = self.view.findChild(QPlainTextEdit, name)
        assert found is not None, name
        return found

    def notices(self) -> list[str]:
        return [notice.text for notice in self.info.notices()]

    def examples(self, name: str = "Owls") -> list[Example]:
        """What is on the disk by now."""
        self.store.write_now()
        with open_store(self.folder.database) as store:
            return list(store.examples.each(find_dataset(store, name).id))


def pair(question: str, answer: str, **values: object) -> Example:
    return Example((Turn("user", question), Turn("assistant", answer)), **values)


def fill(folder: DataFolder, *examples: Example, name: str = "Owls") -> list[Example]:
    with open_store(folder.database) as store:
        return store.examples.add(new_dataset(store, name).id, examples)


@pytest.fixture
def folder() -> DataFolder:
    """The data folder of the test."""
    found = find_data_folder()
    found.prepare()
    return found


@pytest.fixture
def start(qtbot: QtBot, folder: DataFolder) -> Iterator[Callable[[], Bench]]:
    """Makes the tab, as often as a test wants it: a second one finds what the first left."""
    made: list[Bench] = []

    def begin() -> Bench:
        made.append(Bench(qtbot, folder))
        return made[-1]

    yield begin
    for bench in made:
        bench.close()
