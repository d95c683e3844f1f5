"""Chats of Ollama, in its database."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from benchtop.domain.errors import ChatUnreadable
from benchtop.services import chats_of_ollama, foreign_database
from benchtop.services.foreign_database import ForeignDatabase, read_at_rest
from benchtop.services.local_walk import never
from unit.services.other_chat_files import ollama_chat, open_ollama, put
from unit.services.other_chat_kit import home, incomplete, machine, one_chat, read, sums, words

__all__ = ["home"]


@pytest.mark.parametrize("later", [False, True], ids=["first schema", "later schema"])
def test_a_chat_of_ollama_that_is_open_in_it(home: Path, later: bool) -> None:
    database = open_ollama(home, later=later)
    talk = [("user", "What is an owl?", ""), ("assistant", "A bird.", "Hm."), ("tool", "x", "")]
    ollama_chat(database, talk)
    assert (home / ".ollama/db.sqlite-wal").stat().st_size > 0  # all of it is still in the log
    before = sums(home)
    chat = one_chat(chats_of_ollama, home)
    assert sums(home) == before
    database.close()
    assert (chat.id, chat.title) == ("0197-a", "About owls")
    assert chat.created == pytest.approx(1_719_000_000.123456)
    asked, answer = chat.messages
    assert (asked.text, asked.model) == ("What is an owl?", "")
    assert (answer.text, answer.reasoning, answer.model) == ("A bird.", "Hm.", "gemma3:4b")
    assert answer.created == 1_719_000_005.5


def test_files_with_a_message_of_ollama_are_left_out_and_said(home: Path) -> None:
    database = open_ollama(home)
    ollama_chat(database, [("user", "Look", "")])
    database.execute(
        "insert into attachments (message_id, filename, data) values (1, 'a.png', x'00')"
    )
    database.close()
    (message,) = one_chat(chats_of_ollama, home).messages
    assert message.note == "Files that were attached were left out."


@pytest.mark.parametrize("content", [b"no database" * 100, b"", b"SQLite format 3\0" + b"\0" * 999])
def test_a_damaged_file_of_ollama_is_told(home: Path, content: bytes) -> None:
    path = put(home / ".ollama" / "db.sqlite", content)
    chats, (error,) = read(chats_of_ollama, home)
    assert chats == []
    assert error.facts["path"] == str(path)
    assert chats_of_ollama.count(machine(home)) == 1


def test_where_ollama_keeps_its_file_on_other_systems(home: Path) -> None:
    open_ollama(home).close()
    whole = (home / ".ollama/db.sqlite").read_bytes()
    put(home / "Library/Application Support/Ollama/db.sqlite", whole)
    put(home / "AppData/Local/Ollama/db.sqlite", whole)
    for platform in ("darwin", "win32"):
        assert list(chats_of_ollama.read(machine(home, platform))) == []
        assert chats_of_ollama._databases(machine(home, platform)) != []


def test_no_copy_of_what_was_said_is_made(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a full disk, or a sudden end, has nothing to do with it."""
    nowhere = str(home / "nowhere")
    monkeypatch.setattr(tempfile, "tempdir", nowhere)
    monkeypatch.setenv("SQLITE_TMPDIR", nowhere)
    database = open_ollama(home)
    ollama_chat(database, [("user", "Hello", "")])
    one_chat(chats_of_ollama, home)
    database.close()
    one_chat(chats_of_ollama, home)


def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = open_ollama(home)
    ollama_chat(database, [("user", "Hello", "")])
    monkeypatch.setattr(foreign_database, "LARGEST_FILE", 1000)
    _chats, (error,) = read(chats_of_ollama, home)
    assert "is open in Ollama: quit Ollama, then bring it in again" in str(error)
    database.close()
    monkeypatch.setattr(foreign_database, "LARGEST_AT_REST", 1000)
    _chats, (error,) = read(chats_of_ollama, home)
    assert "at most" in str(error)
    assert chats_of_ollama.count(machine(home)) == 1


def test_a_message_that_is_too_large_is_lost_alone(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(foreign_database, "LARGEST_TEXT", 5_000)
    database = open_ollama(home)
    ollama_chat(
        database, [("user", "Hello", ""), ("assistant", "x" * 6_000, ""), ("user", "?", "")]
    )
    ollama_chat(database, [("user", "An owl?", "")], "0197-b")
    ollama_chat(database, [("user", "y" * 6_000, "")], "0197-c")
    database.close()
    chats, (error,) = read(chats_of_ollama, home)
    assert [words(chat.messages) for chat in chats] == [
        [("user", "Hello"), ("user", "?")],
        [("user", "An owl?")],
    ]
    assert [message.id for message in chats[0].messages] == ["0", "2"]
    (told,) = incomplete(chats_of_ollama, home)
    assert "of “About owls” 1 message is larger than" in told
    assert "1 message is larger than" in str(error)


def test_all_that_is_said_is_bounded(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = open_ollama(home)
    for number in range(3):
        ollama_chat(database, [("user", "x" * 4_000, "")], str(number))
    database.close()
    monkeypatch.setattr(foreign_database, "LARGEST_FILE", 9_000)
    chats, (error,) = read(chats_of_ollama, home)
    assert chats == []
    assert "what it says is more than" in str(error)


def test_bytes_in_the_place_of_words(home: Path) -> None:
    database = open_ollama(home)
    ollama_chat(database, [("user", "Hello", ""), ("assistant", "1", ""), ("user", "2", "")])
    database.execute("update messages set content = x'c39c' where content = '1'")
    database.execute("update messages set content = x'00ff' where content = '2'")
    database.close()
    chat = one_chat(chats_of_ollama, home)
    assert words(chat.messages) == [("user", "Hello"), ("assistant", "Ü")]
    (told,) = incomplete(chats_of_ollama, home)
    assert "of “About owls” 1 message is in a form unknown here" in told


def test_a_chat_without_messages_is_neither_counted_nor_told(home: Path) -> None:
    database = open_ollama(home)
    ollama_chat(database, [])
    database.close()
    assert chats_of_ollama.count(machine(home)) == 0
    assert read(chats_of_ollama, home) == ([], [])


@pytest.mark.parametrize("times", [1, 9])
def test_what_is_written_meanwhile_is_read_again(home: Path, times: int) -> None:
    database = open_ollama(home)
    path = home / ".ollama" / "db.sqlite"
    tries: list[int] = []

    def titles(opened: ForeignDatabase) -> list[ChatUnreadable]:
        found = opened.rows("select id from chats")
        if len(tries) < times:
            ollama_chat(database, [("user", "Hello", "")], str(len(tries)))
        tries.append(len(found))
        return [ChatUnreadable(path=str(row[0]), detail="x") for row in found]

    if times == 1:
        assert len(read_at_rest(path, titles, never, "Ollama")) == 1  # type: ignore[arg-type]
    else:
        with pytest.raises(ChatUnreadable, match="Ollama is writing to it: quit Ollama"):
            read_at_rest(path, titles, never, "Ollama")  # type: ignore[arg-type]
    assert tries == [0, 1, 2][: times + 1]
    database.close()
