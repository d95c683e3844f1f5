"""What a command needs to let the window's services work: the store, the settings, and workers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from benchtop.domain.models import ModelFile
from benchtop.services.compare_workers import CompareWorkers
from benchtop.services.data_folder import DataFolder
from benchtop.services.load_memory import learned_bytes
from benchtop.services.memory_now import MemoryNow
from benchtop.services.settings import SettingsKeeper
from benchtop.services.store_thread import StoreThread


@dataclass(frozen=True, slots=True)
class WorkerRoom:
    """``workers`` belong to the service that is given them, which closes them."""

    settings: SettingsKeeper
    store: StoreThread
    workers: CompareWorkers

    def close(self) -> None:
        """Write what waits to be written; blocks until then. The service is closed before."""
        self.store.close()
        self.settings.write_now()


def worker_room(folder: DataFolder, models: Iterable[ModelFile]) -> WorkerRoom:
    """A store, and workers for these models."""
    settings, workers = settings_and_workers(folder, models)
    return WorkerRoom(settings, StoreThread(folder.database), workers)


def settings_and_workers(
    folder: DataFolder, models: Iterable[ModelFile]
) -> tuple[SettingsKeeper, CompareWorkers]:
    """The same for a command that keeps nothing. The workers know what earlier loads of these models took;
    the settings are written by whoever asked for them."""
    settings, memory = SettingsKeeper(folder), MemoryNow()
    learned = {one.architecture: learned_bytes(folder, one) for one in models}
    memory.correction = lambda architecture: learned.get(architecture, 0)
    return settings, CompareWorkers(folder, settings, memory)
