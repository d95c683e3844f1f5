"""Chats of other programs: what holds for the readers of all of them."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from typing import Any

import pytest

from benchtop.services import (
    chats_of_gpt4all,
    chats_of_jan,
    chats_of_lm_studio,
    chats_of_ollama,
)
from benchtop.services.other_chats import ChatReader, as_export, seconds
from benchtop.store.import_reader import read_values
from unit.services.other_chat_files import (
    CREATED,
    PROMPT,
    RESPONSE,
    Item,
    Part,
    gpt4all_bytes,
    in_steps,
    jan_line,
    lm_studio,
    ollama_chat,
    open_ollama,
    put_gpt4all,
    put_jan,
    put_lm_studio,
    said,
    versions,
)
from unit.services.other_chat_kit import home, machine, one_chat, read, sums

__all__ = ["home"]

ODD: list[Any] = [None, True, 0, -1, 1e308, 10**400, "", "\ud800", "<think>", [], {}, [[]], [None]]


def spoiled(value: Any, dice: random.Random) -> Any:
    """The value with some of its parts missing, and odd things in the places of others."""
    if dice.random() < 0.06:
        return dice.choice(ODD)
    if isinstance(value, dict):
        return {key: spoiled(one, dice) for key, one in value.items() if dice.random() > 0.03}
    if isinstance(value, list):
        return [spoiled(one, dice) for one in value if dice.random() > 0.03]
    return value


def put_spoiled(home: Path, dice: random.Random) -> None:
    """A chat of each program, with faults."""
    think = Part("Response: ", "", [Part("Think: ", "Hm."), Part("ToolCall: ", "1 + 1")])
    items = (Item(PROMPT, "a", attached=1, sources=1), Item(RESPONSE, "b", parts=[think]))
    data = bytearray(gpt4all_bytes(items, dice.randint(1, 12), keeps_state=dice.random() < 0.5))
    for _ in range(dice.randint(1, 6)):
        data[dice.randrange(len(data))] = dice.randrange(256)
    put_gpt4all(home, bytes(data))
    reply = versions(in_steps(("thinking", "x"), ("text", "y")), in_steps(("text", "z")))
    put_lm_studio(home, spoiled(lm_studio(versions(said("user", "a")), reply), dice))
    lines = [json.dumps(spoiled(jan_line(n, "user", "t"), dice)) for n in range(3)]
    facts = put_jan(home / "jan", lines).with_name("thread.json")
    facts.write_text(json.dumps(spoiled(json.loads(facts.read_text()), dice)))


@pytest.mark.parametrize("seed", range(20))
def test_whatever_is_spoiled_is_told_or_makes_a_whole_conversation(home: Path, seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(20):
        put_spoiled(home, dice)
        for reader in (chats_of_gpt4all, chats_of_lm_studio, chats_of_jan):
            chats, unreadable = read(reader, home)
            assert len(chats) + len(unreadable) <= reader.count(machine(home)) <= 1
            for chat in chats:
                assert read_values(as_export(chat), chat.program).conversations


@pytest.mark.parametrize(
    "reader", [chats_of_gpt4all, chats_of_lm_studio, chats_of_jan, chats_of_ollama]
)
def test_nobody_there_is_nothing_found(home: Path, reader: ChatReader) -> None:
    assert reader.count(machine(home)) == 0
    assert list(reader.read(machine(home))) == []


def test_reading_changes_no_file(home: Path) -> None:
    put_gpt4all(home)
    put_lm_studio(home, lm_studio(versions(said("user", "Hello"))))
    put_jan(home / "jan", [jan_line(1, "user", "Hello")])
    database = open_ollama(home)
    ollama_chat(database, [("user", "Hello", "")])
    database.close()
    before = sums(home)
    for reader in (chats_of_gpt4all, chats_of_lm_studio, chats_of_jan, chats_of_ollama):
        one_chat(reader, home)
    assert sums(home) == before


@pytest.mark.skipif(sys.platform == "win32", reason="no permissions of this kind")
def test_a_file_that_may_not_be_read_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_gpt4all(home)

    def refuse(_path: Path, *_how: object, **_more: object) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    _chats, (error,) = read(chats_of_gpt4all, home)
    assert "permission denied" in str(error)


def test_folders_that_are_closed_to_a_person_are_no_fault(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_jan(home / "jan", [jan_line(1, "user", "Hello")])
    open_ollama(home).close()

    def refuse(_path: Path) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "is_file", refuse)
    for reader in (chats_of_jan, chats_of_ollama):
        assert reader.count(machine(home)) == 0
        assert list(reader.read(machine(home))) == []


@pytest.mark.parametrize(
    ("value", "time"),
    [
        (CREATED, CREATED),
        (CREATED * 1000, CREATED),
        (CREATED + 0.5, CREATED + 0.5),
        ("2024-06-21T20:00:00Z", CREATED),
        ("2024-06-21 20:00:00", CREATED),
        (0, None),
        (-5, None),
        (True, None),
        (float("nan"), None),
        (1e300, None),
        ("soon", None),
        (None, None),
        ([], None),
    ],
)
def test_times_in_the_ways_of_programs(value: object, time: float | None) -> None:
    assert seconds(value) == time
