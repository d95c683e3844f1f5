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
from unit.services.other_chat_files import (
    CREATED,
    jan_line,
    lm_studio,
    put,
    put_jan,
    put_lm_studio,
    said,
    versions,
)
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


def test_chats_of_one_id_that_came_in_as_one_stay_so(
    two_alike: Path, importing: ChatImport, store: StoreThread, qtbot: QtBot
) -> None:
    """The first version had put the chats of one id into one conversation."""
    every = [
        one for reader in (chats_of_jan, chats_of_lm_studio) for one in chats_of(reader, two_alike)
    ]
    for chat in every:
        store.run(lambda opened, chat=chat: import_json(opened, as_export(chat, chat.own_id)))
    before = conversations(store, qtbot)
    assert [sorted(one) for one in before] == [["A letter?", "A song?"]] * 2
    assert bring(qtbot, importing, *PROGRAMS) == BroughtIn(known=4)
    assert conversations(store, qtbot) == before


def test_another_chat_does_not_join_one_that_came_in_before_it(
    two_alike: Path, importing: ChatImport, store: StoreThread, qtbot: QtBot
) -> None:
    """Whichever is read first: here the new one is."""
    (letter,) = (one for one in chats_of(chats_of_jan, two_alike) if one.place == "work")
    store.run(lambda opened: import_json(opened, as_export(letter, letter.own_id)))
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


def test_chats_that_came_in_with_their_place_are_found_again(
    two_alike: Path, importing: ChatImport, store: StoreThread, qtbot: QtBot
) -> None:
    for chat in (
        one for reader in (chats_of_jan, chats_of_lm_studio) for one in chats_of(reader, two_alike)
    ):
        store.run(lambda opened, chat=chat: import_json(opened, as_export(chat, chat.placed_id)))
    assert bring(qtbot, importing, *PROGRAMS) == BroughtIn(known=4)
    assert conversations(store, qtbot) == APART


def put_talk(home: Path, place: str, *talk: str, created: int | None = CREATED) -> None:
    """A chat of LM Studio in a file of one name, in whichever folder."""
    messages = [versions(said("user", words)) for words in talk]
    put_lm_studio(home, lm_studio(*messages, createdAt=created), f"{place}/notes".lstrip("/"))


@pytest.fixture
def nobody(two_alike: Path) -> Path:
    """A home without chats."""
    shutil.rmtree(two_alike)
    return two_alike


def move(home: Path, place: str, to: str) -> None:
    folder = home / ".lmstudio" / "conversations"
    (folder / to).mkdir(parents=True, exist_ok=True)
    (folder / place / "notes.conversation.json").rename(folder / to / "notes.conversation.json")


def test_a_chat_that_was_moved_into_a_folder_is_not_doubled(
    nobody: Path, importing: ChatImport, store: StoreThread, qtbot: QtBot
) -> None:
    put_talk(nobody, "", "A letter?")
    assert bring(qtbot, importing, "LM Studio") == BroughtIn(new=1)
    move(nobody, "", "Work")
    assert bring(qtbot, importing, "LM Studio") == BroughtIn(known=1)
    put_talk(nobody, "Work", "A letter?", "To whom?")
    assert bring(qtbot, importing, "LM Studio") == BroughtIn(grown=1)
    assert conversations(store, qtbot) == [["A letter?", "To whom?"]]


@pytest.mark.parametrize("created", [CREATED, None])
def test_two_chats_of_one_id_that_were_moved_and_have_grown_stay_two(
    nobody: Path, importing: ChatImport, store: StoreThread, qtbot: QtBot, created: int | None
) -> None:
    put_talk(nobody, "a", "Hello", "A letter?", created=created)
    put_talk(nobody, "b", "Hello", "A song?", created=created)
    assert bring(qtbot, importing, "LM Studio") == BroughtIn(new=2)
    move(nobody, "a", "c")  # now it is read after the other
    assert bring(qtbot, importing, "LM Studio") == BroughtIn(known=2)
    put_talk(nobody, "b", "Hello", "A song?", "Louder", created=created)
    put_talk(nobody, "c", "Hello", "A letter?", "Shorter", created=created)
    assert bring(qtbot, importing, "LM Studio") == BroughtIn(grown=2)
    assert conversations(store, qtbot) == [
        ["Hello", "A letter?", "Shorter"],
        ["Hello", "A song?", "Louder"],
    ]


@pytest.mark.parametrize("first", ["a", "c"])
def test_an_old_copy_of_a_chat_that_goes_on_doubles_nothing(
    nobody: Path, importing: ChatImport, store: StoreThread, qtbot: QtBot, first: str
) -> None:
    put_talk(nobody, "b", "A letter?")
    bring(qtbot, importing, "LM Studio")
    put_talk(nobody, first, "A letter?")
    put_talk(nobody, "b", "A letter?", "To whom?")
    assert bring(qtbot, importing, "LM Studio") == BroughtIn(known=1, grown=1)
    assert conversations(store, qtbot) == [["A letter?", "To whom?"]]


def test_a_chat_that_was_written_anew_stays_one(
    nobody: Path, importing: ChatImport, store: StoreThread, qtbot: QtBot
) -> None:
    put_talk(nobody, "", "A leter?")
    bring(qtbot, importing, "LM Studio")
    put_talk(nobody, "", "A letter?")
    assert bring(qtbot, importing, "LM Studio") == BroughtIn(grown=1)
    assert conversations(store, qtbot) == [["A leter?", "A letter?"]]


def test_the_others_are_found_where_one_of_one_id_was_deleted_for_good(
    nobody: Path, importing: ChatImport, store: StoreThread, qtbot: QtBot
) -> None:
    for place in ("a", "b", "c"):
        put_talk(nobody, place, place)
    assert bring(qtbot, importing, "LM Studio") == BroughtIn(new=3)

    def delete(opened: Store) -> None:
        ids = [one.id for one in opened.conversations.all()]
        (song,) = (one for one in ids if opened.messages.of(one)[0].content == "b")
        opened.conversations.delete([song])
        opened.conversations.purge([song])

    store.run(delete)
    move(nobody, "b", "d")  # it is read last
    assert bring(qtbot, importing, "LM Studio") == BroughtIn(new=1, known=2)
    assert bring(qtbot, importing, "LM Studio") == BroughtIn(known=3)
    assert conversations(store, qtbot) == [["a"], ["b"], ["c"]]
