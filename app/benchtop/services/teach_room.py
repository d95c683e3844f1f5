"""What every part of teaching works with."""

from __future__ import annotations

from dataclasses import dataclass

from benchtop.services.compare_workers import CompareWorkers
from benchtop.services.data_folder import DataFolder
from benchtop.services.disk_thread import DiskThread
from benchtop.services.store_thread import StoreThread


@dataclass(frozen=True, slots=True)
class TeachRoom:
    """``workers`` are the engines that encode examples, answer samples and read the holdout; ``disk`` is for
    files."""

    folder: DataFolder
    workers: CompareWorkers
    store: StoreThread
    disk: DiskThread
