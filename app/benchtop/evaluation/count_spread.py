"""How sure counts make of one token's probability where each history's prior is itself only known by counts.

After the tokens h the distribution p of the next one is drawn from Dirichlet(a q), and q, that after h
without its first token, from a Dirichlet too. Given q, what is known of one token's p is a Beta of N + a
observations; but q is known by its own counts only, so its variance is handed up, by the law of total
variance, and a Beta of the same mean and variance stands for the result.

The counts of a shorter history are those of all longer ones that end like it, and what came after one of
these came in a clump: ten times the same word after one history says as little of the others as 1 + a
draws do at most. Such counts are worth N² (1 + a) / Σ n² (1 + a / n') draws, over the clumps of n tokens that
are worth n' themselves: the design effect of a sample in clusters, here of the Dirichlet-multinomial.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

History = tuple[int, ...]
_LEAST_WORTH = 1e-3


@dataclass(frozen=True, slots=True)
class LevelCounts:
    """After one history: how often the token came, of how many in all, and of how many draws that is
    worth; the ``concentration`` of its prior."""

    count: int
    total: int
    worth: float
    concentration: float


def worths(
    totals: Sequence[Mapping[History, int]], concentrations: Sequence[float]
) -> list[dict[History, float]]:
    """How many independent draws the counts after each history are worth, by length of history."""
    found: list[dict[History, float]] = [dict(totals[-1])]
    for level in range(len(totals) - 2, -1, -1):
        of_clumps: dict[History, float] = {}
        in_clumps: dict[History, int] = {}
        concentration = concentrations[level + 1]
        for longer, count in totals[level + 1].items():
            clump = count * count * (1 + concentration / found[0][longer]) / (1 + concentration)
            of_clumps[longer[1:]] = of_clumps.get(longer[1:], 0.0) + clump
            in_clumps[longer[1:]] = in_clumps.get(longer[1:], 0) + count
        # What stands at a text's beginning has no longer history: each is a draw of its own.
        found.insert(
            0,
            {
                history: total
                * total
                / (of_clumps.get(history, 0.0) + total - in_clumps.get(history, 0))
                for history, total in totals[level].items()
            },
        )
    return found


def nested_beta(levels: Sequence[LevelCounts], prior: float) -> tuple[float, float]:
    """The Beta of one token's probability, from the shortest history to the longest, over a ``prior`` mean
    that is certain: its two parameters, both 0 or above."""
    mean, variance, worth = prior, 0.0, 0.0
    for level in levels:
        total = level.total + level.concentration
        of_prior = level.concentration / total
        mean = (level.count + level.concentration * mean) / total
        own = of_prior**2 / level.concentration
        if level.total:
            own += (1 - of_prior) ** 2 / level.worth
        handed_up = of_prior**2 * variance
        variance = (mean * (1 - mean) * own + handed_up) / (1 + own)
        worth = max(mean * (1 - mean) / variance - 1, _LEAST_WORTH) if variance > 0 else 0.0
    return mean * worth, (1 - mean) * worth
