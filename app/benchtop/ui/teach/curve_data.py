"""The points of a training curve, kept so that thousands of them are drawn as a few hundred."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchtop.domain.training import HoldoutPoint, TrainPoint

Floats = NDArray[np.float64]
MOST_DRAWN = 300
"""Places of a line that are drawn, at most: more than one for two pixels tells nothing."""
_FIRST_ROOM = 1_024


@dataclass(frozen=True, slots=True)
class DrawnCurve:
    """A line through the means of neighbouring points, and how far those reach down and up. All of shape
    [places]: steps, and losses in nats per token."""

    steps: Floats
    middle: Floats
    low: Floats
    high: Floats


class LossCurve:
    """Steps with their losses, in the order of the steps. A run that went back to a checkpoint makes steps
    again: what comes anew replaces what was there from that step on. Losses that are no number are left
    out."""

    def __init__(self) -> None:
        self._steps = np.empty(_FIRST_ROOM)
        self._losses = np.empty(_FIRST_ROOM)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def steps(self) -> Floats:
        """Shape [points]."""
        return self._steps[: self._count]

    @property
    def losses(self) -> Floats:
        """Shape [points], nats per token."""
        return self._losses[: self._count]

    def clear(self) -> None:
        """Forget all."""
        self._count = 0

    def add(self, points: Sequence[TrainPoint] | Sequence[HoldoutPoint]) -> None:
        """Take these, which are in the order of their steps, behind what is there."""
        known = [(one.step, one.loss) for one in points if np.isfinite(one.loss)]
        if not known:
            return
        self._count = int(np.searchsorted(self.steps, known[0][0]))
        needed = self._count + len(known)
        if needed > len(self._steps):
            room = max(needed, 2 * len(self._steps))
            self._steps = np.resize(self._steps, room)
            self._losses = np.resize(self._losses, room)
        new = np.asarray(known, dtype=np.float64)
        self._steps[self._count : needed] = new[:, 0]
        self._losses[self._count : needed] = new[:, 1]
        self._count = needed

    def drawn(self, most: int = MOST_DRAWN) -> DrawnCurve:
        """At most ``most`` places, each of as many neighbours as all others (the last may have fewer)."""
        if self._count <= most:
            losses = self.losses.copy()
            return DrawnCurve(self.steps.copy(), losses, losses, losses)
        starts = np.arange(0, self._count, -(-self._count // most))
        sizes = np.diff(np.append(starts, self._count))
        return DrawnCurve(
            np.add.reduceat(self.steps, starts) / sizes,
            np.add.reduceat(self.losses, starts) / sizes,
            np.minimum.reduceat(self.losses, starts),
            np.maximum.reduceat(self.losses, starts),
        )


def loss_span(curves: Sequence[DrawnCurve]) -> tuple[float, float]:
    """What the axis of the loss shows: all lines, and no magnified noise where they are nearly level."""
    values = np.concatenate([one.middle for one in curves] or [np.empty(0)])
    if not len(values):
        return 0.0, 1.0
    low, high = float(values.min()), float(values.max())
    missing = max(0.1 * max(abs(high), 0.1) - (high - low), 0.0) / 2
    edge = 0.08 * (high - low + 2 * missing)
    return max(low - missing - edge, 0.0), high + missing + edge
