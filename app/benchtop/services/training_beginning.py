"""From a wish to a run whose first step can be made: it is prepared, and its settings are tried.

A run that was prepared before, and whose process died then, is only tried.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from benchtop.domain.errors import BenchtopError
from benchtop.domain.memory import MARGIN
from benchtop.domain.training import TrainingRun
from benchtop.services.leaving import Leaving
from benchtop.services.machine_memory import free_memory
from benchtop.services.run_folders import forget_run_folder
from benchtop.services.teach_room import TeachRoom
from benchtop.services.training_preparation import TrainingPreparation
from benchtop.services.training_trial import TrainingTrial
from benchtop.services.training_wish import Prepared, TrainingWish


class TrainingBeginning(QObject):
    """One wish at a time. After ``start`` comes either ``done`` or ``failed``, once."""

    progressed = Signal(str, float)
    """What is done (loading, asking, encoding, measuring), and the fraction of it."""
    prepared = Signal(object)
    """A Prepared; its settings are tried now."""
    done = Signal(object, str)
    """The TrainingRun with its plan and settings that fit, and the path of ggml's library."""
    failed = Signal(object)
    """A BenchtopError, and nothing is left of a run that was begun by a wish; Interrupted after cancel()."""

    def __init__(self, room: TeachRoom, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self._preparation: TrainingPreparation | None = None
        self._trial: TrainingTrial | None = None
        self._leaving: Leaving[TrainingTrial] = Leaving()

    @property
    def busy(self) -> bool:
        """Whether a wish is at work."""
        return bool(self._preparation or self._trial)

    def start(self, wish: TrainingWish) -> None:
        """Begin."""
        preparation = self._preparation = TrainingPreparation(wish, self._room, self)
        preparation.progressed.connect(self.progressed)
        preparation.done.connect(self._try)
        preparation.failed.connect(self._fail)
        preparation.start()

    def try_again(self, run: TrainingRun, library: str) -> None:
        """Try a run that is prepared; its files stay where it fails."""
        trial = self._begin_trial(run, library)
        trial.failed.connect(self._fail)
        trial.start()

    def cancel(self) -> None:
        """Stop; ``failed`` follows with Interrupted."""
        if self._trial is not None:
            self._trial.cancel()
        elif self._preparation is not None:
            self._preparation.cancel()

    def close(self) -> None:
        """End every process and wait, without a word."""
        if self._preparation is not None:
            self._preparation.blockSignals(True)
            self._preparation.cancel()
        for trial in self._leaving.all_with(self._trial):
            trial.blockSignals(True)
            trial.close()

    def _try(self, prepared: Prepared) -> None:
        self._forget_preparation()
        self._room.workers.let_go()  # its memory is the trainer's now
        self.prepared.emit(prepared)
        if _is_known(prepared):
            self.done.emit(prepared.run, prepared.library)
            return
        trial = self._begin_trial(prepared.run, prepared.library)
        trial.failed.connect(partial(self._tried_in_vain, trial.run_id))
        trial.start()

    def _begin_trial(self, run: TrainingRun, library: str) -> TrainingTrial:
        self.progressed.emit("measuring", 0.0)
        trial = self._trial = TrainingTrial(run, library, self._room.folder, self)
        trial.done.connect(partial(self._tried, library))
        return trial

    def _tried(self, library: str, run: TrainingRun) -> None:
        self._forget_trial()
        self.done.emit(run, library)

    def _tried_in_vain(self, run_id: str, error: BenchtopError) -> None:
        self._room.store.keep(lambda store: store.training_runs.forget(run_id))
        self._room.disk.run(
            lambda: forget_run_folder(self._room.folder, run_id), lambda _none: None
        )
        self._fail(error)

    def _fail(self, error: BenchtopError) -> None:
        self._forget_preparation()
        self._forget_trial()
        self.failed.emit(error)

    def _forget_preparation(self) -> None:
        preparation, self._preparation = self._preparation, None
        if preparation is not None:
            preparation.deleteLater()

    def _forget_trial(self) -> None:
        """Its process is ending; the object stays until it has."""
        trial, self._trial = self._trial, None
        if trial is not None:
            self._leaving.see_off(trial, trial.gone)


def _is_known(prepared: Prepared) -> bool:
    """Whether a probe of as many examples has told how long it takes, and what it told fits."""
    foretold, settings = prepared.wish.plan, prepared.wish.settings
    saved = foretold.save_memory and not settings.save_memory
    plan = replace(prepared.run.plan, start_unknown=foretold.start_unknown)
    known = foretold.steps > 0 and foretold == plan and not saved
    return known and foretold.memory_bytes + MARGIN <= free_memory()
