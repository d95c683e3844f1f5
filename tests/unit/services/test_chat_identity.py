"""Which chat of another program is which: by where it lies there and its id, each time the same."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from benchtop.domain.chat import Message
from benchtop.services import chats_of_jan, chats_of_lm_studio
from benchtop.services.chat_import import BroughtIn, ChatImport
from benchtop.services.other_chats import ChatReader, OtherChat, as_export
from benchtop.services.store_thread import StoreThread
from benchtop.store.database import Store
from benchtop.store.transfer import import_json
from unit.services.other_chat_files import jan_line, lm_studio, put, put_jan, said, versions
from unit.services.other_chat_kit import machine
from unit.services.test_chat_import import bring, importing, store

__all__ = ["importing", "store"]

PROGRAMS = ("Jan", "LM Studio")


@pytest.fixture
def two_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with two chats of LM Studio in files of one name, and two of Jan with one id."""
    home = tmp_path / "me"
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "JAN_DATA_FOLDER"):
        monkeypatch.delenv(name, raising=False)
    for where, words in (("work", "A letter?"), ("home", "A song?")):
        chat = lm_studio(versions(said("user", words)), createdAt=None)
        folder = home / ".lmstudio" / "conversations" / where
        put(folder / "notes.conversation.json", json.dumps(chat))
        put_jan(home / "jan", [jan_line(1, "user", words)], where, id="thread-1")
    return home


def conversations(store: StoreThread, qtbot: QtBot) -> list[list[str]]:
    """The words of each conversation, in order."""
    found: list[list[list[str]]] = []

    def work(opened: Store) -> list[list[str]]:
        every: list[list[Message]] = [
            opened.messages.of(one.id) for one in opened.conversations.all()
        ]
        return sorted([message.content for message in one] for one in every)

    store.run(work, found.append)
    qtbot.waitUntil(lambda: bool(found))
    return found[0]


def chats_of(reader: ChatReader, home: Path) -> list[OtherChat]:
    return [one for one in reader.read(machine(home)) if isinstance(one, OtherChat)]


APART = [["A letter?"], ["A letter?"], ["A song?"], ["A song?"]]


def test_chats_of_one_name_in_different_places_stay_apart(
    two_alike: Path, importing: ChatImport, store: StoreThread, qtbot: QtBot
) -> None:
    assert bring(qtbot, importing, *PROGRAMS) == BroughtIn(new=4)
    assert conversations(store, qtbot) == APART
    assert bring(qtbot, importing, *PROGRAMS) == BroughtIn(known=4)
    assert conversations(store, qtbot) == APART


def test_a_home_that_was_moved_doubles_nothing(
    two_alike: Path,
    importing: ChatImport,
    store: StoreThread,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bring(qtbot, importing, *PROGRAMS)
    moved = two_alike.with_name("moved")
    shutil.copytree(two_alike, moved)
    monkeypatch.setenv("HOME", str(moved))
    assert bring(qtbot, importing, *PROGRAMS) == BroughtIn(known=4)
    assert conversations(store, qtbot) == APART


def test_what_came_in_before_the_place_counted_is_found_again(
    two_alike: Path, importing: ChatImport, store: StoreThread, qtbot: QtBot
) -> None:
    """That version had put the chats of one id into one conversation: there they stay."""
    every = [
        one for reader in (chats_of_jan, chats_of_lm_studio) for one in chats_of(reader, two_alike)
    ]
    for chat in every:
        store.run(lambda opened, chat=chat: import_json(opened, as_export(chat, chat.former_id)))
    before = conversations(store, qtbot)
    assert [sorted(one) for one in before] == [["A letter?", "A song?"]] * 2
    assert bring(qtbot, importing, *PROGRAMS) == BroughtIn(known=4)
    assert conversations(store, qtbot) == before


def test_another_chat_does_not_join_one_that_came_in_before_the_place_counted(
    two_alike: Path, importing: ChatImport, store: StoreThread, qtbot: QtBot
) -> None:
    (letter,) = (one for one in chats_of(chats_of_jan, two_alike) if one.place == "work")
    store.run(lambda opened: import_json(opened, as_export(letter, letter.former_id)))
    assert bring(qtbot, importing, "Jan") == BroughtIn(new=1, known=1)
    assert conversations(store, qtbot) == [["A letter?"], ["A song?"]]


def test_a_chat_that_comes_back_out_of_the_bin_was_brought_in(
    two_alike: Path, importing: ChatImport, store: StoreThread, qtbot: QtBot
) -> None:
    bring(qtbot, importing, "Jan")
    store.run(
        lambda opened: opened.conversations.delete([opened.conversations.all()[0].id]),
    )
    assert bring(qtbot, importing, "Jan") == BroughtIn(new=1, known=1)
    assert conversations(store, qtbot) == [["A letter?"], ["A song?"]]
