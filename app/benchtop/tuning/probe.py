"""A short training that is thrown away: how fast is it on this machine, and what memory does it take?"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import torch

from benchtop.domain.training import TrainingSettings
from benchtop.tuning.batches import endless_steps, epoch_steps
from benchtop.tuning.checkpoints import Progress
from benchtop.tuning.memory_use import peak_bytes
from benchtop.tuning.schedule import check_interval, step_count
from benchtop.tuning.step_losses import StepLosses
from benchtop.tuning.trainable_base import TrainableBase
from benchtop.tuning.training import BETAS, Orders
from benchtop.tuning.training_set import TrainingSet

_LEAST_STEPS = 3
_SURE = 0.04
"""The probe ends before its time when the mean of a step is known this well: its standard error over it."""


@dataclass(frozen=True, slots=True)
class Found:
    """``step_seconds`` is the mean of the steps made; ``steps`` those of the whole run; ``check_seconds``
    what all readings of the holdout will take."""

    tokens_per_second: float
    step_seconds: float
    check_seconds: float
    steps: int
    memory_bytes: int


def probe(
    decoder: TrainableBase,
    examples: TrainingSet,
    settings: TrainingSettings,
    seconds: float,
    orders: Orders,
) -> Found:
    """Train for about so many seconds, at least three steps; the first warms up and does not count."""
    losses = StepLosses(decoder, examples, settings)
    parameters = [p for p in decoder.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(parameters, lr=settings.learning_rate, betas=BETAS)
    sizes = (settings.batch_tokens, settings.part_tokens, settings.seed)
    steps = step_count(len(epoch_steps(losses.lengths, *sizes, 0)), settings)
    coming = endless_steps(losses.lengths, *sizes, 0)
    progress, taken, tokens = Progress(), [], 0
    losses.prepare(progress)
    begun = time.monotonic()
    while not orders.how:
        at = time.monotonic()
        optimiser.zero_grad(set_to_none=True)
        _, read = losses.backward(next(coming), progress)
        optimiser.step()
        now = time.monotonic()
        if progress.step:
            taken.append(now - at)
            tokens += read
        progress.step += 1
        if len(taken) >= _LEAST_STEPS and (now - begun >= seconds or _is_sure(taken)):
            break
        if len(taken) >= 1 and now - begun >= 2 * seconds:  # a slow machine
            break
    whole = max(sum(taken), 1e-9)
    mean = whole / max(1, len(taken))
    checks = 1 + steps // check_interval(steps, settings)
    rate = tokens / whole
    held = sum(len(one.ids) for one in examples.holdout)
    # Reading takes a third of learning: forward, and not twice that backward.
    check = held / rate / 3 * checks if rate else 0.0
    return Found(rate, mean, check, steps, peak_bytes())


def _is_sure(taken: list[float]) -> bool:
    count = len(taken)
    if count < 8:
        return False
    mean = sum(taken) / count
    spread = math.sqrt(sum((one - mean) ** 2 for one in taken) / (count - 1) / count)
    return spread <= _SURE * mean
