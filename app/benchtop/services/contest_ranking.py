"""Votes from the store to a ranking: who is probably better, how sure that is, and what to ask next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from benchtop.domain.contests import CastVote, Contestant
from benchtop.domain.errors import BenchtopError
from benchtop.evaluation.blind import PositionBias, position_bias
from benchtop.evaluation.ranking import Ranking, rank
from benchtop.evaluation.verdict import NextVote, Verdict, next_vote, of_pair, overall
from benchtop.evaluation.votes import Vote, left_wins, tally
from benchtop.services.disk_thread import DiskThread
from benchtop.services.store_thread import StoreRunner

MOST_RANKED = 100
"""Contestants in one ranking: every pair of them is weighed."""


@dataclass(frozen=True, slots=True)
class VoteFilter:
    """Which votes count: with any of these tags (none: all), cast at ``since`` or later and before
    ``until`` (seconds since 1970, UTC), and not on the prompt of a contest that is still blind,
    ``hidden`` (its id, the prompt's number): a ranking tells names."""

    tags: tuple[str, ...] = ()
    since: float | None = None
    until: float | None = None
    hidden: tuple[str, int] | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether a person chose to see some votes only."""
        return bool(self.tags) or self.since is not None or self.until is not None


@dataclass(frozen=True, slots=True)
class RankedVotes:
    """A ranking of the contestants of some votes; indices are places in ``contestants``.

    ``met[i, j]`` with i < j counts the votes on a pair. ``ranking`` and ``verdict`` are None where
    nobody voted.
    """

    contestants: tuple[Contestant, ...]
    votes: tuple[CastVote, ...]
    met: dict[tuple[int, int], int]
    bias: PositionBias
    ranking: Ranking | None = None
    verdict: Verdict | None = None

    def place(self, contestant: Contestant) -> int | None:
        """The index of a contestant with these settings; None when it is not ranked."""
        return next((n for n, one in enumerate(self.contestants) if one == contestant), None)

    def pair(self, first: int, second: int) -> Verdict | None:
        """The verdict on two of them."""
        return of_pair(self.ranking, first, second) if self.ranking is not None else None

    def next_vote(self, prompts: Sequence[str] = ()) -> NextVote | None:
        """The pair, and the prompt of these, that would tell most."""
        if self.ranking is None:
            return None
        places = {one.key: place for place, one in enumerate(self.contestants)}
        asked: Counter[tuple[int, int, str]] = Counter()
        for vote in self.votes:
            first, second = sorted(places[side.contestant.key] for side in (vote.left, vote.right))
            asked[first, second, vote.question] += 1
        return next_vote(self.ranking, prompts, asked)


def rank_votes(
    votes: Sequence[CastVote], also: Sequence[Contestant] = (), draws: int = 0
) -> RankedVotes:
    """Rank the contestants of these votes, and those of ``also`` even where nobody voted on them, with
    as many ``draws`` as rank() takes.

    Contestants are told apart by their settings, and named as they were last. A vote on one against
    itself says nothing and is left out; so are, beyond MOST_RANKED, those first heard of last.
    """
    counted = [vote for vote in votes if vote.left.contestant != vote.right.contestant]
    known: dict[str, Contestant] = {one.key: one for one in also}
    keyed: list[tuple[CastVote, str, str]] = []
    for vote in counted:
        left, right = vote.left.contestant, vote.right.contestant
        keys = left.key, right.key
        new = {keys[0], keys[1]} - known.keys()
        if len(known) + len(new) > MOST_RANKED:
            continue
        known |= {keys[0]: left, keys[1]: right}
        keyed.append((vote, *keys))
    plain = [Vote(left, right, vote.outcome) for vote, left, right in keyed]
    counts = tally(plain, known)
    ranking = rank(counts, draws) if len(known) > 1 else None
    return RankedVotes(
        contestants=tuple(known[key] for key in counts.names),
        votes=tuple(vote for vote, _left, _right in keyed),
        met={
            (pair.first, pair.second): pair.wins + pair.losses + pair.ties for pair in counts.pairs
        },
        bias=position_bias(*left_wins(plain)),
        ranking=ranking,
        verdict=overall(ranking) if ranking is not None else None,
    )


class ContestRanking(QObject):
    """Reads votes and ranks them, on threads of their own."""

    ranked = Signal(object)
    """The RankedVotes that were asked for last."""
    failed = Signal(object)
    """A BenchtopError: the votes could not be read."""

    def __init__(self, store: StoreRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._thread = DiskThread(self)
        self._wanted = object()

    def refresh(self, which: VoteFilter | None = None, also: Sequence[Contestant] = ()) -> None:
        """Rank the votes of a filter; ``ranked`` or ``failed`` follows, for the newest wish only."""
        self._wanted = wish = object()
        one = which or VoteFilter()

        def read(votes: list[CastVote]) -> None:
            if wish is self._wanted:
                told_of = [
                    vote
                    for vote in votes
                    if (vote.contest_id, vote.left.answer.number) != one.hidden
                ]
                self._thread.run(lambda: rank_votes(told_of, also), told)

        def told(found: RankedVotes) -> None:
            if wish is self._wanted:
                self.ranked.emit(found)

        def refused(error: BenchtopError) -> None:
            if wish is self._wanted:
                self.failed.emit(error)

        self._store.run(
            lambda store: store.contests.votes(one.tags, one.since, one.until), read, refused
        )

    def read_tags(self, then: Callable[[list[str]], None]) -> None:
        """Give every tag of the votes to ``then``."""
        self._store.run(lambda store: store.contests.vote_tags(), then, self.failed.emit)

    def close(self) -> None:
        """Tell nobody anything any more."""
        self._thread.close()
