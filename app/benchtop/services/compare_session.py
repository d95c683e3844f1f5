"""A comparison: the same asked of two to six contestants, who take turns.

Contestants of one model share one loaded model: only adapters and parameters change between them, and
a prompt that is the same is evaluated once. See CompareWorkers for what is loaded, and when.
"""

from __future__ import annotations

import secrets
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from benchtop.domain.contests import (
    LEAST_CONTESTANTS,
    MOST_CONTESTANTS,
    Contest,
    ContestAnswer,
    PromptTurn,
    clean_tags,
)
from benchtop.domain.models import ModelFile
from benchtop.evaluation.blind import positions
from benchtop.protocol.messages import Loaded
from benchtop.services.compare_column import Column
from benchtop.services.compare_round import CompareRound, CompareTurn
from benchtop.services.compare_workers import CompareWorkers
from benchtop.services.contest_entry import Checked, Entry, checked
from benchtop.services.data_folder import DataFolder
from benchtop.services.disk_thread import DiskThread
from benchtop.services.load_memory import record_load
from benchtop.services.store_thread import StoreRunner


class CompareSession(QObject):
    """One contest at a time. Everything is told by signals, with the place of the contestant.

    A contestant that fails keeps its place: the sentence is in its answer, and the others go on.
    """

    begun = Signal(object)
    """The Contest, once the sums of its files are known."""
    turn_changed = Signal(object)
    """A CompareTurn."""
    grown = Signal(int, str, str)
    """A place, and what was added to its text and its reasoning."""
    answered = Signal(object)
    """A ContestAnswer that has come to its end, good or bad: text, figures, error."""
    round_ended = Signal(int)
    """The number of the prompt (from 0) that all contestants are done with."""
    loaded = Signal(object, object)
    """A ModelFile and its Loaded message: each time a model was loaded."""

    def __init__(
        self,
        folder: DataFolder,
        workers: CompareWorkers,
        store: StoreRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._folder, self.workers, self._store = folder, workers, store
        workers.setParent(self)
        self._disk = DiskThread(self)
        self._round = CompareRound(workers, self)
        self._entries: tuple[Entry, ...] = ()
        self._columns: list[Column] = []
        self._contest: Contest | None = None
        self._waiting: Callable[[], None] | None = None
        self._asked: tuple[int, ...] = ()
        self._number = -1
        self._is_kept = False
        self._tags: tuple[str, ...] = ()
        workers.loaded.connect(self._loaded)
        self._round.turn_changed.connect(self.turn_changed)
        self._round.grown.connect(self.grown)
        self._round.answered.connect(self._answered)
        self._round.ended.connect(lambda: self.round_ended.emit(self._number))

    @property
    def contest(self) -> Contest | None:
        """The contest at hand; None before one has begun."""
        return self._contest

    @property
    def turn(self) -> CompareTurn:
        """Whose turn it is."""
        return self._round.turn

    @property
    def is_busy(self) -> bool:
        """Whether contestants are still to be heard."""
        return self._round.is_running or self._waiting is not None

    @property
    def number(self) -> int:
        """The number of the prompt that was asked last, from 0; -1 before the first."""
        return self._number

    @property
    def positions(self) -> tuple[int, ...]:
        """Those who were asked last, from left to right: shuffled for each prompt in a blind contest."""
        if self._contest is None or not self._contest.blind:
            return self._asked
        return positions(self._contest.shuffle_seed, self._number, self._asked)

    def answer(self, place: int) -> ContestAnswer | None:
        """The last answer of a contestant; its text is there from its end on."""
        return self._columns[place].answer if place < len(self._columns) else None

    def history(self, place: int) -> tuple[PromptTurn, ...]:
        """The conversation with a contestant: whole questions and answers by turns."""
        return self._columns[place].history

    def begin(
        self,
        entries: Sequence[Entry],
        *,
        blind: bool = False,
        tags: Iterable[str] = (),
        shuffle_seed: int | None = None,
    ) -> None:
        """Begin a contest, in place of the one before; ``begun`` follows.

        Nothing is kept until something is asked. Raises ValueError unless there are 2 to 6 entries.
        """
        if not LEAST_CONTESTANTS <= len(entries) <= MOST_CONTESTANTS:
            raise ValueError(f"{len(entries)} contestants")
        self._end_contest()
        self._entries = chosen = tuple(entries)
        seed = secrets.randbits(32) if shuffle_seed is None else shuffle_seed
        self._tags = clean_tags(tags)
        self._round.set_turn(CompareTurn(None, "checking"))
        self._disk.run(
            lambda: [checked(self._folder, entry) for entry in chosen],
            partial(self._begun, chosen, blind=blind, seed=seed),
        )

    def set_tags(self, tags: Iterable[str]) -> None:
        """The tags that votes get from now on, those on what is answered already too."""
        self._tags = clean_tags(tags)
        if self._contest is not None:
            self._contest = replace(self._contest, tags=self._tags)

    def ask(self, question: str, places: Iterable[int] | None = None) -> bool:
        """Ask all contestants, or some, after what was said before; False while others are heard."""
        return self.ask_conversation((PromptTurn("user", question),), places, anew=False)

    def ask_conversation(
        self,
        turns: Sequence[PromptTurn],
        places: Iterable[int] | None = None,
        *,
        anew: bool = True,
    ) -> bool:
        """Ask what a whole conversation ends with, ``anew`` or after what was said before.

        False, and nothing is asked, before ``begin`` and while contestants are still to be heard.
        """
        if self.is_busy or not self._entries:
            return False
        chosen = tuple(range(len(self._entries)) if places is None else dict.fromkeys(places))
        ask = partial(self._ask, tuple(turns), chosen, anew=anew)
        if self._contest is None:
            self._waiting = ask
        else:
            ask()
        return True

    def cancel(self, place: int) -> None:
        """Stop one contestant: what it wrote stays, the others go on."""
        if place < len(self._columns):
            self._round.cancel(self._columns[place])

    def cancel_all(self) -> None:
        """Stop all contestants that are still to be heard."""
        self._waiting = None
        self._round.cancel_all()

    def close(self) -> None:
        """Keep what was written, and end the workers; blocks until they are gone."""
        self._end_contest()
        self._entries = ()
        self._disk.close()
        self.workers.close()

    def _end_contest(self) -> None:
        """Stop what is written; what came of it stays."""
        self._waiting = None
        self._round.abandon()
        for column in self._columns:
            self.workers.forget(column.conversation)
        self._columns, self._contest, self._asked = [], None, ()
        self._number, self._is_kept = -1, False

    def _begun(
        self,
        entries: tuple[Entry, ...],
        found: list[Checked],
        *,
        blind: bool,
        seed: int,
    ) -> None:
        if entries is not self._entries:
            return
        contestants = tuple(one.contestant for one in found)
        contest = Contest(uuid.uuid4().hex, time.time(), contestants, blind, seed, self._tags)
        self._contest = contest
        self._columns = [
            Column(contest.id, place, *both)
            for place, both in enumerate(zip(entries, found, strict=True))
        ]
        self._round.set_turn(CompareTurn())
        self.begun.emit(contest)
        if self._waiting is not None:
            ask, self._waiting = self._waiting, None
            ask()

    def _ask(self, turns: tuple[PromptTurn, ...], places: tuple[int, ...], *, anew: bool) -> None:
        self._keep_contest()
        self._number += 1
        self._asked = places
        columns = [self._columns[place] for place in places]
        for column in columns:
            if anew:  # evaluated whole, as it would be in a contest of its own
                self.workers.forget(column.conversation)
            column.begin(self._number, turns, anew=anew)
        self._round.start(columns)

    def _keep_contest(self) -> None:
        contest = self._contest
        if not self._is_kept and contest is not None:
            self._is_kept = True
            self._store.keep(lambda store: store.contests.begin(contest))

    def _answered(self, answer: ContestAnswer) -> None:
        self._store.keep(lambda store: store.contests.put_answer(answer))
        self.answered.emit(answer)

    def _loaded(self, model: ModelFile, facts: Loaded) -> None:
        self._store.keep(lambda store: record_load(store, model, facts))
        self.loaded.emit(model, facts)
