"""Tests of two things measured on the same prompts, exact where that can be computed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
MOST_EXACT = 200
"""Differences up to which Wilcoxon's test is exact; beyond, the normal approximation is as good."""
BOOTSTRAP_DRAWS = 10_000
_SAME = 1e-12


def sign_test(more: int, less: int) -> float:
    """The two-sided exact p-value for ``more`` against ``less``, were each as likely as the other; for
    pass marks of single replies this is McNemar's exact test (Q. McNemar, Psychometrika 12, 1947)."""
    total, fewer = more + less, min(more, less)
    if total == 0:
        return 1.0
    tail = sum(math.comb(total, k) for k in range(fewer + 1))
    return min(1.0, tail * 2 / 2**total) if total < 1_000 else _sign_of_many(total, fewer)


def _sign_of_many(total: int, fewer: int) -> float:
    """The same by logarithms, where the numbers are too large for a float."""
    logs = [
        math.lgamma(total + 1)
        - math.lgamma(k + 1)
        - math.lgamma(total - k + 1)
        - total * math.log(2)
        for k in range(fewer + 1)
    ]
    return min(1.0, 2 * float(np.exp(np.logaddexp.reduce(logs))))


def wilcoxon(differences: Sequence[float]) -> float:
    """The two-sided p-value of Wilcoxon's signed-rank test (Biometrics Bulletin 1, 1945) that they are
    symmetric around 0.

    Zeros are left out and ties share their ranks. Up to MOST_EXACT differences it is exact, also
    with ties: every choice of signs is counted.
    """
    values = np.asarray(differences, np.float64)
    values = values[np.abs(values) > _SAME]
    if not len(values):
        return 1.0
    doubled = np.rint(2 * _ranks(np.abs(values))).astype(np.int64)  # halves become whole
    total = int(doubled.sum())
    smaller = min(int(doubled[values > 0].sum()), int(doubled[values < 0].sum()))
    if len(values) <= MOST_EXACT:
        chances = np.zeros(total + 1)
        chances[0] = 1.0
        for rank in doubled:
            moved = np.zeros_like(chances)
            moved[rank:] = chances[: total + 1 - rank]
            chances = (chances + moved) / 2
        return min(1.0, 2 * float(chances[: smaller + 1].sum()))
    deviation = math.sqrt(float(np.sum((doubled / 2.0) ** 2)) / 4)
    return min(1.0, 2 * NormalDist().cdf((smaller / 2 - total / 4) / deviation))


def _ranks(values: Floats) -> Floats:
    """Ranks from 1, the same for those that are the same."""
    rounded = np.round(values, 12)
    _, place, count = np.unique(rounded, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    ranks: Floats = (last - (count - 1) / 2)[place]
    return ranks


def bootstrap_interval(
    differences: Sequence[float], level: float = 0.95, seed: int = 0
) -> tuple[float, float]:
    """The percentile interval of the mean difference: prompts are drawn again with replacement (B. Efron,
    "Bootstrap Methods", Annals of Statistics 7, 1979). The same for the same values and seed.

    It says nothing of fewer than two differences: (-inf, inf).
    """
    values = np.asarray(differences, np.float64)
    if len(values) < 2:
        return -math.inf, math.inf
    draw = np.random.default_rng(seed)
    chunk = max(
        1, 2_000_000 // len(values)
    )  # draws at once, so that many prompts take little memory
    means = [
        values[
            draw.integers(len(values), size=(min(chunk, BOOTSTRAP_DRAWS - at), len(values)))
        ].mean(1)
        for at in range(0, BOOTSTRAP_DRAWS, chunk)
    ]
    low, high = np.quantile(np.concatenate(means), [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def agresti_min(differences: Sequence[float], level: float = 0.95) -> tuple[float, float]:
    """An interval of the mean of differences between -1 and 1, such as those of pass rates.

    As if two more pairs had been seen: half of one each way and one without a difference (Agresti and
    Min, "Simple improved confidence intervals for comparing matched proportions", Statistics in
    Medicine 24, 2005). It keeps its width where few prompts all agree.
    """
    values = np.asarray(differences, np.float64)
    count = len(values) + 2
    mean = float(values.sum()) / count
    variance = (float(np.sum(values**2)) + 1) / count - mean**2
    spread = NormalDist().inv_cdf((1 + level) / 2) * math.sqrt(variance / count)
    return max(-1.0, mean - spread), min(1.0, mean + spread)
