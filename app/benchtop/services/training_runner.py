"""Training runs at work, one at a time, for the window or a command: prepared, trained, finished.

A run's row in the store says how it stands. What a process that died was training is paused, and goes on from
its last checkpoint.
"""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from benchtop.domain.errors import BenchtopError
from benchtop.domain.teach_errors import TrainingDiverged
from benchtop.domain.training import SamplePoint, TrainingRun, TrainPoint
from benchtop.protocol.tuning_messages import (
    HoldoutRead,
    Kept,
    Pause,
    Share,
    StopTraining,
    TrainingBegun,
    TrainingEnded,
    TrainStep,
)
from benchtop.services.compare_workers import CompareWorkers
from benchtop.services.data_folder import DataFolder
from benchtop.services.disk_thread import DiskThread
from benchtop.services.run_states import RunStates
from benchtop.services.store_thread import StoreThread
from benchtop.services.teach_room import TeachRoom
from benchtop.services.trainer_shifts import TrainerShifts
from benchtop.services.training_beginning import TrainingBeginning
from benchtop.services.training_ends import ended_so_far, failed_run, nothing_trained
from benchtop.services.training_finish import TrainingFinish
from benchtop.services.training_record import TrainingRecord
from benchtop.services.training_request import keep_request, prepare_again, train_request
from benchtop.services.training_samples import TrainingSamples
from benchtop.services.training_wish import Prepared, TrainingWish

if TYPE_CHECKING:
    from benchtop.store.database import Store


class TrainingRunner(QObject):
    """``run`` is the one at work, None between two."""

    preparing = Signal(str, float)
    """What is done before the first step (loading, encoding, measuring), and the fraction of it."""
    prepared = Signal(object)
    """A Prepared."""
    begun = Signal(object, object)
    """The TrainingRun, and the trainer's TrainingBegun."""
    stepped = Signal(object)
    """A TrainPoint."""
    holdout_read = Signal(object)
    """A HoldoutPoint."""
    sampled = Signal(object)
    """A SamplePoint."""
    changed = Signal(object)
    """The TrainingRun, each time its state changes."""
    restarted = Signal(object, object)
    """The TrainingRun at the step that another trainer goes on from, and the WorkerDied of the one before."""
    ended = Signal(object, object)
    """The TrainingRun as it ended or was paused, and the BenchtopError that did it, or None."""
    refused = Signal(object)
    """A BenchtopError: nothing was begun."""

    def __init__(
        self,
        folder: DataFolder,
        workers: CompareWorkers,
        store: StoreThread,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._folder, self._workers, self._store = folder, workers, store
        workers.setParent(self)
        self._disk = DiskThread(self)
        self._room = TeachRoom(folder, workers, store, self._disk)
        self.run: TrainingRun | None = None
        beginning = self._beginning = TrainingBeginning(self._room, self)
        beginning.progressed.connect(self.preparing)
        beginning.prepared.connect(self._prepared)
        beginning.done.connect(self._begun)
        beginning.failed.connect(self._not_begun)
        self._states = RunStates(self._room)
        trainer = self._trainer = TrainerShifts(folder, self._disk, self)
        trainer.answered.connect(self._take)
        trainer.done.connect(self._trained)
        trainer.failed.connect(self._failed)
        trainer.restarted.connect(self._restarted)
        self._finish: TrainingFinish | None = None
        self._share = False
        self._taking_up: TrainingRun | None = None
        self._ending: TrainingRun | None = None
        """What is over, until that is in the store."""
        self._early: type[Pause | StopTraining] | None = None
        """What was ordered of a run before it had a trainer."""
        self.record = TrainingRecord(store, self)
        self.samples = TrainingSamples(workers, store, self)
        self.samples.sampled.connect(self.sampled)

    @property
    def busy(self) -> bool:
        """Whether a run is prepared, trained or finished."""
        at_work = (self.run, self._taking_up, self._ending)
        return self._beginning.busy or any(one is not None for one in at_work)

    @property
    def shares(self) -> bool:
        """Whether a trainer is at work that does not wait while a model writes."""
        return self._trainer.at_work and self._share

    @property
    def trainer_pid(self) -> int:
        """The trainer's process id; 0 while there is none."""
        return self._trainer.pid

    def start(self, wish: TrainingWish) -> None:
        """Prepare and train; ``refused`` or ``ended`` comes last."""
        self._share = wish.share
        self.samples.prompts = wish.prompts
        self._beginning.start(wish)

    def go_on(self, run: TrainingRun) -> None:
        """Train a paused run from its last checkpoint on; nothing happens while another one is at work."""
        if self.busy:
            return
        self._taking_up = run
        self._disk.run(
            lambda: prepare_again(self._folder, run), partial(self._take_up, run), self._refuse
        )

    def pause(self) -> None:
        """Keep a checkpoint and end the trainer; the run can be gone on with."""
        self._order(Pause)

    def stop(self) -> None:
        """End the run, with the best step kept."""
        self._order(StopTraining)

    def set_share(self, share: bool) -> None:
        """Whether training goes on, with fewer threads, while a model writes."""
        self._share = share
        self._trainer.tell(Share(share))

    def close(self) -> None:
        """End everything and wait: the run goes on next time from its last checkpoint."""
        self._states.closed = True
        self._beginning.close()
        if self._finish is not None:
            self._finish.blockSignals(True)
        self._trainer.close()
        self.record.keep()
        run = self.run or self._taking_up
        if run is not None:
            self._states.leave(run)
        self._disk.close()
        self._workers.close()

    def _order(self, kind: type[Pause | StopTraining]) -> None:
        if self._trainer.at_work and self.run is not None:
            self._trainer.tell(kind(self.run.id))
        elif self._taking_up is not None:
            self._early = kind
        if self._beginning.busy:
            self._beginning.cancel()

    def _take_up(self, run: TrainingRun, library: str) -> None:
        def take(store: Store) -> tuple[TrainingRun, list[SamplePoint], list[TrainPoint]]:
            runs = store.training_runs
            return runs.take_up(run.id), runs.samples(run.id), runs.train_points(run.id)

        def taken(found: tuple[TrainingRun, list[SamplePoint], list[TrainPoint]]) -> None:
            known, samples, points = found
            if self._states.closed:
                return
            self.record.take_up(points[-1].joules if points else None)
            if known.steps:
                self.samples.take_up(known, samples)
                self._train(known, library)
            else:  # its process died before a trainer had begun: will it fit?
                self.samples.remember(samples)
                self._beginning.try_again(known, library)

        self._store.run(take, taken, self._refuse)

    def _prepared(self, prepared: Prepared) -> None:
        self.samples.keep(prepared.run)
        self.prepared.emit(prepared)

    def _begun(self, run: TrainingRun, library: str) -> None:
        """The settings may be others now: the copy of the request in the folder says the same."""
        self._taking_up = run
        self.record.take_up(None)
        self.samples.begin(run)
        self._disk.run(
            lambda: keep_request(train_request(self._folder, run, library)),
            lambda _none: self._train(run, library),
            partial(self._not_trained, run),
        )

    def _train(self, run: TrainingRun, library: str) -> None:
        if self._states.closed:
            return
        request = train_request(self._folder, run, library, share=self._share)
        self._taking_up = None
        self._set(replace(run, state="running", error=""))
        self._trainer.begin(request)
        early, self._early = self._early, None
        if early is not None:
            self._order(early)

    def _take(self, message: Any) -> None:
        run = self.run
        if run is None:
            return
        match message:
            case TrainingBegun():
                self._set(replace(run, steps=message.steps, step=message.step))
                self.record.begin(run.id)
                self.begun.emit(self.run, message)
            case TrainStep():
                self.run = replace(run, step=message.step)
                self.stepped.emit(self.record.step(message))
            case HoldoutRead():
                self.holdout_read.emit(self.record.holdout(message))
            case Kept():
                self.samples.ask(run, message.step, message.adapter)

    def _trained(self, ended: TrainingEnded) -> None:
        self.record.end()
        if self.run is None:
            return
        if ended.how == "paused":
            self._end(replace(self.run, state="paused"), None)
        else:
            self._begin_finish(self.run, ended)

    def _begin_finish(
        self, run: TrainingRun, ended: TrainingEnded, why: BenchtopError | None = None
    ) -> None:
        """Judge what is kept; ``why`` is what ended the run before its time."""
        finish = self._finish = TrainingFinish(run, ended, self._room, self)
        energy = self.record.energy
        finish.energy_joules, finish.energy_scope = energy.joules, energy.scope
        finish.done.connect(lambda done: self._end(failed_run(done, why) if why else done, why))
        finish.failed.connect(lambda error: self._end(failed_run(run, error), error))
        self.samples.when_quiet(finish.start)

    def _restarted(self, error: BenchtopError, step: int) -> None:
        """Steps since the last checkpoint are made again; the energy that they took was taken."""
        self.record.end()
        self.record.take_up(self.record.energy.joules)
        if self.run is not None:
            self._set(replace(self.run, step=step))
            self.restarted.emit(self.run, error)

    def _failed(self, error: BenchtopError, adapter: str, step: int) -> None:
        """The trainer died or gave up. What it kept stays in the run's folder: it can be gone on with from
        ``step``, but where that would only fail again."""
        self.record.end()
        run = self.run
        if run is None:
            return
        if isinstance(error, TrainingDiverged) and adapter:
            self._store.run(
                lambda store: ended_so_far(store, run, adapter, step),
                lambda ended: self._begin_finish(run, ended, error),
                lambda _error: self._end(failed_run(run, error), error),
            )
        else:
            self._end(failed_run(replace(run, step=step), error), error)

    def _end(self, run: TrainingRun, error: BenchtopError | None) -> None:
        finish, self._finish = self._finish, None
        if finish is not None:
            finish.deleteLater()
        ended = replace(run, finished=None if run.state == "paused" else time.time())
        self.samples.end()
        self._workers.let_go()
        self.run = self._taking_up = self._early = None
        self._ending = ended
        self._states.end(ended, partial(self._told, ended, error))

    def _told(self, ended: TrainingRun, error: BenchtopError | None) -> None:
        self._ending = None
        self.ended.emit(ended, error)

    def _not_begun(self, error: BenchtopError) -> None:
        """A wish is refused; a run that was taken up stays as it was, but one that a person stopped."""
        run, early = self._taking_up, self._early
        if run is None:
            self._refuse(error)
        elif early is None:
            self._not_trained(run, error)
        elif early is Pause:
            self._end(replace(run, state="paused"), None)
        else:
            self.run, self._taking_up, self._early = run, None, None
            self._begin_finish(run, nothing_trained(run))

    def _not_trained(self, run: TrainingRun, error: BenchtopError) -> None:
        """It stays as it was prepared, and can be gone on with."""
        self._end(failed_run(run, error), error)

    def _refuse(self, error: BenchtopError) -> None:
        self._taking_up = self._early = None
        self.run = None
        self.refused.emit(error)

    def _set(self, run: TrainingRun) -> None:
        self.run = run
        self._states.put(run)
        self.changed.emit(run)
