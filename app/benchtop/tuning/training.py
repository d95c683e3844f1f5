"""The training loop: from examples as tokens to an adapter, with checkpoints on the way.

Everything that decides a step (which examples, which words are left out, the rate) follows from the settings
and the step's number, so that a run that goes on after a death ends as it would have without it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import torch

from benchtop.domain.teach_errors import CheckpointNotWritten, TrainingDiverged
from benchtop.domain.training import TrainingSettings
from benchtop.tuning.batches import Step
from benchtop.tuning.checkpoints import Progress, RunFolder
from benchtop.tuning.crew import Crew
from benchtop.tuning.lora import LoraPlan
from benchtop.tuning.memory_use import resident_bytes
from benchtop.tuning.schedule import check_interval, learning_rate
from benchtop.tuning.step_losses import StepLosses
from benchtop.tuning.trainable_base import TrainableBase
from benchtop.tuning.training_set import TrainingSet

KEEP_SECONDS = 60.0
"""A checkpoint is written at least so often: no more than this is lost when the process dies."""
BETAS = (0.9, 0.99)
"""AdamW's; the second is below the usual 0.999, whose average is longer than many of these runs."""


@dataclass(slots=True)
class Orders:
    """What a person wants of a run at work; another thread sets them."""

    pause: Event = field(default_factory=Event)
    stop: Event = field(default_factory=Event)

    @property
    def how(self) -> str:
        """How the run is to end, or empty."""
        if self.stop.is_set():
            return "stopped"
        return "paused" if self.pause.is_set() else ""


@dataclass(frozen=True, slots=True)
class Told:
    """Callbacks: a step was made (number, loss, rate, tokens, seconds, resident bytes); the holdout was read
    (step, loss, whether it is the best); a checkpoint was kept with the adapter of this step."""

    step: Callable[[int, float, float, int, float, int], None]
    holdout: Callable[[int, float, bool], None]
    kept: Callable[[int, str], None]


@dataclass(frozen=True, slots=True)
class Ended:
    """``how`` as in TrainingEnded."""

    how: str
    adapter: str
    progress: Progress


class Training:
    """One run; ``crew`` are the processes that make its steps together."""

    def __init__(
        self,
        decoder: TrainableBase,
        examples: TrainingSet,
        settings: TrainingSettings,
        folder: RunFolder,
        crew: Crew | None = None,
    ) -> None:
        self._decoder, self._settings, self._folder = decoder, settings, folder
        self._plan = lora_plan(settings)
        self._crew = crew or Crew()
        self._losses = StepLosses(decoder, examples, settings, self._crew)
        self._parameters = [p for p in decoder.parameters() if p.requires_grad]
        self._optimiser = torch.optim.AdamW(
            self._parameters,
            lr=settings.learning_rate,
            betas=BETAS,
            weight_decay=settings.weight_decay,
        )
        self.steps = self._losses.passes.steps
        self._every = check_interval(self.steps, settings)
        self.progress = Progress()
        self.peak_memory = 0

    @property
    def parameters(self) -> int:
        """Numbers that are learnt."""
        return sum(parameter.numel() for parameter in self._parameters)

    def go_on(self) -> int:
        """Take up the last checkpoint of the folder, if there is one; the step it stands at. Raises
        CheckpointUnusable."""
        found = self._folder.load(self._decoder, self._optimiser)
        if found is not None:
            self.progress = found
        return self.progress.step

    def run(self, told: Told, orders: Orders) -> Ended:
        """Train to the end, or until ordered otherwise.

        Raises TrainingDiverged, CheckpointNotWritten and MemoryError; the best adapter so far stays.
        """
        progress = self.progress
        how = self._crew.agreed(orders.how) or self._early()
        if not how:
            self._losses.prepare(progress)
            if progress.last_check < 0:
                self._check(told)
        kept_at = time.monotonic()
        steps = self._losses.passes.coming(progress.step)
        while not how and progress.step < self.steps:
            self._step(next(steps), told)
            how = self._crew.agreed(orders.how)
            # A pause adds no reading: the run is to end as it would have without it.
            if self._is_due() or how == "stopped":
                self._check(told)
                how = "stopped" if how == "stopped" else self._early() or how
                if progress.step == self.steps:  # there is nothing left to stop
                    how = ""
            elif how or time.monotonic() - kept_at >= KEEP_SECONDS:
                self._save(None)
            else:
                continue
            kept_at = time.monotonic()
        return Ended(how or "done", self._folder.best, progress)

    def _is_due(self) -> bool:
        step = self.progress.step
        return step % self._every == 0 or step == self.steps

    def _early(self) -> str:
        """ "early" when the holdout has got no better for long enough."""
        patience = self._settings.patience
        return "early" if patience and self.progress.since_best >= patience else ""

    @property
    def _waited(self) -> float:
        """Seconds that were given away to models that write: they are none of the trainer's speed."""
        return float(getattr(self._decoder.gate, "waited_seconds", 0.0))

    def _step(self, step: Step, told: Told) -> None:
        begun, waited = time.monotonic(), self._waited
        progress = self.progress
        rate = learning_rate(progress.step, self.steps, self._settings)
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        self._optimiser.zero_grad(set_to_none=True)
        loss, tokens = self._losses.backward(step, progress)
        self._crew.add_gradients(self._parameters)
        norm = torch.nn.utils.clip_grad_norm_(self._parameters, self._settings.clip)
        if not (math.isfinite(loss) and math.isfinite(float(norm))):
            raise TrainingDiverged(step=progress.step + 1, rate=f"{self._settings.learning_rate:g}")
        self._optimiser.step()
        seconds = time.monotonic() - begun - (self._waited - waited)
        memory = resident_bytes()
        self.peak_memory = max(self.peak_memory, memory)
        progress.step += 1
        progress.loss = loss
        progress.tokens += tokens
        progress.seconds += seconds
        told.step(progress.step, loss, rate, tokens, seconds, memory)

    def _check(self, told: Told) -> None:
        """Read the holdout and keep a checkpoint, with an adapter from the first step on."""
        progress, begun = self.progress, time.monotonic()
        progress.last_check = progress.step
        loss = self._losses.holdout()
        if loss is not None and not math.isfinite(loss):
            raise TrainingDiverged(step=progress.step, rate=f"{self._settings.learning_rate:g}")
        is_best = self._judge(loss)
        progress.seconds += time.monotonic() - begun
        self._save(told, is_best=is_best)
        if loss is not None:
            told.holdout(progress.step, loss, is_best)

    def _judge(self, loss: float | None) -> bool:
        """Whether the adapter of this step is the best one; without a holdout that is the last one.

        What was before training is no candidate: a person gets the best that was learnt, and is told when
        it is worse than the base.
        """
        progress = self.progress
        if progress.step == 0:
            progress.holdout_before = loss
            return False
        is_best = loss is None or progress.holdout_best is None or loss < progress.holdout_best
        if is_best:
            progress.holdout_best, progress.best_step = loss, progress.step
        progress.since_best = 0 if is_best else progress.since_best + 1
        return is_best

    def _save(self, told: Told | None, *, is_best: bool = False) -> None:
        folder, progress = self._folder, self.progress
        try:
            adapter: Path | None = None
            if told is not None and progress.step > 0:
                adapter = folder.write_step(progress.step, self._decoder, self._plan)
                if is_best:
                    folder.keep_best(adapter)
            folder.save(progress, self._decoder, self._optimiser)
        except OSError as error:
            path = error.filename or str(folder.path)
            detail = (error.strerror or str(error) or "it could not be written").lower()
            raise CheckpointNotWritten(path=str(path), detail=detail) from error
        if told is not None and adapter is not None:
            told.kept(progress.step, str(adapter))


def lora_plan(settings: TrainingSettings) -> LoraPlan:
    """Which matrices get adapters, and of what rank."""
    return LoraPlan(settings.rank, settings.alpha, settings.targets, settings.last_layers)
