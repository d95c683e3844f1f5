"""Before a run begins its settings are tried for some seconds: how long will it take, and does it fit?

What does not fit into the free memory is tried again: with nothing kept from pass to pass, then with less
kept in each step, both slower. It is refused when that does not fit either. A probe that is killed
twice is taken for one that the system ended for want of memory.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from benchtop.domain.errors import BenchtopError, Interrupted, WorkerDied
from benchtop.domain.memory import MARGIN
from benchtop.domain.models import bytes_text
from benchtop.domain.teach_errors import TrainingNoMemory, UnpackedTooLarge
from benchtop.domain.training import TrainingRun, TrainingSettings
from benchtop.domain.training_memory import memory_advice
from benchtop.protocol.tuning_messages import Probe, Probed
from benchtop.services.data_folder import DataFolder
from benchtop.services.machine_memory import free_memory
from benchtop.services.measures import new_id
from benchtop.services.trainer_worker import TrainerWorker
from benchtop.services.training_request import TOKENS
from benchtop.services.training_wish import plan_of

TRIAL_SECONDS = 20.0
"""At most; it ends as soon as the pace is known well."""


class TrainingTrial(QObject):
    """One run. After ``start`` comes either ``done`` or ``failed``, once; ``gone`` when its process is."""

    done = Signal(object)
    """The TrainingRun with its plan, and settings that fit."""
    failed = Signal(object)
    """A BenchtopError: TrainingNoMemory where nothing fits, Interrupted after cancel()."""
    gone = Signal()

    def __init__(self, run: TrainingRun, library: str, folder: DataFolder, parent: QObject) -> None:
        super().__init__(parent)
        self._run, self._library, self._folder = run, library, folder
        self._free = 0
        self._was_killed = False
        self._trainer: TrainerWorker | None = None
        self._over = False

    @property
    def run_id(self) -> str:
        """Of which run it is."""
        return self._run.id

    def start(self) -> None:
        """Try the settings as they are."""
        self._free = free_memory()
        self._ask(self._run.settings)

    def cancel(self) -> None:
        """Stop; ``failed`` follows with Interrupted."""
        self._fail(Interrupted())

    def close(self) -> None:
        """End its process and wait."""
        if self._trainer is not None:
            self._trainer.blockSignals(True)
            self._trainer.stop_and_wait()

    def _ask(self, settings: TrainingSettings) -> None:
        run = self._run = replace(self._run, settings=settings)
        request = Probe(
            new_id(),
            str(run.model["path"]),
            str(self._folder.training / run.id / TOKENS),
            self._library,
            json.dumps(settings.to_json(), sort_keys=True),
            TRIAL_SECONDS,
        )
        trainer = self._trainer = TrainerWorker(self._folder, self)
        trainer.done.connect(self._probed)
        trainer.failed.connect(lambda error, _adapter: self._refused(error))
        trainer.gone.connect(self._gone)
        trainer.ask(request)

    def _probed(self, found: Probed) -> None:
        if self._over:
            return
        if found.memory_bytes + MARGIN > self._free:
            self._too_much(bytes_text(found.memory_bytes), kept=found.first_steps > 0)
            return
        self._over = True
        self.done.emit(replace(self._run, plan=plan_of(found, self._run.plan)))

    def _refused(self, error: BenchtopError) -> None:
        killed = isinstance(error, WorkerDied) and error.facts.get("killed")
        if isinstance(error, UnpackedTooLarge):  # keeping less is of no use
            self._fail(error)
        elif killed and not self._was_killed:
            # By whom, nobody knows: not for want of memory, maybe.
            self._was_killed = True
            QTimer.singleShot(0, self, partial(self._ask, self._run.settings))
        elif killed or isinstance(error, TrainingNoMemory):
            self._too_much("more memory than there is")
        else:
            self._fail(error)

    def _too_much(self, need: str, *, kept: bool = False) -> None:
        """Try with less. ``kept``: some of it is what is kept from pass to pass."""
        settings = self._run.settings
        less: TrainingSettings | None = None
        if kept:
            less = replace(settings, keep_between_passes=False)
        elif settings.save_memory is None:  # a person left it open
            less = replace(settings, save_memory=True)
        if less is not None:
            QTimer.singleShot(0, self, partial(self._ask, less))
            return
        advice = memory_advice(settings)
        name, free = str(self._run.model["name"]), bytes_text(self._free)
        self._fail(TrainingNoMemory(model=name, need=need, free=free, advice=advice))

    def _fail(self, error: BenchtopError) -> None:
        if not self._over:
            self._over = True
            if self._trainer is not None:
                self._trainer.end()
            self.failed.emit(error)

    def _gone(self) -> None:
        if self._over:
            self.gone.emit()
