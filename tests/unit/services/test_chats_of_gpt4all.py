"""Chats of GPT4All, in files of every version of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchtop.services import chats_of_gpt4all
from unit.services.other_chat_files import (
    CREATED,
    OWL,
    PROMPT,
    RESPONSE,
    Item,
    Part,
    gpt4all_bytes,
    put,
    put_gpt4all,
)
from unit.services.other_chat_kit import home, one_chat, read, words

__all__ = ["home"]


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
