"""What votes say in figures that the window puts into words, such as "9 votes: probably A, 83 %; about
15 more would settle it". Nobody is a winner below 95 %."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from benchtop.evaluation.next_vote import MANY_MORE, most_telling, votes_to_settle
from benchtop.evaluation.percent import whole_percent
from benchtop.evaluation.ranking import SURE, Ranking

Floats = NDArray[np.float64]
Kind = Literal["no_votes", "open", "ahead", "probably", "settled"]
LEANS = 0.6
"""From this probability on it is probably the leader. Below, of more than two, one whose chance is as far
above that of drawing lots is ahead; else it is open, and nobody is named."""
P = TypeVar("P", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Verdict:
    """``leader`` and ``other`` are indices of contestants, the one ahead and the next; None without two
    contestants. ``probability`` is that of the leader's being the better one, of more than two the best.

    ``more`` is about how many votes would settle it: 0 where it is settled, None where nobody counts on
    it (more than next_vote.MANY_MORE). ``votes`` counts all votes of the ranking.
    """

    kind: Kind
    votes: int
    leader: int | None = None
    other: int | None = None
    probability: float = 0.5
    more: int | None = None

    @property
    def winner(self) -> int | None:
        """The contestant that may be called better; None below 95 %."""
        return self.leader if self.kind == "settled" else None

    @property
    def percent(self) -> int:
        """The probability as a person reads it."""
        return whole_percent(self.probability)


def chances_of_best(ranking: Ranking) -> Floats:
    """The probability of each contestant to be the strongest of all: shape [contestants]."""
    count = len(ranking.strengths)
    best = np.argmax(ranking.draws[:, :count], axis=1)
    chances: Floats = np.bincount(best, minlength=count) / len(best)
    return chances


def overall(ranking: Ranking) -> Verdict:
    """The verdict on all of them: who is probably the best, and how far it is from settled."""
    count = len(ranking.strengths)
    if count < 2:
        return Verdict("no_votes", ranking.votes)
    if count == 2:
        return of_pair(ranking, 0, 1)
    best = chances_of_best(ranking)
    order = sorted(range(count), key=lambda place: (-best[place], place))
    return _verdict(ranking, order, float(best[order[0]]))


def of_pair(ranking: Ranking, first: int, second: int) -> Verdict:
    """The verdict on two of them."""
    chance = float(ranking.better[first, second])
    order = (first, second) if chance >= 0.5 else (second, first)
    return _verdict(ranking, order, max(chance, 1 - chance))


def _verdict(ranking: Ranking, order: Sequence[int], chance: float) -> Verdict:
    """``order``: the leader, the next, and so on; ``chance`` is that of the leader's being the best."""
    leader, other = order[0], order[1]
    if ranking.votes == 0:
        return Verdict("no_votes", 0, leader, other, chance)
    if chance >= SURE:
        return Verdict("settled", ranking.votes, leader, other, chance, 0)
    kind: Kind = "open"
    if chance >= LEANS:
        kind = "probably"
    elif chance >= LEANS * 2 / len(order):
        kind = "ahead"
    more = _more(ranking, leader, order[1:])
    return Verdict(kind, ranking.votes, leader, other, chance, more)


def _more(ranking: Ranking, leader: int, rivals: Sequence[int]) -> int | None:
    """About how many votes are missing until it is sure against each rival; at least one."""
    missing = 0
    for rival in rivals:
        votes = votes_to_settle(ranking, leader, rival)
        if votes is None:
            return None
        missing += max(0, votes)
    return max(1, missing) if missing <= MANY_MORE else None


@dataclass(frozen=True, slots=True)
class NextVote:
    """The pair (indices) and the prompt that would tell most; ``prompt`` is an index, None without any.
    ``bits`` is the expected information of a vote on the pair."""

    first: int
    second: int
    bits: float
    prompt: int | None = None


def next_vote(
    ranking: Ranking,
    prompts: Sequence[P] = (),
    asked: Mapping[tuple[int, int, P], int] | None = None,
) -> NextVote | None:
    """What to vote on next; None with fewer than two contestants.

    The model of votes knows no prompts: a vote on any of them tells as much. One that the pair has not
    met tells of more than the same one again, so the least voted on is taken: ``asked`` counts votes
    by (first, second, prompt) with first < second.
    """
    pairs = most_telling(ranking)
    if not pairs:
        return None
    best, asked = pairs[0], asked or {}

    def used(place: int) -> tuple[int, int, int]:
        prompt = prompts[place]
        by_all = sum(count for (_, _, one), count in asked.items() if one == prompt)
        return asked.get((best.first, best.second, prompt), 0), by_all, place

    prompt = min(range(len(prompts)), key=used) if prompts else None
    return NextVote(best.first, best.second, best.bits, prompt)
