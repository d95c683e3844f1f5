"""Side by side: prompts to contestants, their answers to columns, votes to the store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from benchtop.domain.chat import Conversation
from benchtop.domain.contests import Contest, ContestAnswer
from benchtop.domain.errors import BenchtopError
from benchtop.domain.told_apart import told_apart
from benchtop.services.answer_to_chat import take_into_chat
from benchtop.services.compare_services import CompareServices
from benchtop.services.compare_session import CompareTurn
from benchtop.services.comparison_card import comparison_card
from benchtop.services.contest_ranking import RankedVotes
from benchtop.services.reply_stream import explain
from benchtop.ui.chat.web_links import ask_about_link, open_outside
from benchtop.ui.compare.card_saver import CardSaver
from benchtop.ui.compare.compare_rows import (
    ColumnRow,
    ColumnState,
    RoundRow,
    SuggestionRow,
    TurnRow,
)
from benchtop.ui.compare.contestants_wiring import SETTING, ContestantsWiring
from benchtop.ui.compare.round_votes import RoundVotes
from benchtop.ui.compare.side_by_side import SideBySide
from benchtop.ui.compare.side_rows import column_row


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
        self._session = services.session
        self._open_chat = open_chat
        self._is_stale = True
        self._keys: list[str] = []
        self._names: list[str] = []
        self._number = -1
        self._is_pair_only = False
        self._suggested: tuple[str, str] | None = None
        self._leaving = ""
        self._rounds: list[list[ContestAnswer]] = []
        self._cards = CardSaver(view, view.info)
        self._round = RoundVotes(view, services.session, services.votes, self._reveal)
        self._round.voted.connect(self.voted)
        view.prompt.set_blind(services.settings.values.compare.get("blind") is not False)
        self._connect()
        contestants.show()
        view.set_contestants(contestants.rows)

    def _connect(self) -> None:
        view, session = self._view, self._session
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
        view.prompt.tags_changed.connect(session.set_tags)
        view.prompt.suggestion_taken.connect(self._take_suggestion)
        view.columns.stop_requested.connect(self._stop)
        view.columns.take_requested.connect(self._take)
        view.vote.open_changed.connect(view.prompt.set_voting)
        view.vote.open_changed.connect(lambda _open: self._stay())
        view.vote.open_changed.connect(lambda _open: self._say_what_is_next())
        session.begun.connect(self._begun)
        session.turn_changed.connect(self._turn)
        session.grown.connect(self._grown)
        session.answered.connect(self._answered)
        session.round_ended.connect(lambda _number: self._round_ended())

    # Asking

    def _ask(self, prompt: str, keys: tuple[str, str] | None = None) -> None:
        """Ask all, or only two: then in a comparison of its own, since the others were not asked."""
        if self._session.is_busy or self._skips_a_vote(prompt):
            return
        if self._is_stale or self._is_pair_only or keys is not None:
            self._begin()
        else:
            self._round.drop()
        self._is_pair_only = keys is not None
        places = None if keys is None else [self._keys.index(key) for key in keys]
        self._round.begin(self._keys, self._names)
        if self._session.ask(prompt, places):
            if self._view.prompt.text().strip() == prompt.strip():  # not of a suggestion
                self._view.prompt.clear_text()
            self._view.prompt.set_busy(True)

    def _skips_a_vote(self, prompt: str) -> bool:
        """Asking tells who was who before anybody voted: that is done when it is wished for twice."""
        if not (self._view.vote.is_open and self._round.hidden) or self._leaving == prompt:
            return False
        self._leaving = prompt
        self._view.vote.warn(
            self.tr("Asking tells who was who: vote before, or ask once more to skip this vote.")
        )
        return True

    def _stay(self) -> None:
        self._leaving = ""

    def _begin(self) -> None:
        entries = self._contestants.entries()
        self._keys = [key for key, _entry in entries]
        self._names = told_apart([entry.name for _key, entry in entries])
        self._view.columns.set_rounds(())
        self._number, self._is_stale, self._rounds = -1, False, []
        blind, tags = self._view.prompt.blind, self._view.prompt.tags
        self._session.begin([entry for _key, entry in entries], blind=blind, tags=tags)

    def _begun(self, _contest: Contest) -> None:
        self._view.columns.flush()

    def _begin_anew(self) -> None:
        """What is on the screen stays until the next prompt, and an open vote with it."""
        self._is_stale = True
        self._suggested = None
        self._view.prompt.set_suggestion(None)
        self._say_what_is_next()

    def _say_what_is_next(self) -> None:
        if self._session.is_busy:
            return
        anew = self._is_stale or self._is_pair_only
        words = self.tr("The next prompt begins a new comparison.")
        if self._view.vote.is_open:
            words = self.tr("The next prompt begins a new comparison; vote on this one before.")
        self._view.columns.set_turn(None, words if anew and self._view.columns.rounds else "")

    def _blind_changed(self, blind: bool) -> None:
        values = self._services.settings.values.compare
        self._services.settings.set(SETTING, {**values, "blind": blind})
        self._begin_anew()

    def _clear(self) -> None:
        self._session.cancel_all()
        self._is_stale = True
        self._round.drop()
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
        elif self._suggested is not None:
            self._ask(prompt, self._suggested)

    # Answers

    @property
    def _is_blind(self) -> bool:
        contest = self._session.contest
        return contest is not None and contest.blind

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
        label = "" if self._round.hidden else self._names[place]
        row = TurnRow(turn.stage, label, min(ended + 1, len(asked)), len(asked), turn.fraction)
        self._view.columns.set_turn(row)
        if not self._round.hidden:
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
            self._keys[place], self._round.label(place), answer, state, hidden=self._round.hidden
        )

    def _round_ended(self) -> None:
        self._view.prompt.set_busy(False)
        self._round.open()
        self._say_what_is_next()

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

    def say_effect(self, effect: str) -> None:
        """What the vote whose result is on show did to the ranking."""
        self._round.say_effect(effect)

    def _reveal(self) -> None:
        rounds = list(self._view.columns.rounds)
        if rounds and rounds[-1].blind:
            columns = tuple(self._column(place) for place in self._session.positions)
            rounds[-1] = replace(rounds[-1], columns=columns, blind=False)
            self._view.columns.set_rounds(rounds)
