"""Chats of Ollama, in its database."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchtop.services import chats_of_ollama
from unit.services.other_chat_files import ollama_chat, open_ollama, put
from unit.services.other_chat_kit import home, machine, one_chat, read, sums

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
