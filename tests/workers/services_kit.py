"""The services of one window without the window, for tests that talk to real workers."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pytestqt.qtbot import QtBot

from benchtop.domain.chat import Message
from benchtop.domain.models import ModelFile, inspect_model
from benchtop.services.branch_on_show import ChatDefaults
from benchtop.services.chat_session import ChatSession
from benchtop.services.data_folder import DataFolder, find_data_folder
from benchtop.services.engine import Engine
from benchtop.services.library import starter
from benchtop.services.settings import SettingsKeeper
from benchtop.services.store_thread import StoreThread
from benchtop.store.database import open_store

WAIT_MS = 60_000


@dataclass
class Heard:
    """What the signals said, in order."""

    grown: list[str] = field(default_factory=list)
    ended: list[Message] = field(default_factory=list)
    questions: list[Any] = field(default_factory=list)
    errors: list[Any] = field(default_factory=list)
    contexts: list[tuple[int, int]] = field(default_factory=list)


class Kit:
    """Store, engine and session on the data folder of the test."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.folder: DataFolder = find_data_folder()
        self.folder.prepare()
        self.settings = SettingsKeeper(self.folder)
        self.store = StoreThread(self.folder.database)
        self.engine = Engine(self.folder, self.settings)
        self.session = ChatSession(self.store, self.engine)
        self.model: ModelFile = starter()
        self.heard = Heard()
        self.session.grown.connect(lambda _id, text, _r: self.heard.grown.append(text))
        self.session.reply_ended.connect(self.heard.ended.append)
        self.session.context_filled.connect(self.heard.questions.append)
        self.session.context_changed.connect(lambda *c: self.heard.contexts.append(c))
        self.session.branch.failed.connect(self.heard.errors.append)
        self.engine.choice_failed.connect(lambda _m, e: self.heard.errors.append(e))
        self.defaults(temperature=0.0, max_tokens=24)

    def defaults(self, system_prompt: str = "", **params: Any) -> None:
        """What new conversations start with."""
        self.session.set_defaults(ChatDefaults(self.model, system_prompt, params))

    def use_slow(self, path: Path) -> None:
        """Let a model answer that can be stopped in the middle of a long reply."""
        self.model = inspect_model(path)
        self.defaults(temperature=1.0, logit_bias={"2": -100.0})

    def begin_long_reply(self) -> None:
        """Send something and wait until its reply is under way."""
        self.session.send("Tell me a story.")
        self.until(lambda: len("".join(self.heard.grown)) > 20)

    def close(self) -> None:
        self.session.close()
        self.engine.close()
        self.store.close()

    def say(self, text: str) -> Message:
        """Send and wait for the end of the reply."""
        return self.reply(lambda: self.session.send(text))

    def reply(self, act: Any) -> Message:
        """Do something that brings a reply, and wait for its end."""
        before = len(self.heard.ended)
        act()
        self.qtbot.waitUntil(lambda: len(self.heard.ended) > before, timeout=WAIT_MS)
        return self.heard.ended[-1]

    def until(self, condition: Any) -> None:
        self.qtbot.waitUntil(condition, timeout=WAIT_MS)

    def path(self) -> list[str]:
        return [m.content for m in self.session.branch.messages()]

    def stored(self) -> list[Message]:
        """The messages of the conversation on show, read from the file by a second connection."""
        done: list[bool] = []
        self.store.run(lambda _s: None, lambda _r: done.append(True))
        self.until(lambda: bool(done))  # what was asked before is written now
        with open_store(self.folder.database) as store:
            return store.messages.of(self.session.branch.here.id)

    def open(self, conversation_id: str | None) -> None:
        with self.qtbot.waitSignal(self.session.branch.opened, timeout=WAIT_MS):
            self.session.open(conversation_id, lambda _id: self.model)
