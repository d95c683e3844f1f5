"""Which votes would tell most, and how many more it may take."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from benchtop.evaluation.ranking import SURE, Ranking

Floats = NDArray[np.float64]
MANY_MORE = 500
"""Beyond so many votes nobody counts on."""
_MOST_DRAWS = 4_000


@dataclass(frozen=True, slots=True)
class PairValue:
    """What a vote on two contestants (indices) is expected to tell about them all, in bits."""

    first: int
    second: int
    bits: float


def most_telling(ranking: Ranking) -> list[PairValue]:
    """Every pair, the one with the largest expected information first.

    That is the mutual information of the outcome and the strengths: the entropy of the outcome less
    its mean entropy were the strengths known (Lindley, "On a Measure of the Information Provided by
    an Experiment", 1956).
    """
    draws = ranking.draws[:: max(1, len(ranking.draws) // _MOST_DRAWS)]
    values = []
    for first, second in combinations(range(len(ranking.strengths)), 2):
        chances = _chances(draws, first, second)
        bits = _entropy(chances.mean(axis=0)) - float(np.mean(_entropies(chances)))
        values.append(PairValue(first, second, max(0.0, bits)))
    return sorted(values, key=lambda value: -value.bits)


def votes_to_settle(ranking: Ranking, first: int, second: int) -> int | None:
    """About how many more votes on this pair make it sure which is better, if the difference is what
    it seems now; 0 where it is sure, None for more than MANY_MORE.

    By the normal approximation: the variance of the difference falls with each vote's information.
    """
    better = ranking.better[first, second]
    if max(better, 1 - better) >= SURE:
        return 0
    difference = ranking.draws[:, first] - ranking.draws[:, second]
    mean, variance = float(difference.mean()), float(difference.var())
    if mean == 0:
        return None
    chances = _chances(ranking.draws, first, second).mean(axis=0)
    information = (chances[0] + chances[1] - (chances[0] - chances[1]) ** 2) / 4
    wanted = (NormalDist().inv_cdf(SURE) / mean) ** 2
    votes = math.ceil((wanted - 1 / variance) / information)
    return votes if votes <= MANY_MORE else None


def _chances(draws: Floats, first: int, second: int) -> Floats:
    """The chances of a win, a loss and a tie for each draw: shape [draws, 3]."""
    half = np.clip((draws[:, first] - draws[:, second]) / 2, -300, 300)
    weights = np.exp(np.stack([half, -half, draws[:, -1]], axis=1))
    chances: Floats = weights / weights.sum(axis=1, keepdims=True)
    return chances


def _entropies(chances: Floats) -> Floats:
    terms: Floats = -np.sum(chances * np.log2(np.maximum(chances, 1e-300)), axis=1)
    return terms


def _entropy(chances: Floats) -> float:
    return float(_entropies(chances[None])[0])
