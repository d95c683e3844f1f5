"""Votes between contestants, counted by pair."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Outcome = Literal["a", "b", "tie", "both_bad"]
"""Which was better. Both bad says of the two that neither was better, as a tie does."""


@dataclass(frozen=True, slots=True)
class Vote:
    """One verdict on two contestants, by their names; ``a`` was on the left."""

    a: str
    b: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class PairCount:
    """How often ``first`` (an index) won, lost and drew against ``second``; first < second."""

    first: int
    second: int
    wins: int
    losses: int
    ties: int


@dataclass(frozen=True, slots=True)
class Tally:
    """All votes: the names in the order they first came, and a count for each pair that met."""

    names: tuple[str, ...]
    pairs: tuple[PairCount, ...]

    @property
    def votes(self) -> int:
        """How many votes were counted."""
        return sum(pair.wins + pair.losses + pair.ties for pair in self.pairs)


def tally(votes: Iterable[Vote], names: Iterable[str] = ()) -> Tally:
    """Count votes. ``names`` are contestants that count even where nobody voted on them.

    Raises ValueError for a vote on a contestant against itself.
    """
    index = {name: place for place, name in enumerate(dict.fromkeys(names))}
    counts: dict[tuple[int, int], list[int]] = {}
    for vote in votes:
        if vote.a == vote.b:
            raise ValueError(f"a vote on {vote.a} against itself")
        a, b = (index.setdefault(name, len(index)) for name in (vote.a, vote.b))
        turned = a > b
        count = counts.setdefault((min(a, b), max(a, b)), [0, 0, 0])
        place = {"a": 1 if turned else 0, "b": 0 if turned else 1}.get(vote.outcome, 2)
        count[place] += 1
    pairs = tuple(PairCount(*pair, *count) for pair, count in sorted(counts.items()))
    return Tally(tuple(index), pairs)


def left_wins(votes: Iterable[Vote]) -> tuple[int, int]:
    """How often the left one won, and how many votes had a winner: a bias of position shows here."""
    decided = [vote.outcome for vote in votes if vote.outcome in ("a", "b")]
    return decided.count("a"), len(decided)
