"""A fair blind contest: positions by chance, what is hidden until the vote, and a check of the person.

People favour what stands on the left (or on the right); shuffled for each prompt that favours nobody.
How often the left one won tells how strong it is.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Hidden = Literal["name", "settings", "figures", "turn", "stream"]
HIDDEN_UNTIL_VOTE: frozenset[Hidden] = frozenset({"name", "settings", "figures", "turn", "stream"})
"""The names; adapters, parameters and system prompts; speed, tokens and memory; whose turn it is, as the
order of turns is that of the models; and the text while it is written, since its pace gives a model
away: both replies are shown at once, when both are there."""
BIAS_INTERVAL = 0.95


def hidden(*, blind: bool, voted: bool) -> frozenset[Hidden]:
    """What a person must not see now."""
    return HIDDEN_UNTIL_VOTE if blind and not voted else frozenset()


def positions(seed: int, number: int, places: Iterable[int]) -> tuple[int, ...]:
    """The contestants (by their places) from left to right at prompt ``number``.

    By Fisher and Yates's shuffle over the digits of a SHA-256, which is the same for ever on every
    machine: what was recorded can be checked. Its 2²⁵⁶ values are fair to 6! orders to 70 digits.
    """
    shuffled = list(places)
    digits = int.from_bytes(hashlib.sha256(f"{seed}/{number}".encode()).digest(), "big")
    for last in range(len(shuffled) - 1, 0, -1):
        digits, other = divmod(digits, last + 1)
        shuffled[last], shuffled[other] = shuffled[other], shuffled[last]
    return tuple(shuffled)


@dataclass(frozen=True, slots=True)
class PositionBias:
    """How often the left one won of the votes that had a winner, and the interval that holds the true
    share with 95 %. ``p_value`` is that of a fair person, two-sided."""

    left: int
    decided: int
    low: float
    high: float
    p_value: float

    @property
    def share(self) -> float | None:
        """The share of wins on the left; None before there is any."""
        return self.left / self.decided if self.decided else None

    @property
    def is_suspicious(self) -> bool:
        """Whether a fair person would hardly have voted so."""
        return self.p_value < 1 - BIAS_INTERVAL


def position_bias(left: int, decided: int) -> PositionBias:
    """The check, from ``votes.left_wins``: exact (C. J. Clopper and E. S. Pearson, Biometrika 26, 1934).

    Raises ValueError unless 0 <= left <= decided.
    """
    if not 0 <= left <= decided:
        raise ValueError(f"{left} of {decided} votes")
    tail = (1 - BIAS_INTERVAL) / 2
    low = 0.0 if left == 0 else _solve(lambda p: _at_least(left, decided, p), tail)
    high = 1.0 if left == decided else 1 - _solve(
        lambda p: _at_least(decided - left, decided, p), tail
    )  # fmt: skip
    farther = max(left, decided - left)
    p_value = min(1.0, 2 * _at_least(farther, decided, 0.5)) if decided else 1.0
    return PositionBias(left, decided, low, high, p_value)


def _at_least(wins: int, of: int, chance: float) -> float:
    """P(at least so many wins) of a binomial distribution, 0 < chance < 1."""
    count: NDArray[np.float64] = np.arange(wins, of + 1, dtype=np.float64)
    log_ways = math.lgamma(of + 1) - np.array(
        [math.lgamma(k + 1) + math.lgamma(of - k + 1) for k in count]
    )
    logs = log_ways + count * math.log(chance) + (of - count) * math.log1p(-chance)
    return min(1.0, float(np.exp(logs).sum()))


def _solve(rising: Callable[[float], float], wanted: float) -> float:
    """Where a rising function of (0, 1) has this value, by halving."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < wanted else (low, middle)
    return (low + high) / 2
