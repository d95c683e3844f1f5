"""A comparison without the window: its session, votes and workers on the data folder of the test."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from pytestqt.qtbot import QtBot

from benchtop.domain.contests import CastVote, Contest, ContestAnswer
from benchtop.domain.errors import BenchtopError
from benchtop.domain.generation import AdapterUse, SamplingParams
from benchtop.domain.models import ModelFile, inspect_model
from benchtop.protocol.messages import Loaded, Started
from benchtop.services.compare_round import CompareTurn
from benchtop.services.compare_session import CompareSession
from benchtop.services.compare_workers import CompareWorkers
from benchtop.services.contest_entry import Entry
from benchtop.services.contest_votes import ContestVotes
from benchtop.services.data_folder import find_data_folder
from benchtop.services.engine import Engine
from benchtop.services.library import starter
from benchtop.services.settings import SettingsKeeper
from benchtop.services.store_thread import StoreThread

WAIT_MS = 60_000
GREEDY = SamplingParams(temperature=0.0, max_tokens=24)


class CompareKit:
    """The services of a comparison beside a chat's engine, and what their signals said, in order."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.folder = find_data_folder()
        self.folder.prepare()
        self.settings = SettingsKeeper(self.folder)
        self.store = StoreThread(self.folder.database)
        self.engine = Engine(self.folder, self.settings)
        self.memory = self.engine.memory
        self.workers = CompareWorkers(self.folder, self.settings, self.memory, self.engine)
        self.session = CompareSession(self.folder, self.workers, self.store)
        self.votes = ContestVotes(self.session, self.store)
        self.loads: list[str] = []
        self.answers: list[ContestAnswer] = []
        self.texts: dict[int, str] = {}
        self.turns: list[CompareTurn] = []
        self.started: list[Started] = []
        self.rounds: list[int] = []
        self.contests: list[Contest] = []
        self.kept: list[CastVote] = []
        self.refused: list[BenchtopError] = []
        self.session.loaded.connect(self._loaded)
        self.session.answered.connect(self.answers.append)
        self.session.grown.connect(self._grown)
        self.session.turn_changed.connect(self.turns.append)
        self.session.round_ended.connect(self.rounds.append)
        self.session.begun.connect(self.contests.append)
        self.workers.answered.connect(
            lambda answer: self.started.append(answer) if isinstance(answer, Started) else None
        )
        self.votes.kept.connect(self.kept.append)
        self.votes.refused.connect(self.refused.append)

    def close(self) -> None:
        self.session.close()
        self.engine.close()
        self.store.close()

    def until(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=WAIT_MS)

    def ask(self, question: str, places: list[int] | None = None) -> list[ContestAnswer]:
        """Ask, wait for the end of the round; the answers by place."""
        self.texts, before, asked = {}, len(self.rounds), len(self.answers)
        assert self.session.ask(question, places)
        self.until(lambda: len(self.rounds) > before)
        return sorted(self.answers[asked:], key=lambda answer: answer.place)

    def written(self) -> None:
        """Wait until what was given to the store is on the disk."""
        done: list[bool] = []
        self.store.run(lambda _store: None, lambda _done: done.append(True))
        self.until(lambda: done)

    def _loaded(self, model: ModelFile, facts: Loaded) -> None:
        assert facts.path == model.path
        self.loads.append(Path(model.path).name)

    def _grown(self, place: int, text: str, _reasoning: str) -> None:
        self.texts[place] = self.texts.get(place, "") + text


def entry(model: ModelFile | None = None, *adapters: AdapterUse, **changes: Any) -> Entry:
    """The starter, or another model, at temperature 0."""
    settings = {
        name: changes.pop(name) for name in ("system_prompt", "seed", "name") if name in changes
    }
    return Entry(model or starter(), adapters, params=replace(GREEDY, **changes), **settings)


def copy_of(path: Path, to: Path) -> ModelFile:
    """The same bytes as another model."""
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(path, to)
    return replace(inspect_model(to), name=to.stem)
