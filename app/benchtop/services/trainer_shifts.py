"""The trainers of a run, one after the other: where one dies, another goes on from the last checkpoint.

That is done once after each begin(): what kills a trainer at once would kill the next one as well, for ever.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from benchtop.domain.errors import BenchtopError, WorkerDied
from benchtop.protocol.tuning_messages import Pause, Share, StopTraining, Train
from benchtop.services.data_folder import DataFolder
from benchtop.services.disk_thread import DiskThread
from benchtop.services.leaving import Leaving
from benchtop.services.run_checkpoint import checkpoint_step
from benchtop.services.trainer_worker import TrainerWorker


class TrainerShifts(QObject):
    """After ``begin`` come the answers, then either ``done`` or ``failed``, once."""

    answered = Signal(object)
    """An answer on the way."""
    restarted = Signal(object, int)
    """The WorkerDied of a trainer, and the step that another one goes on from."""
    done = Signal(object)
    """TrainingEnded."""
    failed = Signal(object, str, int)
    """A BenchtopError, the adapter that was kept before (empty for none), and the step of the last checkpoint
    (0 where there is none)."""

    def __init__(self, folder: DataFolder, disk: DiskThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder, self._disk = folder, disk
        self._request: Train | None = None
        self._trainer: TrainerWorker | None = None
        self._leaving: Leaving[TrainerWorker] = Leaving()
        self._order: Pause | StopTraining | None = None
        self._may_restart = False

    @property
    def at_work(self) -> bool:
        """Whether a run is trained, or about to go on after a death."""
        return self._request is not None

    @property
    def pid(self) -> int:
        """The trainer's process id; 0 while there is none."""
        return self._trainer.pid if self._trainer is not None else 0

    def begin(self, request: Train) -> None:
        """Train a run from its last checkpoint on, or from its beginning."""
        self._order, self._may_restart = None, True
        self._start(request)

    def tell(self, order: Pause | StopTraining | Share) -> None:
        """Tell the trainer, and the one that may come after it; nothing happens while none is at work."""
        if self._request is None:
            return
        if isinstance(order, Share):
            self._request = replace(self._request, share=order.share)
        else:
            self._order = order
        if self._trainer is not None:
            self._trainer.tell(order)

    def close(self) -> None:
        """End every process and wait, without a word."""
        for trainer in self._leaving.all_with(self._trainer):
            trainer.blockSignals(True)
            trainer.stop_and_wait()

    def _start(self, request: Train) -> None:
        self._request = request
        trainer = self._trainer = TrainerWorker(self._folder, self)
        trainer.answered.connect(self.answered)
        trainer.done.connect(self._done)
        trainer.failed.connect(self._failed)
        trainer.ask(request)

    def _done(self, ended: object) -> None:
        self._forget_trainer()
        self._request = None
        self.done.emit(ended)

    def _failed(self, error: BenchtopError, adapter: str) -> None:
        self._forget_trainer()
        assert self._request is not None
        place = Path(self._request.folder)
        self._disk.run(lambda: checkpoint_step(place), partial(self._looked, error, adapter))

    def _looked(self, error: BenchtopError, adapter: str, step: int | None) -> None:
        request, order = self._request, self._order
        assert request is not None
        again = isinstance(error, WorkerDied) and self._may_restart and step is not None
        if not again or isinstance(order, Pause):
            self._request = None
            self.failed.emit(error, adapter, step or 0)
            return
        self._may_restart = False
        self.restarted.emit(error, step or 0)
        self._start(request)
        if order is not None and self._trainer is not None:
            self._trainer.tell(order)

    def _forget_trainer(self) -> None:
        """Its process is ending; the object stays until it has."""
        trainer, self._trainer = self._trainer, None
        if trainer is not None:
            self._leaving.see_off(trainer, trainer.gone)
