"""A short training that is thrown away: how fast is it on this machine, and what memory does it take?"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle, islice

import torch

from benchtop.domain.training import TrainingSettings
from benchtop.tuning.batches import Step
from benchtop.tuning.checkpoints import Progress
from benchtop.tuning.memory_use import peak_bytes
from benchtop.tuning.schedule import check_interval
from benchtop.tuning.step_losses import StepLosses
from benchtop.tuning.trainable_base import TrainableBase
from benchtop.tuning.training import BETAS, Orders
from benchtop.tuning.training_set import TrainingSet

_LEAST_STEPS = 3
_PART_OF_RUN = 0.2
"""No more of the time of the run itself: who asks for a few steps does not wait for a forecast of them."""
_SURE = 0.04
"""The probe ends before its time when the mean of a step is known this well: its standard error over it."""


@dataclass(frozen=True, slots=True)
class Found:
    """``step_seconds`` is the mean of a step of the whole run, ``steps`` those of it; ``check_seconds``
    what all readings of the holdout will take. ``first_steps`` and ``later_part`` are those of
    TrainingPlan."""

    tokens_per_second: float
    step_seconds: float
    check_seconds: float
    steps: int
    memory_bytes: int
    first_steps: int
    later_part: float


def probe(
    decoder: TrainableBase,
    examples: TrainingSet,
    settings: TrainingSettings,
    seconds: float,
    orders: Orders,
) -> Found:
    """Train for about so many seconds, less where the run is short, but for three steps at least. Where
    something is kept from pass to pass, the steps that were made are made again: most of a run meets what it
    met before."""
    losses = StepLosses(decoder, examples, settings)
    passes = losses.passes
    parameters = [p for p in decoder.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(parameters, lr=settings.learning_rate, betas=BETAS)
    progress = Progress()
    losses.prepare(progress)

    def make(number: int, step: Step) -> int:
        progress.step = number
        optimiser.zero_grad(set_to_none=True)
        _, read = losses.backward(step, progress)
        optimiser.step()
        return read

    keeps = losses.first_steps < passes.steps
    part = seconds / 2 if keeps else seconds
    most = _PART_OF_RUN * passes.steps
    new_ones = islice(passes.coming(0), max(losses.first_steps, _LEAST_STEPS + 1))
    pace, made = _paced(make, enumerate(new_ones), part, most, orders)
    later_part = 1.0
    if keeps and not orders.how:
        again, _ = _paced(make, cycle(made), part, most, orders)
        later_part = min(1.0, again.mean / pace.mean)
    first_part = losses.first_steps / passes.steps
    mean = pace.mean * (first_part + (1 - first_part) * later_part)
    checks = 1 + passes.steps // check_interval(passes.steps, settings)
    rate = pace.tokens / pace.steps / mean if pace.steps else 0.0
    held = sum(len(one.ids) for one in examples.holdout)
    # Reading takes a third of learning: forward, and not twice that backward.
    check = held / rate / 3 * checks if rate else 0.0
    memory = peak_bytes() + losses.bytes_to_come
    first_steps = losses.first_steps if keeps else 0
    return Found(rate, mean, check, passes.steps, memory, first_steps, later_part)


@dataclass(frozen=True, slots=True)
class _Pace:
    """``mean`` is that of the ``steps`` that count, in seconds; ``tokens`` were read in them."""

    mean: float
    steps: int
    tokens: int


def _paced(
    make: Callable[[int, Step], int],
    coming: Iterator[tuple[int, Step]],
    seconds: float,
    steps: float,
    orders: Orders,
) -> tuple[_Pace, list[tuple[int, Step]]]:
    """Make steps for about so many seconds or the time of so many steps, whichever is less, and which these
    were; the first warms up and does not count."""
    taken, tokens, made = list[float](), 0, list[tuple[int, Step]]()
    begun = time.monotonic()
    for one in coming:
        if orders.how:
            break
        at = time.monotonic()
        read = make(*one)
        made.append(one)
        now = time.monotonic()
        if len(made) > 1:
            taken.append(now - at)
            tokens += read
        long = now - begun >= seconds or len(taken) >= steps
        if len(taken) >= _LEAST_STEPS and (long or _is_sure(taken)):
            break
        if len(taken) >= 1 and now - begun >= 2 * seconds:  # a slow machine
            break
    mean = max(sum(taken), 1e-9) / max(1, len(taken))
    return _Pace(mean, len(taken), tokens), made


def _is_sure(taken: list[float]) -> bool:
    count = len(taken)
    if count < 8:
        return False
    mean = sum(taken) / count
    spread = math.sqrt(sum((one - mean) ** 2 for one in taken) / (count - 1) / count)
    return spread <= _SURE * mean
