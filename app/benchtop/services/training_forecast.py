"""How long the presets will take on this machine, and how much memory: each is tried for some seconds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal

from benchtop.domain.errors import BenchtopError, Interrupted
from benchtop.domain.training import TrainingSettings
from benchtop.protocol.tuning_messages import Probe, Probed, StopTraining
from benchtop.services.leaving import Leaving
from benchtop.services.measures import new_id
from benchtop.services.run_folders import forget_run_folder
from benchtop.services.teach_room import TeachRoom
from benchtop.services.trainer_worker import TrainerWorker
from benchtop.services.training_preparation import TrainingPreparation
from benchtop.services.training_request import TOKENS
from benchtop.services.training_wish import Prepared, TrainingWish, plan_of

PROBE_SECONDS = 20.0
"""For all that are probed together."""


class TrainingForecast(QObject):
    """One forecast at a time. After ``start`` come ``foretold`` for each of the settings, then ``done``; or
    ``failed``, once."""

    progressed = Signal(str, float)
    """What is done (loading, encoding, probing), and the fraction of it."""
    foretold = Signal(str, object)
    """The name of a preset and its TrainingPlan."""
    done = Signal()
    failed = Signal(object)
    """A BenchtopError; Interrupted after cancel()."""

    def __init__(self, room: TeachRoom, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self._preparation: TrainingPreparation | None = None
        self._trainer: TrainerWorker | None = None
        self._leaving: Leaving[TrainerWorker] = Leaving()
        self._prepared: Prepared | None = None
        self._waiting: list[TrainingSettings] = []
        self._count = 1
        self._asked = ""
        self._cancelled = False

    @property
    def busy(self) -> bool:
        """Whether a forecast is being made."""
        return self._preparation is not None or self._trainer is not None

    def start(self, wish: TrainingWish, presets: Sequence[TrainingSettings]) -> None:
        """Prepare the examples once, and try each of the settings."""
        self._waiting, self._cancelled = list(presets), False
        self._count = max(1, len(self._waiting))
        preparation = self._preparation = TrainingPreparation(wish, self._room, self, keep=False)
        preparation.progressed.connect(self.progressed)
        preparation.done.connect(self._ready)
        preparation.failed.connect(self._fail)
        preparation.start()

    def cancel(self) -> None:
        """Stop; ``failed`` follows with Interrupted."""
        self._cancelled = True
        if self._preparation is not None:
            self._preparation.cancel()
        elif self._trainer is not None:
            self._trainer.tell(StopTraining(self._asked))

    def close(self) -> None:
        """End everything and wait."""
        if self._preparation is not None:
            self._preparation.blockSignals(True)
            self._preparation.cancel()
        for trainer in self._leaving.all_with(self._trainer):
            trainer.blockSignals(True)
            trainer.stop_and_wait()
        self._clean()

    def _ready(self, prepared: Prepared) -> None:
        self._forget_preparation()
        self._prepared = prepared
        self._room.workers.let_go()
        self._next()

    def _next(self) -> None:
        prepared = self._prepared
        if prepared is None:
            return
        if not self._waiting:
            self._clean()
            self.done.emit()
            return
        settings = self._waiting.pop(0)
        self.progressed.emit("probing", 1 - (len(self._waiting) + 1) / self._count)
        run = prepared.run
        self._asked = new_id()
        request = Probe(
            self._asked,
            str(run.model["path"]),
            str(self._room.folder.training / run.id / TOKENS),
            prepared.library,
            json.dumps(settings.to_json(), sort_keys=True),
            PROBE_SECONDS / self._count,
        )
        trainer = self._trainer = TrainerWorker(self._room.folder, self)
        trainer.done.connect(partial(self._probed, settings))
        trainer.failed.connect(lambda error, _adapter: self._fail(error))
        trainer.ask(request)

    def _probed(self, settings: TrainingSettings, found: Probed) -> None:
        self._forget_trainer()
        prepared = self._prepared
        if self._cancelled:  # it measured as far as it came
            self._fail(Interrupted())
            return
        if prepared is None:
            return
        plan = plan_of(found, prepared.run.plan)
        self.foretold.emit(settings.preset, plan)
        self._next()

    def _fail(self, error: BenchtopError) -> None:
        self._forget_preparation()
        self._forget_trainer()
        self._clean()
        self.failed.emit(error)

    def _forget_preparation(self) -> None:
        preparation, self._preparation = self._preparation, None
        if preparation is not None:
            preparation.deleteLater()

    def _forget_trainer(self) -> None:
        trainer, self._trainer = self._trainer, None
        if trainer is not None:
            self._leaving.see_off(trainer, trainer.gone)

    def _clean(self) -> None:
        """The tokens of a forecast are nobody's run."""
        prepared, self._prepared = self._prepared, None
        if prepared is not None:
            forget_run_folder(self._room.folder, prepared.run.id)
