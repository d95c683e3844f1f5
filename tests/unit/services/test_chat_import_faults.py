"""Whatever goes wrong with one file of another program ends that file only, and is told."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from threading import Event

import pytest
from pytestqt.qtbot import QtBot

from benchtop.domain.errors import ChatUnreadable
from benchtop.services import (
    chat_files,
    chat_import,
    chats_of_gpt4all,
    chats_of_jan,
    chats_of_lm_studio,
    chats_of_ollama,
    foreign_database,
)
from benchtop.services.chat_import import BroughtIn, ChatImport
from benchtop.services.chats_of_others import READERS
from benchtop.services.local_walk import small_text
from benchtop.services.other_programs import OtherProgram, OtherPrograms
from benchtop.services.store_thread import StoreThread
from benchtop.store import import_json
from unit.services.other_chat_files import (
    endless_ollama,
    jan_line,
    lm_studio,
    put,
    put_gpt4all,
    put_jan,
    put_lm_studio,
    said,
    versions,
)
from unit.services.other_chat_kit import home, machine, read
from unit.services.test_chat_import import bring, importing, kept, me, others, store

__all__ = ["home", "importing", "me", "others", "store"]


def test_an_unexpected_fault_ends_its_file_only(
    me: Path, importing: ChatImport, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = put_jan(me / "jan", [jan_line(1, "user", "Hello")], "bad").parent
    facts_of = chats_of_jan._facts

    def facts(folder: Path) -> object:
        if folder == bad:
            raise ZeroDivisionError
        return facts_of(folder)

    monkeypatch.setattr(chats_of_jan, "_facts", facts)
    done = bring(qtbot, importing)
    assert done.new == 4
    (error,) = done.unreadable
    assert str(bad) in str(error)
    assert "ZeroDivisionError" in str(error)


def test_without_memory_for_one_file_the_others_come_in(
    me: Path, importing: ChatImport, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path) -> object:
        raise MemoryError

    monkeypatch.setattr(chats_of_lm_studio, "read_object", full)
    done = bring(qtbot, importing)
    assert done.new == 3
    (error,) = done.unreadable
    assert "1719000000000.conversation.json" in str(error)
    assert "not enough memory" in str(error)


def test_a_reader_that_fails_whole_does_not_keep_the_next_away(
    me: Path, importing: ChatImport, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> list[Path]:
        raise ZeroDivisionError

    monkeypatch.setattr(chats_of_gpt4all, "_files", fail)
    done = bring(qtbot, importing)
    assert (done.new, len(done.unreadable)) == (3, 1)
    assert "GPT4All" in str(done.unreadable[0])


def test_reading_that_fails_beyond_any_file_ends_the_import_and_says_so(
    me: Path, importing: ChatImport, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_waiting: object) -> object:
        raise MemoryError

    monkeypatch.setattr(chat_import, "_some_of", fail)
    done = bring(qtbot, importing, "Jan")
    assert isinstance(done.refused, ChatUnreadable)
    assert "Jan" in str(done.refused)


def test_a_chat_that_cannot_be_written_leaves_nothing_and_the_others_come_in(
    me: Path,
    importing: ChatImport,
    store: StoreThread,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    insert = import_json.insert

    def fail(database: object, message: object) -> None:
        insert(database, message)  # type: ignore[arg-type]
        if "A bird.\n" in message.content:  # type: ignore[attr-defined]
            raise ZeroDivisionError

    monkeypatch.setattr(import_json, "insert", fail)
    done = bring(qtbot, importing)
    assert done.new == 3
    assert "GPT4All: About owls" in str(done.unreadable[0])
    assert set(kept(store, qtbot)) == {"LM Studio", "Jan", "Ollama"}
    counts: list[int] = []
    store.run(lambda opened: opened.messages.count(), counts.append)
    qtbot.waitUntil(lambda: bool(counts))
    assert counts == [7]


def test_long_chats_are_written_one_by_one(
    me: Path, importing: ChatImport, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_import, "LETTERS_AT_ONCE", 1)
    parts: list[int] = []
    told: list[BroughtIn] = []
    importing.start(tuple(READERS), told.append, lambda done: parts.append(done.new))
    qtbot.waitUntil(lambda: bool(told))
    assert parts == [1, 2, 3, 4]


@pytest.mark.parametrize("reader", [chats_of_lm_studio, chats_of_jan])
def test_a_text_that_would_fill_the_memory_is_refused_with_the_bound(
    home: Path, reader: object
) -> None:
    for path in (
        home / ".lmstudio/conversations/large.json",
        home / "jan/threads/large/messages.jsonl",
    ):
        os.truncate(put(path, b""), chat_files.LARGEST_TEXT + 1)
    _chats, (error,) = read(reader, home)  # type: ignore[arg-type]
    assert "large" in str(error)
    assert "64 MB at most" in str(error)


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes with names")
def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(home: Path) -> None:
    facts = put_jan(home / "jan", [jan_line(1, "user", "Hello")]).with_name("thread.json")
    facts.unlink()
    os.mkfifo(facts)
    os.mkfifo(put(home / ".ollama" / "x", b"").with_name("db.sqlite"))
    os.mkfifo(put_gpt4all(home).with_name("gpt4all-pipe.chat"))
    assert [len(read(reader, home)[0]) for reader in READERS.values()] == [1, 0, 1, 0]


PROC = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux only")


@PROC
def test_what_is_made_up_while_it_is_read_is_no_file(home: Path) -> None:
    """As root the link could lead to /proc/kmsg, which never ends."""
    link = put(home / ".lmstudio/conversations/x", b"").with_name("3.conversation.json")
    link.symlink_to("/proc/self/status")
    put_lm_studio(home, lm_studio(versions(said("user", "Hello"))))
    chats, unreadable = read(chats_of_lm_studio, home)
    assert len(chats) == 1
    assert [str(one.facts["path"]) for one in unreadable] == [str(link)]
    assert "it is no file" in str(unreadable[0])
    assert small_text(link) == ""


def test_no_more_is_read_than_the_limit_whatever_size_a_file_was_said_to_have(
    tmp_path: Path,
) -> None:
    grows = put(tmp_path / "grows.json", b"x" * 3)
    assert chat_files._pieces(grows, 3) == b"xxx"
    with pytest.raises(ChatUnreadable, match="reads at most"):
        chat_files._pieces(grows, 2)


def test_a_file_that_never_ends_keeps_nothing_else_away(
    me: Path, importing: ChatImport, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of its own program neither, nor of those after it."""
    stuck, freed = Event(), Event()
    put_lm_studio(me, lm_studio(versions(said("user", "Hello"))), "0 stuck")
    read_object = chat_files.read_object

    def never_ends(path: Path) -> object:
        if "stuck" in path.name:
            stuck.set()
            freed.wait()
        return read_object(path)

    def in_time(ended: Event, seconds: float) -> bool:
        given.append(seconds)
        while not ended.wait(0.01):
            if stuck.is_set():
                stuck.clear()
                return False
        return True

    given: list[float] = []
    monkeypatch.setattr(chats_of_lm_studio, "read_object", never_ends)
    monkeypatch.setattr(chat_files, "in_time", in_time)
    done = bring(qtbot, importing, "LM Studio", "Jan", "Ollama")
    freed.set()
    assert done.new == 3
    (error,) = done.unreadable
    assert given == [60, 30, 60, 60], "what may be on the same disk is given less"
    assert "0 stuck.conversation.json" in str(error)
    assert "took too long" in str(error)


@pytest.mark.parametrize("how", ["too long", "cancelled"])
def test_a_table_that_never_ends_is_not_read_to_its_end(
    home: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    path = endless_ollama(home)
    if how == "too long":
        monkeypatch.setattr(foreign_database, "SECONDS", 0.0)
    asked: list[bool] = []

    def cancelled() -> bool:
        asked.append(True)
        return how == "cancelled" and len(asked) > 1

    assert chats_of_ollama.count(machine(home), cancelled) == 1
    asked.clear()
    (error,) = chats_of_ollama.read(machine(home), cancelled)
    assert isinstance(error, ChatUnreadable)
    assert error.facts["path"] == str(path)
    assert "took too long" in str(error)


def test_a_disk_that_does_not_answer_keeps_nothing_else_away(
    me: Path, others: OtherPrograms, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, answered = Event(), Event()

    def wait(*_arguments: object) -> int:
        answer.wait()
        answered.set()
        return 1

    monkeypatch.setattr(chats_of_jan, "count", wait)
    found: list[list[OtherProgram]] = []
    others.found.connect(found.append)
    others.look()
    qtbot.waitUntil(lambda: others._awaited == {"Jan"}, timeout=20_000)
    assert others._patience.isActive()
    assert found == []
    others._patience.timeout.emit()
    assert [one.name for one in found[0]] == ["GPT4All", "LM Studio", "Ollama"]
    assert not others.is_whole
    answer.set()
    answered.wait()
    monkeypatch.undo()
    monkeypatch.setenv("HOME", str(me))
    with qtbot.waitSignal(others.found, timeout=20_000):
        others.look()
    assert others.is_whole
    assert [one.chats for one in found[1]] == [1, 1, 1, 1]
    assert len(found) == 2
