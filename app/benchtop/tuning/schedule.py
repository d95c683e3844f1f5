"""How fast is learnt at each step, and how many steps there are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from benchtop.domain.training import TrainingSettings

PASS_STEPS = 5
"""A pass over all examples has at least so many steps."""


def learning_rate(step: int, steps: int, settings: TrainingSettings) -> float:
    """The rate of the step ``step`` (from 0) of ``steps``: it rises in a straight line over the warm-up and
    falls by half a cosine to ``final_rate`` of its height (Loshchilov and Hutter 2017, without restarts)."""
    rising = max(1, round(steps * settings.warmup))
    if step < rising:
        return settings.learning_rate * (step + 1) / rising
    done = (step - rising) / max(1, steps - rising)
    falling = 0.5 * (1.0 + math.cos(math.pi * min(1.0, done)))
    return settings.learning_rate * (settings.final_rate + (1.0 - settings.final_rate) * falling)


def fitted(settings: TrainingSettings, lengths: Sequence[int]) -> TrainingSettings:
    """The settings with steps that are not too large for so few tokens: from forty examples more is learnt in
    many small steps than in few large ones."""
    least = max(lengths, default=1)
    batch = max(least, min(settings.batch_tokens, sum(lengths) // PASS_STEPS))
    return replace(settings, batch_tokens=batch)


def step_count(steps_of_a_pass: int, settings: TrainingSettings) -> int:
    """Steps in all: as many as asked for, or so many passes, and at least ``least_steps``."""
    if settings.steps:
        return settings.steps
    return max(settings.least_steps, round(steps_of_a_pass * settings.epochs), 1)


def check_interval(steps: int, settings: TrainingSettings) -> int:
    """After how many steps the holdout is read: as asked for, or twelve times in all."""
    return settings.check_every or max(1, steps // 12)
