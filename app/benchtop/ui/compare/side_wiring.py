"""Side by side: prompts to contestants, their answers to columns, votes to the store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from PySide6.QtCore import QObject, Signal

from benchtop.domain.chat import Conversation
from benchtop.domain.contests import CastVote, Contest, ContestAnswer
from benchtop.domain.errors import BenchtopError
from benchtop.services.answer_to_chat import take_into_chat
from benchtop.services.compare_services import CompareServices
from benchtop.services.compare_session import CompareTurn
from benchtop.services.comparison_card import comparison_card
from benchtop.services.contest_ranking import RankedVotes
from benchtop.services.reply_stream import explain
from benchtop.ui.chat.web_links import ask_about_link, open_outside
from benchtop.ui.compare.card_saver import CardSaver
from benchtop.ui.compare.compare_rows import (
    BLIND_NAMES,
    ColumnRow,
    ColumnState,
    PairRow,
    RoundRow,
    SuggestionRow,
    TurnRow,
    VoteOutcome,
)
from benchtop.ui.compare.contestants_wiring import SETTING, ContestantsWiring
from benchtop.ui.compare.side_by_side import SideBySide
from benchtop.ui.compare.side_rows import column_row, told_apart_names, vote_sentence


class SideWiring(QObject):
    """One contest on the screen. Other contestants, or another choice of blind, begin a new one with
    the next prompt."""

    voted = Signal(object)
    """A CastVote that is on the disk, or None when one was taken back."""

    def __init__(
        self,
        view: SideBySide,
        services: CompareServices,
        contestants: ContestantsWiring,
        open_chat: Callable[[Conversation], object],
    ) -> None:
        super().__init__(view)
        self._view, self._services, self._contestants = view, services, contestants
        self._session, self._votes = services.session, services.votes
        self._open_chat = open_chat
        self._is_stale = True
        self._keys: list[str] = []
        self._names: list[str] = []
        self._number = -1
        self._is_revealed = False
        self._pair: tuple[int, int] | None = None
        self._suggested: tuple[str, str] | None = None
        self._vote: CastVote | None = None
        self._rounds: list[list[ContestAnswer]] = []
        self._cards = CardSaver(view, view.info)
        view.prompt.set_blind(services.settings.values.compare.get("blind") is not False)
        self._connect()
        contestants.show()
        view.set_contestants(contestants.rows)

    def _connect(self) -> None:
        view, session, votes = self._view, self._session, self._votes
        self._contestants.changed.connect(self._begin_anew)
        self._contestants.shown.connect(view.set_contestants)
        view.columns.new_requested.connect(self._clear)
        view.columns.save_requested.connect(self._save)
        view.columns.link_activated.connect(
            lambda link: ask_about_link(view.info, link, open_outside)
        )
        view.prompt.asked.connect(self._ask)
        view.prompt.stop_requested.connect(session.cancel_all)
        view.prompt.blind_changed.connect(self._blind_changed)
        view.prompt.tags_changed.connect(lambda _tags: self._begin_anew())
        view.prompt.suggestion_taken.connect(self._take_suggestion)
        view.columns.stop_requested.connect(self._stop)
        view.columns.take_requested.connect(self._take)
        view.vote.voted.connect(self._cast)
        view.vote.undo_requested.connect(self._take_back)
        session.begun.connect(self._begun)
        session.turn_changed.connect(self._turn)
        session.grown.connect(self._grown)
        session.answered.connect(self._answered)
        session.round_ended.connect(lambda _number: self._round_ended())
        votes.kept.connect(self._kept)
        votes.refused.connect(lambda error: view.vote.show_failure(explain(error)))
        votes.taken_back.connect(self._taken_back)

    # Asking

    def _ask(self, prompt: str, keys: tuple[str, str] | None = None) -> None:
        if self._session.is_busy:
            return
        if self._is_stale:
            entries = self._contestants.entries()
            self._keys = [key for key, _entry in entries]
            self._names = told_apart_names([entry.name for _key, entry in entries])
            self._view.columns.set_rounds(())
            self._number, self._is_stale, self._rounds = -1, False, []
            blind, tags = self._view.prompt.blind, self._view.prompt.tags
            self._session.begin([entry for _key, entry in entries], blind=blind, tags=tags)
        places = None if keys is None else [self._keys.index(key) for key in keys]
        self._view.close_vote()
        self._vote = self._pair = None
        self._is_revealed = False
        if self._session.ask(prompt, places):
            self._view.prompt.clear_text()
            self._view.prompt.set_busy(True)

    def _begun(self, _contest: Contest) -> None:
        self._view.columns.flush()

    def _begin_anew(self) -> None:
        """What is on the screen stays until the next prompt."""
        self._is_stale = True
        if not self._session.is_busy:
            self._view.close_vote()
            words = self.tr("The next prompt begins a new comparison.")
            self._view.columns.set_turn(None, words if self._view.columns.rounds else "")

    def _blind_changed(self, blind: bool) -> None:
        values = self._services.settings.values.compare
        self._services.settings.set(SETTING, {**values, "blind": blind})
        self._begin_anew()

    def _clear(self) -> None:
        self._session.cancel_all()
        self._is_stale, self._vote, self._pair = True, None, None
        self._view.close_vote()
        self._view.columns.set_rounds(())

    def suggest(self, ranked: RankedVotes) -> None:
        """Offer the two on the screen that a vote would tell most about, and the prompt to ask them."""
        contest = self._session.contest
        prompts = list(dict.fromkeys(vote.question for vote in ranked.votes))
        best = ranked.next_vote(prompts)
        self._suggested, offered = None, None
        if contest is not None and best is not None and not self._is_stale:
            pair = [ranked.contestants[place] for place in (best.first, best.second)]
            if all(one in contest.contestants for one in pair):
                first, second = (contest.contestants.index(one) for one in pair)
                self._suggested = self._keys[first], self._keys[second]
                prompt = prompts[best.prompt] if best.prompt is not None else ""
                offered = SuggestionRow(self._names[first], self._names[second], prompt)
        self._view.prompt.set_suggestion(offered)

    def _take_suggestion(self, suggestion: SuggestionRow) -> None:
        prompt = suggestion.prompt or self._view.prompt.text().strip()
        if not prompt:
            self._view.prompt.setFocus()
        elif self._suggested is not None and not self._is_stale:
            self._ask(prompt, self._suggested)

    # Answers

    @property
    def _is_blind(self) -> bool:
        contest = self._session.contest
        return contest is not None and contest.blind

    def _hidden(self) -> bool:
        """Whether the last round is still to be voted on without names."""
        return self._is_blind and not self._is_revealed

    def _turn(self, turn: CompareTurn) -> None:
        if self._session.number > self._number:
            self._number = self._session.number
            self._show_round()
        if turn.stage == "idle":
            self._view.columns.set_turn(None)
            return
        place, asked = turn.place, self._session.positions
        if place is None:
            self._view.columns.set_turn(TurnRow(turn.stage))
            return
        ended = sum(self._is_ended(one) for one in asked)
        label = "" if self._hidden() else self._names[place]
        row = TurnRow(turn.stage, label, min(ended + 1, len(asked)), len(asked), turn.fraction)
        self._view.columns.set_turn(row)
        if not self._hidden():
            state: ColumnState = "loading" if turn.stage == "loading" else "writing"
            self._view.columns.put_column(self._column(place, state))

    def _is_ended(self, place: int) -> bool:
        answer = self._session.answer(place)
        return answer is not None and bool(answer.stop or answer.error)

    def _show_round(self) -> None:
        positions = self._session.positions
        first = self._session.answer(positions[0])
        prompt = first.turns[-1].content if first is not None else ""
        columns = tuple(self._column(place, "waiting") for place in positions)
        self._rounds.append([])
        self._view.columns.begin_round(RoundRow(prompt, columns, self._is_blind))

    def _grown(self, place: int, text: str, reasoning: str) -> None:
        self._view.columns.append(self._keys[place], text, reasoning)

    def _answered(self, answer: ContestAnswer) -> None:
        if self._number == answer.number and answer.place < len(self._keys):
            self._rounds[-1].append(answer)
            self._view.columns.put_column(self._column(answer.place))

    def _column(self, place: int, state: ColumnState | None = None) -> ColumnRow:
        answer = self._session.answer(place)
        return column_row(
            self._keys[place], self._label(place), answer, state, hidden=self._hidden()
        )

    def _label(self, place: int) -> str:
        positions = self._session.positions
        if self._hidden() and place in positions:
            return BLIND_NAMES[positions.index(place)]
        return self._names[place]

    def _round_ended(self) -> None:
        self._view.prompt.set_busy(False)
        self._view.columns.set_turn(None)
        pair = self._next_pair()
        if pair is None:
            if self._hidden():
                self._reveal()  # there is nothing to vote on
            return
        self._open_vote(pair)

    def _next_pair(self) -> tuple[int, int] | None:
        """The first two neighbours that can be voted on."""
        positions = self._session.positions
        pairs = pairwise(positions)
        return next((pair for pair in pairs if self._votes.may_vote(*pair)), None)

    def _open_vote(self, pair: tuple[int, int]) -> None:
        self._pair = pair
        left, right = pair
        labels = self._label(left), self._label(right)
        keys = self._keys[left], self._keys[right]
        self._view.open_vote(PairRow(*keys, *labels, blind=self._hidden()))

    def _stop(self, key: str) -> None:
        if key in self._keys:
            self._session.cancel(self._keys.index(key))

    def _take(self, key: str) -> None:
        contest = self._session.contest
        if contest is None or key not in self._keys:
            return
        place = self._keys.index(key)
        answer = self._session.answer(place)
        if answer is not None:
            contestant = contest.contestants[place]
            self._services.store.run(
                lambda store: take_into_chat(store, contestant, answer),
                self._open_chat,
                self._say,
            )

    def _save(self) -> None:
        contest = self._session.contest
        rounds = [sorted(one, key=lambda answer: answer.place) for one in self._rounds if one]
        if contest is not None and rounds:
            contestants = contest.contestants
            self._cards.save("benchtop-comparison", lambda: comparison_card(contestants, rounds))

    def _say(self, error: BenchtopError) -> None:
        self._view.info.post("error", explain(error))

    # Votes

    def _cast(self, outcome: VoteOutcome) -> None:
        if self._pair is not None:
            self._votes.cast(*self._pair, outcome)

    def _kept(self, vote: CastVote) -> None:
        self._vote = vote
        self._reveal()
        self._view.vote.show_result(vote_sentence(vote, self._names))
        self._view.columns.set_pair(())
        self.voted.emit(vote)

    def say_effect(self, effect: str) -> None:
        """What the vote whose result is on show did to the ranking."""
        if self._vote is not None:
            self._view.vote.show_result(vote_sentence(self._vote, self._names), effect)

    def _reveal(self) -> None:
        rounds = list(self._view.columns.rounds)
        if not rounds:
            return
        self._is_revealed = True
        columns = tuple(self._column(place) for place in self._session.positions)
        rounds[-1] = replace(rounds[-1], columns=columns, blind=False)
        self._view.columns.set_rounds(rounds)

    def _take_back(self) -> None:
        if self._vote is not None:
            self._votes.take_back(self._vote.id)

    def _taken_back(self, _vote_id: str) -> None:
        """The names are known by now: it can be cast again, as a vote with open eyes."""
        pair = self._pair
        self.voted.emit(None)
        if pair is not None and self._votes.may_vote(*pair):
            left, right = pair
            keys = self._keys[left], self._keys[right]
            self._view.open_vote(PairRow(*keys, self._names[left], self._names[right], blind=False))
