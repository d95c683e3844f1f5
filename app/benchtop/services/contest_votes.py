"""Votes on the answers of a comparison: on the disk before anything is shown to whoever cast them."""

from __future__ import annotations

import time
import uuid

from PySide6.QtCore import QObject, Signal

from benchtop.domain.compare_errors import SameContestant
from benchtop.domain.contests import CastVote, VoteOutcome, VoteSide
from benchtop.domain.errors import BenchtopError
from benchtop.services.compare_session import CompareSession
from benchtop.services.store_thread import StoreRunner


class ContestVotes(QObject):
    """Casts votes on the answers to the last prompt, each pair once."""

    kept = Signal(object)
    """A CastVote that is on the disk: now the names may be shown."""
    refused = Signal(object)
    """A BenchtopError: the vote was not kept, and all stays hidden; it can be cast again."""
    taken_back = Signal(str)
    """The id of a vote that counts no more: the pair can be voted on again."""

    def __init__(
        self, session: CompareSession, store: StoreRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._store = session, store
        self._cast: dict[str, tuple[str, int, frozenset[int]]] = {}
        self._on_disk: set[str] = set()
        self._seen: set[tuple[str, int]] = set()

    def may_vote(self, left: int, right: int) -> bool:
        """Whether both of these places have a whole answer to the last prompt, and no vote on it yet."""
        contest = self._session.contest
        answers = [self._session.answer(place) for place in (left, right)]
        return (
            contest is not None
            and left != right
            and all(
                one is not None and one.is_whole and one.number == self._session.number
                for one in answers
            )
            and self._pair(left, right) not in self._cast.values()
        )

    def is_revealed(self, place: int) -> bool:
        """Whether a vote on this contestant's last answer is on the disk, or nothing was hidden."""
        contest = self._session.contest
        if contest is None or not contest.blind:
            return True
        here = (contest.id, self._session.number)
        return any(
            self._cast[one][:2] == here and place in self._cast[one][2] for one in self._on_disk
        )

    def cast(self, left: int, right: int, outcome: VoteOutcome) -> bool:
        """Keep a vote on the contestants of these places; ``kept`` or ``refused`` follows.

        ``left`` is the place of the one that stood on the left. False, and nothing happens, when they
        cannot be voted on: a second press of the key is no second vote.
        """
        contest = self._session.contest
        if contest is None or not self.may_vote(left, right):
            return False
        sides = [contest.contestants[place] for place in (left, right)]
        if sides[0] == sides[1]:
            self.refused.emit(SameContestant(name=sides[0].name))
            return False
        answers = [self._session.answer(place) for place in (left, right)]
        on_left, on_right = (
            VoteSide(side, answer)
            for side, answer in zip(sides, answers, strict=True)
            if answer is not None
        )
        vote = CastVote(
            id=uuid.uuid4().hex,
            contest_id=contest.id,
            cast=time.time(),
            outcome=outcome,
            left=on_left,
            right=on_right,
            blind=contest.blind and (contest.id, self._session.number) not in self._seen,
            shuffle_seed=contest.shuffle_seed,
            tags=contest.tags,
        )
        self._cast[vote.id] = self._pair(left, right)
        self._store.run(
            lambda store: store.contests.cast(vote),
            lambda _done: self._written(vote),
            lambda error: self._not_written(vote, error),
        )
        return True

    def take_back(self, vote_id: str) -> None:
        """Let a vote count no more; it lies in the bin, and ``count_again`` brings it back."""

        def done(_result: None) -> None:
            self._cast.pop(vote_id, None)
            self._on_disk.discard(vote_id)
            self.taken_back.emit(vote_id)

        self._store.run(lambda store: store.contests.take_back(vote_id), done, self.refused.emit)

    def count_again(self, vote: CastVote) -> None:
        """Undo ``take_back``; ``kept`` follows."""
        self._store.run(
            lambda store: store.contests.count_again(vote.id),
            lambda _done: self._written(vote),
            self.refused.emit,
        )

    @property
    def hidden_round(self) -> tuple[str, int] | None:
        """The contest and the number of the prompt whose names are not told yet; None without one."""
        contest = self._session.contest
        if contest is None or not contest.blind or self._session.number < 0:
            return None
        here = contest.id, self._session.number
        return None if here in self._seen else here

    def names_shown(self) -> None:
        """The names behind the last answers are on show: votes on them are blind no more, such as one
        that takes the place of one that was taken back."""
        contest = self._session.contest
        if contest is not None:
            self._seen.add((contest.id, self._session.number))

    def _pair(self, left: int, right: int) -> tuple[str, int, frozenset[int]]:
        contest = self._session.contest
        contest_id = contest.id if contest is not None else ""
        return contest_id, self._session.number, frozenset((left, right))

    def _written(self, vote: CastVote) -> None:
        places = frozenset((vote.left.answer.place, vote.right.answer.place))
        self._cast[vote.id] = (vote.contest_id, vote.left.answer.number, places)
        self._on_disk.add(vote.id)
        self.kept.emit(vote)

    def _not_written(self, vote: CastVote, error: BenchtopError) -> None:
        self._cast.pop(vote.id, None)
        self.refused.emit(error)
