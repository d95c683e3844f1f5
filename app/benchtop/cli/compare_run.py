"""A comparison run from a command: blocks while the contestants are heard, and stops on Ctrl+C."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol, TextIO

from benchtop.cli.common import one_line, write_text
from benchtop.cli.event_wait import EventWait
from benchtop.cli.worker_room import settings_and_workers
from benchtop.domain.contests import Contest, ContestAnswer, PromptTurn
from benchtop.domain.errors import BenchtopError
from benchtop.domain.models import ModelFile
from benchtop.protocol.messages import Loaded
from benchtop.services.compare_round import CompareTurn
from benchtop.services.compare_session import CompareSession
from benchtop.services.contest_entry import Entry
from benchtop.services.data_folder import DataFolder
from benchtop.services.load_memory import remember_load
from benchtop.services.store_thread import NoStore

_WORDS = {
    "checking": "reading the files",
    "loading": "loading",
    "waiting": "waiting for another reply to end",
    "reading": "reading the prompt",
    "writing": "writing",
}


class Listener(Protocol):
    """What is told while contestants are heard; see CompareSession's signals."""

    def begun(self, contest: Contest) -> None:
        """The contestants are known."""

    def grown(self, place: int, text: str, reasoning: str) -> None:
        """More of an answer came."""

    def answered(self, answer: ContestAnswer) -> None:
        """An answer ended."""


class CompareRun:
    """A session without a store, asked one thing after another. Models stay loaded in between.

    ``loads`` counts how often a model was loaded.
    """

    def __init__(self, folder: DataFolder, models: Sequence[ModelFile]) -> None:
        self._folder = folder
        self._events = EventWait(folder.logs)
        self._settings, workers = settings_and_workers(folder, models)
        self.session = CompareSession(folder, workers, NoStore())
        self.session.loaded.connect(self._loaded)
        self.session.turn_changed.connect(self._turn)
        self.session.round_ended.connect(lambda _number: self._events.end())
        self._names: list[str] = []
        self._said: tuple[int | None, str] = (None, "")
        self._error: BenchtopError | None = None
        self.interrupted = False
        self.loads = 0

    def ask(
        self, entries: Sequence[Entry], turns: Sequence[PromptTurn], listener: Listener
    ) -> None:
        """Ask all of them, and wait until the last has ended. Raises only our own faults, and
        Interrupted where a person would not wait for the end."""
        self._names = [one_line(entry.name or entry.model.name) for entry in entries]
        self._hear(partial(self._begin, entries, tuple(turns)), listener)

    def go_on(self, turns: Sequence[PromptTurn], listener: Listener) -> None:
        """Ask those of the last ``ask`` after what was said before; raises as that does."""
        self._hear(partial(self.session.ask_conversation, tuple(turns), anew=False), listener)

    def _hear(self, begin: Callable[[], object], listener: Listener) -> None:
        connections = [
            self.session.begun.connect(listener.begun),
            self.session.grown.connect(listener.grown),
            self.session.answered.connect(listener.answered),
        ]
        try:
            self._events.wait(begin, self._interrupt, self._fail)
        finally:
            for connection in connections:
                self.session.disconnect(connection)
        if self._error is not None:
            raise self._error

    def stop(self) -> None:
        """Stop all contestants; what they wrote stays."""
        self.session.cancel_all()

    def close(self) -> None:
        """End the workers."""
        self.session.close()
        self._settings.write_now()

    def tell(self, text: str) -> None:
        """A line on stderr."""
        clear = "\r\033[K" if sys.stderr.isatty() else ""
        sys.stderr.write(f"{clear}{text}\n")
        sys.stderr.flush()

    def write(self, stream: TextIO, text: str) -> None:
        """Write what a model says, at once."""
        if not text:
            return
        if sys.stderr.isatty():
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()
        write_text(stream, text)
        stream.flush()

    def _begin(self, entries: Sequence[Entry], turns: tuple[PromptTurn, ...]) -> None:
        self.session.begin(entries)
        self.session.ask_conversation(turns)

    def _loaded(self, model: ModelFile, facts: Loaded) -> None:
        self.loads += 1
        remember_load(self._folder, model, facts)

    def _turn(self, turn: CompareTurn) -> None:
        """Whose turn it is: a line that changes on a terminal, else a line each."""
        words = _WORDS.get(turn.stage, "")
        name = f"{self._names[turn.place]}: " if turn.place is not None else ""
        if sys.stderr.isatty():
            done = f" {turn.fraction:.0%}" if turn.fraction is not None else ""
            if turn.stage != "writing":
                sys.stderr.write(f"\r\033[K{name}{words}{done}")
                sys.stderr.flush()
        elif words and self._said != (turn.place, words):
            self._said = (turn.place, words)
            sys.stderr.write(f"{name}{words}\n")

    def _interrupt(self) -> None:
        """The first Ctrl+C stops the answers after the token at hand; the second ends at once."""
        if self.interrupted or not self.session.is_busy:
            self._events.soon(self._events.end)
        self.interrupted = True
        self.session.cancel_all()
        if not self.session.is_busy:
            self._events.soon(self._events.end)

    def _fail(self, error: BenchtopError) -> None:
        self._error = error
        self._events.end()
