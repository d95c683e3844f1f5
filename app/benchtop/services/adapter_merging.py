"""A model with adapters inside it: merged by the trainer in 16 bits, then quantised by the engine."""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from shutil import rmtree
from typing import Any

from filelock import FileLock
from PySide6.QtCore import QObject, QTimer, Signal

from benchtop.domain.errors import BenchtopError, Interrupted
from benchtop.protocol.encode_messages import Quantise, Quantised
from benchtop.protocol.messages import Progress
from benchtop.protocol.tuning_messages import MergeAdapter, MergeProgress
from benchtop.services.data_folder import DataFolder
from benchtop.services.disk_thread import DiskThread
from benchtop.services.engine_worker import EngineWorker, LoadOptions
from benchtop.services.file_hashes import model_sha256
from benchtop.services.ggml_library import ggml_library
from benchtop.services.merge_files import (
    Merge,
    merge_lock,
    merged_file,
    prepare,
    put_in_place,
    quantised_file,
    sweep_noted,
)
from benchtop.services.trainer_worker import TrainerWorker

MERGING_PART = 0.5
"""How much of the whole merging is; the rest is quantising."""


class AdapterMerging(QObject):
    """One merge at a time; after ``begin`` comes either ``done`` or ``failed``, once."""

    progress = Signal(float)
    """How much of the whole is done, from 0 to 1."""
    done = Signal(str)
    """Where the new model lies; it is on no list yet."""
    failed = Signal(object)
    """A BenchtopError: nothing was left behind. Interrupted after stop()."""

    def __init__(self, folder: DataFolder, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self.sha256 = ""
        """The sum of the file that was made last; empty where it could not be read."""
        self._disk = DiskThread(self)
        self._lock = merge_lock(folder)
        self._merge: Merge | None = None
        self._beside: Path | None = None
        self._trainer: TrainerWorker | None = None
        self._engine: EngineWorker | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a merge is under way."""
        return self._merge is not None

    def begin(self, merge: Merge) -> None:
        """Merge; what can be refused is refused before any process is started."""
        if self._merge is not None:
            return
        mine = self._merge = replace(merge, target=merge.target.expanduser().absolute())
        self._disk.run(
            partial(_prepare, self._folder, mine, self._lock),
            partial(self._train, mine),
            partial(self._refused, mine),
        )

    def stop(self) -> None:
        """End it now; ``failed`` follows with Interrupted."""
        if self._merge is not None:
            self._end_workers()
            self._end_with(Interrupted())

    def close(self) -> None:
        """End it without a word: for the end of the program; blocks until the processes are gone."""
        self._disk.close()
        self._end_workers()
        self._clear()

    def _refused(self, merge: Merge, error: BenchtopError) -> None:
        if merge is self._merge:
            self._end_with(error)

    def _train(self, merge: Merge, prepared: tuple[Path, str]) -> None:
        beside, library = prepared
        if merge is not self._merge:  # stopped meanwhile
            rmtree(beside, ignore_errors=True)
            if self._merge is None:
                self._clear()
            return
        self._beside = beside
        trainer = self._trainer = TrainerWorker(self._folder, self)
        trainer.answered.connect(self._merging)
        trainer.done.connect(lambda _merged: self._merged())
        trainer.failed.connect(lambda error, _adapter: self._soon(error))
        pairs = tuple((use.path, use.scale) for use in merge.adapters)
        request = uuid.uuid4().hex
        trainer.ask(
            MergeAdapter(request, merge.model.path, pairs, library, str(merged_file(beside)))
        )

    def _merging(self, answer: Any) -> None:
        if isinstance(answer, MergeProgress) and self._merge is not None:
            part = 1.0 if self._merge.kind == "F16" else MERGING_PART
            self.progress.emit(answer.fraction * part)

    def _merged(self) -> None:
        merge, beside = self._merge, self._beside
        if merge is None or beside is None:
            return
        if merge.kind == "F16":
            self._put(merged_file(beside))
            return
        engine = self._engine = EngineWorker(merge.model, self._folder, LoadOptions(), self)
        engine.answered.connect(self._quantising)
        engine.failed.connect(lambda _id, error: self._soon(error))
        engine.start()
        path, target = str(merged_file(beside)), str(quantised_file(beside))
        engine.ask(Quantise(uuid.uuid4().hex, path, target, merge.kind))

    def _quantising(self, answer: Any) -> None:
        if isinstance(answer, Progress):
            self.progress.emit(MERGING_PART + answer.fraction * (1 - MERGING_PART))
        elif isinstance(answer, Quantised) and self._beside is not None:
            self._put(quantised_file(self._beside))

    def _put(self, made: Path) -> None:
        if self._merge is not None:
            work = partial(self._named, made, self._merge.target)
            self._disk.run(work, self._end_well, self._end_with)

    def _named(self, made: Path, target: Path) -> tuple[Path, str]:
        """Runs on a thread of its own. The sum tells the new file from its base, whose measures it has."""
        put_in_place(made, target)
        try:
            return target, model_sha256(self._folder, str(target), lambda: self._merge is None)
        except OSError:
            return target, ""

    def _soon(self, error: BenchtopError) -> None:
        """End outside of what a process is saying: it is waited for."""
        QTimer.singleShot(0, self, partial(self._end_with, error))

    def _end_well(self, named: tuple[Path, str]) -> None:
        target, self.sha256 = named
        if self._merge is None:  # stopped in the last moment: nobody waits for it any more
            with suppress(OSError):
                target.unlink()
            return
        self._end_workers()
        self._merge = None
        self._clear()
        self.progress.emit(1.0)
        self.done.emit(str(target))

    def _end_with(self, error: BenchtopError) -> None:
        if self._merge is None:
            return
        self._merge = None
        self._end_workers()
        self._clear()
        self.failed.emit(error)

    def _end_workers(self) -> None:
        trainer, engine = self._trainer, self._engine
        self._trainer = self._engine = None
        # They stay as children: Qt crashes where a process that was waited for is deleted later.
        for worker in (trainer, engine):
            if worker is not None:
                worker.blockSignals(True)
                worker.stop_and_wait()

    def _clear(self) -> None:
        """Remove what is on the way, then the note of it; the lock last."""
        if self._lock.is_locked:
            with suppress(BenchtopError, OSError):
                sweep_noted(self._folder)
            self._lock.release(force=True)
        self._beside = None


def _prepare(folder: DataFolder, merge: Merge, lock: FileLock) -> tuple[Path, str]:
    """Runs on a thread of its own."""
    library = ggml_library()
    return prepare(folder, merge, lock), library
