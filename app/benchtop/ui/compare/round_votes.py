"""The votes on one prompt: pair after pair, then the names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from PySide6.QtCore import QObject, Signal

from benchtop.domain.contests import CastVote, VoteOutcome
from benchtop.services.compare_session import CompareSession
from benchtop.services.contest_votes import ContestVotes
from benchtop.services.reply_stream import explain
from benchtop.ui.compare.compare_rows import BLIND_NAMES, PairRow
from benchtop.ui.compare.side_by_side import SideBySide
from benchtop.ui.compare.side_rows import vote_sentence

Pair = tuple[int, int]


class RoundVotes(QObject):
    """Asks for neighbours, so that each further contestant joins one pair, and tells names only when
    there is nothing more to vote on or nobody wants to. ``reveal`` puts the names on the screen."""

    voted = Signal(object)
    """A CastVote that is on the disk, or None when one was taken back."""

    def __init__(
        self,
        view: SideBySide,
        session: CompareSession,
        votes: ContestVotes,
        reveal: Callable[[], None],
    ) -> None:
        super().__init__(view)
        self._view, self._session, self._votes, self._reveal = view, session, votes, reveal
        self._keys: Sequence[str] = ()
        self._names: Sequence[str] = ()
        self._pair: Pair | None = None
        self._cast_now: list[CastVote] = []
        self._is_ended = False
        self._is_revealed = False
        view.vote.voted.connect(self._cast)
        view.vote.undo_requested.connect(self._take_back)
        view.vote.names_requested.connect(self._end_early)
        votes.kept.connect(self._kept)
        votes.refused.connect(lambda error: view.vote.show_failure(explain(error)))
        votes.taken_back.connect(self._taken_back)

    @property
    def hidden(self) -> bool:
        """Whether the last prompt is still to be voted on without names."""
        contest = self._session.contest
        return contest is not None and contest.blind and not self._is_revealed

    def label(self, place: int) -> str:
        """What stands above the answer of a contestant to the last prompt."""
        positions = self._session.positions
        if self.hidden and place in positions:
            return BLIND_NAMES[positions.index(place)]
        return self._names[place]

    def drop(self) -> None:
        """The last prompt is left behind: its names are told, whatever was not voted on."""
        self._is_ended = True
        self._tell_names()
        self._view.close_vote()
        self._pair, self._cast_now = None, []

    def begin(self, keys: Sequence[str], names: Sequence[str]) -> None:
        """Another prompt is asked, to contestants of these keys and names by their places."""
        self._keys, self._names = keys, names
        self._view.close_vote()
        self._pair, self._cast_now = None, []
        self._is_ended = self._is_revealed = False

    def open(self) -> None:
        """All have answered: ask for the first pair, or tell the names where there is none."""
        if not self._is_ended:  # else it was cleared away meanwhile
            self._go_on()

    def end(self) -> None:
        """Tell the names, and what was voted."""
        self._is_ended = True
        self._tell_names()
        if self._cast_now:
            self._view.vote.show_result(self._sentence())
            self._view.columns.set_pair(())
        else:
            self._view.close_vote()

    def _end_early(self) -> None:
        self.end()
        self.voted.emit(self._cast_now[-1] if self._cast_now else None)  # now they may be ranked

    def say_effect(self, effect: str) -> None:
        """What the last vote did to the ranking; nothing while other pairs are still voted on."""
        if self._cast_now and self._is_ended and not self._view.vote.is_open:
            self._view.vote.show_result(self._sentence(), effect)

    def _go_on(self) -> None:
        pair = None if self._is_ended else self._next_pair()
        if pair is None:
            self.end()
        else:
            self._open(pair)

    def _tell_names(self) -> None:
        if self.hidden:
            self._is_revealed = True
            self._votes.names_shown()
            self._reveal()

    def _sentence(self) -> str:
        return " ".join(vote_sentence(vote, self._names) for vote in self._cast_now)

    def _pairs(self) -> list[Pair]:
        """Neighbours of which both answered; not two that are one, unless there are no others."""
        whole = [place for place in self._session.positions if self._is_whole(place)]
        pairs = list(pairwise(whole))
        contest = self._session.contest
        if contest is None:
            return []
        who = contest.contestants
        return [pair for pair in pairs if who[pair[0]] != who[pair[1]]] or pairs

    def _is_whole(self, place: int) -> bool:
        answer = self._session.answer(place)
        return answer is not None and answer.is_whole and answer.number == self._session.number

    def _next_pair(self) -> Pair | None:
        return next((pair for pair in self._pairs() if self._votes.may_vote(*pair)), None)

    def _open(self, pair: Pair) -> None:
        self._pair = pair
        labels = [self.label(place) for place in pair]
        keys = [self._keys[place] for place in pair]
        number, of = len(self._cast_now) + 1, len(self._pairs())
        if self._is_ended:  # one vote, which was taken back
            number = of = 1
        self._view.open_vote(PairRow(*keys, *labels, blind=self.hidden, number=number, of=of))

    def _cast(self, outcome: VoteOutcome) -> None:
        if self._pair is not None:
            self._votes.cast(*self._pair, outcome)

    def _kept(self, vote: CastVote) -> None:
        if self._is_here(vote):
            self._cast_now.append(vote)
            self._go_on()
        self.voted.emit(vote)

    def _is_here(self, vote: CastVote) -> bool:
        """Whether it is on what is on show, and not on the prompt before, while the disk was slow."""
        contest, side = self._session.contest, vote.left.answer
        here = contest is not None and contest.id == vote.contest_id
        return here and side.number == self._session.number

    def _take_back(self) -> None:
        if self._cast_now:
            self._votes.take_back(self._cast_now[-1].id)

    def _taken_back(self, vote_id: str) -> None:
        """It can be cast again; once the names are known, as a vote with open eyes."""
        self.voted.emit(None)
        vote = next((one for one in self._cast_now if one.id == vote_id), None)
        if vote is not None:
            self._cast_now.remove(vote)
            pair = vote.left.answer.place, vote.right.answer.place
            if self._votes.may_vote(*pair):
                self._open(pair)
