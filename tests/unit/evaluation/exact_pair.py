"""The posterior of two contestants by adding up a grid: no chance in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_REACH, _STEPS, _TIE_STEPS = 9.0, 1_201, 121


@dataclass(frozen=True)
class ExactPair:
    """Of the first contestant: mean, standard deviation and the ends of the 90 % interval of its
    log-strength; ``better`` is P(first better than second)."""

    mean: float
    sd: float
    low: float
    high: float
    better: float


def exact_pair(wins: int, losses: int, ties: int) -> ExactPair:
    """With d = x1 - x2 and s = x1 + x2, both Normal(0, 2 * 1.5²), votes tell of d alone: x1 = (s + d) / 2."""
    d = np.linspace(-_REACH * 1.5, _REACH * 1.5, _STEPS)
    tie = np.linspace(-7, 5, _TIE_STEPS)
    log = -0.5 * d**2 / (2 * 1.5**2) - 0.5 * (tie[:, None] + 1) ** 2
    z = np.logaddexp(np.logaddexp(d / 2, -d / 2), tie[:, None])
    log = log + wins * (d / 2 - z) + losses * (-d / 2 - z) + ties * (tie[:, None] - z)
    of_d = np.exp(log - log.max()).sum(0)
    of_d /= of_d.sum()
    of_s = np.exp(-0.5 * d**2 / (2 * 1.5**2))
    of_s /= of_s.sum()
    halves = np.convolve(of_s, of_d)  # of s + d
    x = np.linspace(-_REACH * 1.5, _REACH * 1.5, len(halves))
    mean = float(x @ halves)
    below = np.cumsum(halves) - halves / 2
    low, high = (float(np.interp(share, below, x)) for share in (0.05, 0.95))
    zero = _STEPS // 2
    better = float(of_d[zero + 1 :].sum() + of_d[zero] / 2)
    return ExactPair(mean, float(np.sqrt((x - mean) ** 2 @ halves)), low, high, better)
