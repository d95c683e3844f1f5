"""What the Teach page works with; made when it is first needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject

from benchtop.services.compare_workers import CompareWorkers
from benchtop.services.data_folder import DataFolder
from benchtop.services.disk_thread import DiskThread
from benchtop.services.engine import Engine
from benchtop.services.example_lengths import ExampleLengths
from benchtop.services.settings import SettingsKeeper
from benchtop.services.store_thread import StoreThread
from benchtop.services.teach_room import TeachRoom
from benchtop.services.teacher import Teacher
from benchtop.services.tools_setup import ToolsSetup
from benchtop.services.training_forecast import TrainingForecast
from benchtop.services.training_runner import TrainingRunner

if TYPE_CHECKING:
    from benchtop.domain.errors import BenchtopError
    from benchtop.store.database import Store

T = TypeVar("T")


class TeachServices(QObject):
    """Training, its forecast and the teacher, on engine workers of their own: chats go on beside them."""

    def __init__(
        self,
        folder: DataFolder,
        settings: SettingsKeeper,
        store: StoreThread,
        engine: Engine,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.folder, self.settings, self.store, self.engine = folder, settings, store, engine
        self.disk = DiskThread(self)
        self.tools = ToolsSetup(folder, lambda: settings.offline, self)
        self.runner = TrainingRunner(folder, self._workers(), store, self)
        self._forecast: TrainingForecast | None = None
        self._forecast_workers: CompareWorkers | None = None
        self._teacher: Teacher | None = None
        self._lengths: ExampleLengths | None = None
        self._closed = False

    def ask(
        self,
        work: Callable[[Store], T],
        then: Callable[[T], object],
        refused: Callable[[BenchtopError], object],
    ) -> None:
        """StoreThread.run(), for as long as there is a page that could show what comes of it."""

        def told(result: T) -> None:
            if not self._closed:
                then(result)

        def not_told(error: BenchtopError) -> None:
            if not self._closed:
                refused(error)

        self.store.run(work, told, not_told)

    def forecast(self) -> TrainingForecast:
        """The forecast, made when it is first asked for."""
        if self._forecast is None:
            workers = self._forecast_workers = self._workers()
            workers.setParent(self)
            room = TeachRoom(self.folder, workers, self.store, self.disk)
            self._forecast = TrainingForecast(room, self)
        return self._forecast

    def teacher(self) -> Teacher:
        """The teacher, likewise."""
        if self._teacher is None:
            self._teacher = Teacher(self._workers(), self.store, self)
        return self._teacher

    def lengths(self, is_chatting: Callable[[], bool]) -> ExampleLengths:
        """What counts examples in tokens, likewise; ``is_chatting``: whether a reply is being written."""
        if self._lengths is None:
            runner = self.runner
            self._lengths = ExampleLengths(
                self.folder, self.store, lambda: runner.busy or is_chatting(), self
            )
        return self._lengths

    def close(self) -> None:
        """End every process and wait; a run goes on next time from its last checkpoint."""
        self._closed = True
        self.disk.close()
        self.tools.close()
        if self._teacher is not None:
            self._teacher.close()
        if self._lengths is not None:
            self._lengths.close()
        if self._forecast is not None:
            self._forecast.close()
        if self._forecast_workers is not None:
            self._forecast_workers.close()
        self.runner.close()

    def _workers(self) -> CompareWorkers:
        return CompareWorkers(self.folder, self.settings, self.engine.memory, self.engine)
