"""Votes of contestants whose strengths are known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchtop.evaluation.votes import Outcome, Vote

NAMES = tuple("ABCDEFGHIJKLMNOPQRST")


def truth(count: int, draw: np.random.Generator) -> tuple[NDArray[np.float64], float]:
    """Strengths and the log of the tie parameter, drawn from the priors."""
    return draw.normal(0, 1.5, count), float(draw.normal(-1, 1))


def votes_of(
    strengths: NDArray[np.float64], log_tie: float, count: int, draw: np.random.Generator
) -> list[Vote]:
    """Votes on pairs at random, as the model says."""
    outcomes: tuple[Outcome, ...] = ("a", "b", "tie")
    found = []
    for _ in range(count):
        a, b = draw.choice(len(strengths), 2, replace=False)
        half = (strengths[a] - strengths[b]) / 2
        chances = np.exp([half, -half, log_tie])
        outcome = outcomes[draw.choice(3, p=chances / chances.sum())]
        found.append(Vote(NAMES[a], NAMES[b], outcome))
    return found
