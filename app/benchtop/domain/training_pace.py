"""How long a training run will still take, as exactly as anyone can know, and what its figures cost."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean, stdev

from benchtop.domain.training import HoldoutPoint, TrainingPlan, TrainPoint

_FEW = 8
"""Steps before which only the plan is known."""
_LATEST = 40
"""Steps that the pace is taken from: of older ones the machine may have been busier, or less so."""
_DOUBT = 0.35
"""How far a plan may be off, either way: a probe of 20 seconds knows no heat and no other programs."""
_LEAST_DOUBT = 0.05
JOULES_OF_KWH = 3.6e6


def seconds_left(
    step: int, steps: int, latest: Sequence[TrainPoint], plan: TrainingPlan
) -> tuple[float, float] | None:
    """The least and the most seconds that are left after ``step`` of ``steps``; None where nobody knows.

    From the eighth step on the steps themselves tell: their mean, give or take two standard errors and never
    less than 5 %. The range closes as the run gets further. A step that meets what was kept counts as the
    part of a step that the plan measured.
    """
    if steps <= 0:
        return None

    def work(first: int, last: int) -> float:
        """Steps after ``first`` up to ``last``, those that are faster as parts of one."""
        slow = max(0, min(last, plan.first_steps) - first) if plan.first_steps else last - first
        return slow + (last - first - slow) * plan.later_part

    missing = work(min(step, steps), steps)
    points = [one for one in latest[-_LATEST:] if one.seconds > 0]
    taken = [one.seconds / work(one.step - 1, one.step) for one in points]
    if len(taken) < _FEW:
        if plan.seconds <= 0:
            return None
        middle = plan.seconds * missing / work(0, steps)
        return middle * (1 - _DOUBT), middle * (1 + _DOUBT)
    mean = fmean(taken)
    doubt = max(2 * stdev(taken) / math.sqrt(len(taken)) / mean, _LEAST_DOUBT)
    middle, doubt = mean * missing, min(doubt, _DOUBT)
    return middle * (1 - doubt), middle * (1 + doubt)


def tokens_per_second(latest: Sequence[TrainPoint]) -> float:
    """Tokens learnt from in a second, over the latest steps; 0 before the first."""
    last = latest[-_LATEST:]
    seconds = sum(one.seconds for one in last)
    return sum(one.tokens for one in last) / seconds if seconds > 0 else 0.0


def cost_of(joules: float | None, price: float) -> float | None:
    """What so much energy costs at ``price`` for a kWh; None where either is not known."""
    return None if joules is None or price <= 0 else joules / JOULES_OF_KWH * price


def loss_fallen(holdout: Sequence[HoldoutPoint]) -> float | None:
    """How far the loss on the holdout fell at its best, in nats per token; None before the second reading.
    Less than 0 where it only rose."""
    if len(holdout) < 2:
        return None
    return holdout[0].loss - min(one.loss for one in holdout[1:])


def gives_up_at(holdout: Sequence[HoldoutPoint], patience: int) -> tuple[int, int] | None:
    """(best step, step at which training ends unless the holdout gets better); None while it does get
    better, where it may go on for ever (``patience`` 0), or before two readings of what was learnt. What was
    before training (step 0) is no step that training could go back to."""
    learnt = [one for one in holdout if one.step > 0]
    if patience <= 0 or len(learnt) < 2:
        return None
    best = min(range(len(learnt)), key=lambda place: learnt[place].loss)
    since = len(learnt) - 1 - best
    if since <= 0:
        return None
    apart = learnt[-1].step - learnt[-2].step
    return learnt[best].step, learnt[-1].step + apart * max(patience - since, 0)
