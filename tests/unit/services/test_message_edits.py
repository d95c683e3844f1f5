"""Edits on their way to the store: soon while typing goes on, in order, and none too many."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from benchtop.domain.chat import Conversation, Message, MessageEdit
from benchtop.domain.errors import BenchtopError, StoreFull
from benchtop.services.message_edits import MessageEdits
from benchtop.services.store_thread import StoreThread
from benchtop.store.database import open_store
from benchtop.store.edits import EditTable

EDIT = MessageEdit("m", "c", "new words")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store with one message."""
    place = tmp_path / "benchtop.sqlite3"
    with open_store(place) as store:
        store.conversations.add(Conversation("c", "Talk", 1.0, 1.0))
        store.messages.add(Message("m", "c", None, "user", "old words", 1.0))
    return place


@pytest.fixture
def thread(path: Path) -> Iterator[StoreThread]:
    made = StoreThread(path)
    yield made
    made.close()


@pytest.fixture
def edits(thread: StoreThread) -> MessageEdits:
    return MessageEdits(thread, thread)


def stored(thread: StoreThread, path: Path) -> list[MessageEdit]:
    thread.write_now()
    with open_store(path) as store:
        return store.edits.all()


def test_typing_that_never_pauses_is_kept(
    qtbot: QtBot, thread: StoreThread, edits: MessageEdits, path: Path
) -> None:
    typed: list[str] = []

    def key() -> None:
        typed.append("a")
        edits.keep(MessageEdit("m", "c", "".join(typed)))

    typing = QTimer(edits, interval=20)
    typing.timeout.connect(key)
    typing.start()
    qtbot.waitUntil(lambda: bool(stored(thread, path)), timeout=2_000)
    assert typing.isActive()


def test_what_was_typed_last_is_kept_at_once_when_asked(
    thread: StoreThread, edits: MessageEdits, path: Path
) -> None:
    edits.keep(MessageEdit("m", "c", "new wor"))
    edits.keep(EDIT)
    assert stored(thread, path) == []
    edits.flush()
    assert stored(thread, path) == [EDIT]


def test_a_saved_edit_does_not_come_back(
    thread: StoreThread, edits: MessageEdits, path: Path
) -> None:
    edits.keep(EDIT)
    edits.flush()
    edits.keep(MessageEdit("m", "c", "new words and"))
    edits.drop("m", "c")
    edits.flush()
    assert stored(thread, path) == []


def test_what_is_kept_is_read_again(qtbot: QtBot, thread: StoreThread, edits: MessageEdits) -> None:
    edits.keep(EDIT)
    edits.flush()
    with qtbot.waitSignal(edits.loaded) as loaded:
        edits.load()
    assert loaded.args == [[EDIT]]


def test_while_the_disk_is_full_it_waits_as_words(
    monkeypatch: pytest.MonkeyPatch, thread: StoreThread, edits: MessageEdits, path: Path
) -> None:
    trouble: list[BenchtopError] = [StoreFull(path=str(path))]
    put, remove = EditTable.put, EditTable.remove

    def full(table: EditTable, *words: str) -> None:
        if trouble:
            raise trouble[0]
        put(table, *words) if len(words) == 2 else remove(table, *words)

    monkeypatch.setattr(EditTable, "put", full)
    monkeypatch.setattr(EditTable, "remove", full)
    edits.keep(EDIT)
    edits.flush()
    assert thread.write_now() == [EDIT]
    trouble.clear()
    assert stored(thread, path) == [EDIT]
    trouble.append(StoreFull(path=str(path)))
    edits.drop("m", "c")
    assert thread.write_now() == [], "what was given up is no words to ask about"
    trouble.clear()
    assert stored(thread, path) == []
