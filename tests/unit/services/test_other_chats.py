"""Chats of other programs, in files as those programs write them."""

from __future__ import annotations

import hashlib
import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from benchtop.domain.errors import ChatUnreadable
from benchtop.services import (
    chats_of_gpt4all,
    chats_of_jan,
    chats_of_lm_studio,
    chats_of_ollama,
)
from benchtop.services.local_places import Machine
from benchtop.services.other_chats import ChatReader, OtherChat, OtherMessage, as_export, seconds
from benchtop.store.import_reader import read_values
from unit.services.other_chat_files import (
    CREATED,
    OWL,
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
    put,
    put_gpt4all,
    put_jan,
    put_lm_studio,
    said,
    versions,
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "me"


def machine(home: Path, platform: str = "linux", **environment: str) -> Machine:
    return Machine(environment, home, platform)


def read(reader: ChatReader, home: Path) -> tuple[list[OtherChat], list[ChatUnreadable]]:
    found = list(reader.read(machine(home)))
    chats = [one for one in found if isinstance(one, OtherChat)]
    return chats, [one for one in found if isinstance(one, ChatUnreadable)]


def one_chat(reader: ChatReader, home: Path) -> OtherChat:
    chats, unreadable = read(reader, home)
    assert unreadable == []
    assert reader.count(machine(home)) == 1
    (chat,) = chats
    return chat


def words(messages: Sequence[OtherMessage]) -> list[tuple[str, str]]:
    return [(message.role, message.text) for message in messages]


def sums(folder: Path) -> dict[str, tuple[str, int]]:
    """Every file below a folder, with its content and when it was written."""
    return {
        str(path): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


# GPT4All


@pytest.mark.parametrize("version", range(1, 13))
def test_every_version_of_gpt4all_is_read(home: Path, version: int) -> None:
    put_gpt4all(home, gpt4all_bytes(version=version))
    chat = one_chat(chats_of_gpt4all, home)
    assert (chat.id, chat.title, chat.created) == ("5e0f", "About owls", CREATED)
    assert words(chat.messages) == [
        ("user", "Wer ist die Eule? 🦉"),
        ("assistant", "A bird.\nOf the night."),
    ]
    assert [message.model for message in chat.messages] == ["", "Llama-3.2-3B-Instruct-Q4_0.gguf"]
    assert chat.messages[1].parent == chat.messages[0].id


@pytest.mark.parametrize("version", range(6, 11))
def test_the_state_of_a_model_is_passed_over(home: Path, version: int) -> None:
    put_gpt4all(home, gpt4all_bytes(version=version, keeps_state=True))
    assert len(one_chat(chats_of_gpt4all, home).messages) == 2


def test_thoughts_tools_sources_and_files_of_gpt4all(home: Path) -> None:
    call = Part("Response: ", "", [Part("Text: ", "I will count."), Part("ToolCall: ", "1 + 1")])
    think = Part("Response: ", "", [Part("Think: ", "<think>Hm, owls.</think>")])
    items = (
        Item(PROMPT, "How many?", sources=2, attached=1),
        Item(RESPONSE, "Two.", parts=[think, call, Part("ToolResponse: ", "2")], stopped=True),
    )
    put_gpt4all(home, gpt4all_bytes(items))
    asked, answer = one_chat(chats_of_gpt4all, home).messages
    assert asked.note == "Files that were attached were left out."
    assert answer.reasoning == "Hm, owls."
    assert answer.text == "I will count.\n\n1 + 1\n\nTwo."
    assert answer.stopped


def test_thoughts_at_the_beginning_of_a_reply_are_parted_from_it(home: Path) -> None:
    items = (Item(PROMPT, "<think> is what?"), Item(RESPONSE, "<think>\nHm.\n</think>\n\nA mark."))
    put_gpt4all(home, gpt4all_bytes(items, version=10))
    asked, answer = one_chat(chats_of_gpt4all, home).messages
    assert (asked.text, asked.reasoning) == ("<think> is what?", "")
    assert (answer.text, answer.reasoning) == ("A mark.", "Hm.")


def test_what_is_damaged_is_named_and_the_rest_is_read(home: Path) -> None:
    whole = gpt4all_bytes()
    for number, cut in enumerate(range(0, len(whole), 7)):
        put_gpt4all(home, whole[:cut], chat_id=f"cut{number}")
    put_gpt4all(home)
    newer = bytearray(whole)
    newer[7] = 13
    put_gpt4all(home, bytes(newer), chat_id="newer")
    vast = bytearray(gpt4all_bytes(OWL[:0]))
    vast[-4:] = b"\x7f\xff\xff\xff"  # two thousand million messages
    put_gpt4all(home, bytes(vast), chat_id="vast")
    chats, unreadable = read(chats_of_gpt4all, home)
    assert [chat.id for chat in chats] == ["5e0f"]
    assert len(unreadable) == len(range(0, len(whole), 7)) + 2
    assert len({str(error.facts["path"]) for error in unreadable}) == len(unreadable)
    told = next(str(error) for error in unreadable if "newer" in str(error.facts["path"]))
    assert "version 13 of GPT4All's chats is not known here" in told


def test_gpt4all_keeps_chats_where_its_models_are(home: Path) -> None:
    folder = home / "big disk" / "models"
    put(home / ".config/nomic.ai/GPT4All.ini", f"[General]\nmodelPath={folder}\n")
    put(folder / "gpt4all-5e0f.chat", gpt4all_bytes())
    put(folder / "gpt4all-5e0f.chat.tmp", b"half")
    assert one_chat(chats_of_gpt4all, home).title == "About owls"


# LM Studio


def test_a_chat_of_lm_studio(home: Path) -> None:
    reply = in_steps(("thinking", "Hm, owls."), ("text", "A bird."), ("text", "Of the night."))
    put_lm_studio(home, lm_studio(versions(said("user", "What is an owl?")), versions(reply)))
    chat = one_chat(chats_of_lm_studio, home)
    asked, answer = chat.messages
    assert (chat.title, chat.created, chat.updated) == ("About owls", CREATED, CREATED + 9)
    assert chat.system_prompt == "Be brief."
    assert (asked.text, asked.created, asked.model) == ("What is an owl?", CREATED, "")
    assert (answer.text, answer.reasoning) == ("A bird.\n\nOf the night.", "Hm, owls.")
    assert answer.created == pytest.approx(CREATED + 5.002)
    assert answer.model == "qwen3-4b"


def test_other_attempts_stand_beside_the_one_on_show(home: Path) -> None:
    put_lm_studio(
        home,
        lm_studio(
            versions(said("user", "First wording"), said("user", "Second wording"), chosen=1),
            versions(in_steps(("text", "No.")), in_steps(("text", "Yes.")), chosen=0),
            versions(said("user", "Why?")),
        ),
    )
    chat = one_chat(chats_of_lm_studio, home)
    by_text = {message.text: message for message in chat.messages}
    assert by_text["First wording"].parent is None
    assert by_text["Second wording"].parent is None
    assert by_text["No."].parent == by_text["Yes."].parent == by_text["Second wording"].id
    assert by_text["Why?"].parent == by_text["No."].id
    assert chat.leaf == by_text["Why?"].id


def test_lm_studios_folders_pins_files_and_older_place(home: Path) -> None:
    picture = said("user", "Look")
    picture["content"].append({"type": "file", "fileIdentifier": "1.png", "fileType": "image"})
    put_lm_studio(home, lm_studio(versions(picture), pinned=True), "work/17190")
    put(
        home / ".cache/lm-studio/conversations/17180.conversation.json",
        (home / ".lmstudio/conversations/work/17190.conversation.json").read_bytes(),
    )
    put(home / ".lmstudio/conversations/.DS_Store", b"x")
    chats, unreadable = read(chats_of_lm_studio, home)
    assert unreadable == []
    assert [chat.id for chat in chats] == [f"17190:{CREATED}000", f"17180:{CREATED}000"]
    assert chats[0].pinned
    assert chats[0].messages[0].note == "Files that were attached were left out."


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{", '{"name": "x"}', '{"messages": {}}', "[" * 100_000, b"\xff\xfe"],
    ids=["empty", "list", "cut", "no messages", "wrong", "deep", "binary"],
)
def test_a_damaged_chat_of_lm_studio_does_not_keep_the_others_away(
    home: Path, content: str | bytes
) -> None:
    put(home / ".lmstudio/conversations/1.conversation.json", content)
    put_lm_studio(home, lm_studio(versions(said("user", "Hello"))), "2")
    chats, (error,) = read(chats_of_lm_studio, home)
    assert [chat.id for chat in chats] == [f"2:{CREATED}000"]
    assert str(error.facts["path"]).endswith("1.conversation.json")


def test_odd_values_of_lm_studio_are_no_fault(home: Path) -> None:
    odd = [None, 3, {"versions": [None, {"role": "user"}]}, {"versions": 4, "role": "user"}]
    chat = lm_studio(
        *odd,  # type: ignore[arg-type]
        {"versions": [said("user", "Hello")], "currentlySelected": 9},
        {"role": "assistant", "content": "Plain"},
        createdAt="yesterday",
        perChatPredictionConfig={"fields": [None, {"key": "llm.prediction.systemPrompt"}]},
        systemPrompt="From above.",
    )
    put_lm_studio(home, chat)
    found = one_chat(chats_of_lm_studio, home)
    assert words(found.messages) == [("user", "Hello"), ("assistant", "Plain")]
    assert found.system_prompt == "From above."
    assert found.created > CREATED  # when the file was written


# Jan


@pytest.mark.parametrize("data", ["jan", ".local/share/Jan/data", ".config/Jan/data"])
def test_a_chat_of_jan_wherever_it_lies(home: Path, data: str) -> None:
    thinking = jan_line(2, "assistant", "A bird.", status="stopped")
    thinking["content"].insert(
        0, {"type": "reasoning", "text": {"value": "Hm.", "annotations": []}}
    )
    put_jan(home / data, [jan_line(1, "user", "What is an owl?"), thinking])
    chat = one_chat(chats_of_jan, home)
    asked, answer = chat.messages
    assert (chat.id, chat.title, chat.system_prompt) == ("thread-1", "About owls", "You are Jan.")
    assert (chat.created, chat.updated, asked.created) == (CREATED, CREATED + 60, CREATED + 1)
    assert (answer.text, answer.reasoning, answer.model) == ("A bird.", "Hm.", "Menlo/Jan-nano")
    assert answer.stopped
    assert (asked.parent, answer.parent) == (None, "msg-1")


def test_lines_of_jan_that_are_damaged_are_counted_and_the_others_read(home: Path) -> None:
    lines = [jan_line(1, "user", "Hello"), '{"id": "cut', "", jan_line(2, "assistant", "Hi")]
    put_jan(home / "jan", lines)
    put_jan(home / "jan", ["{", "{"], thread="all-damaged")
    chats, unreadable = read(chats_of_jan, home)
    assert [words(chat.messages) for chat in chats] == [[("user", "Hello"), ("assistant", "Hi")]]
    told = [str(error) for error in unreadable]
    assert len(told) == 2
    assert any("1 of its lines could not be read, the others were" in one for one in told)


def test_jan_without_a_thread_file_with_old_times_and_tools(home: Path) -> None:
    seconds_only = jan_line(1, "user", "Hello", created_at=CREATED)
    call = {"type": "tool_call", "tool_name": "search", "input": {}}
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    seconds_only["content"].append(picture)
    reply = jan_line(2, "assistant", "<think>Hm.</think>Hi", metadata={"modelId": "tiny"})
    reply["content"].append(call)
    lines = [seconds_only, reply, reply, jan_line(3, "tool", "found"), jan_line(4, "user", "")]
    put_jan(home / "jan", lines)
    (home / "jan/threads/thread-1/thread.json").unlink()
    chat = one_chat(chats_of_jan, home)
    assert words(chat.messages) == [("user", "Hello"), ("assistant", "Hi")]
    assert (chat.title, chat.created) == ("", CREATED)
    assert chat.messages[0].note == "Files that were attached were left out."
    assert (chat.messages[1].reasoning, chat.messages[1].model) == ("Hm.", "tiny")


# Ollama


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


# All of them


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
            assert reader.count(machine(home)) == 1
            for chat in read(reader, home)[0]:
                assert read_values(as_export([chat]), chat.program).conversations


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

    def refuse(_path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
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
