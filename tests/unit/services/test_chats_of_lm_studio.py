"""Chats of LM Studio, in files as it writes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchtop.services import chats_of_lm_studio
from unit.services.other_chat_files import (
    CREATED,
    in_steps,
    lm_studio,
    put,
    put_lm_studio,
    said,
    versions,
)
from unit.services.other_chat_kit import home, incomplete, machine, one_chat, read, words

__all__ = ["home"]


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
    put_lm_studio(home, lm_studio(versions(picture), pinned=True), "projects/17190")
    put(
        home / ".cache/lm-studio/conversations/17180.conversation.json",
        (home / ".lmstudio/conversations/projects/17190.conversation.json").read_bytes(),
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
    (told,) = incomplete(chats_of_lm_studio, home)
    assert "5 of its messages" in told


OTHER_FORM = {"role": "assistant", "parts": ["A bird."]}
OTHER_STEPS = {
    "role": "assistant",
    "steps": [{"type": "contentBlock", "content": {"md": "A bird."}}],
}
OTHER_ROLE = {"role": "human", "content": "Hello"}
OTHER_PART = {"role": "assistant", "content": [{"type": "markdown", "text": "A bird."}]}


@pytest.mark.parametrize("form", [OTHER_FORM, OTHER_STEPS, OTHER_ROLE, OTHER_PART, "Hello"])
def test_messages_in_an_unknown_form_are_counted_and_told(home: Path, form: object) -> None:
    known = versions(said("user", "What is an owl?")), versions(said("assistant", "A bird."))
    put_lm_studio(home, lm_studio(*known, form, {"versions": [form]}))  # type: ignore[arg-type]
    chat = one_chat(chats_of_lm_studio, home)
    assert words(chat.messages)[:2] == [("user", "What is an owl?"), ("assistant", "A bird.")]
    (told,) = incomplete(chats_of_lm_studio, home)
    assert "1719000000000.conversation.json was brought in without all of it: 2 of its" in told


def test_a_chat_of_which_nothing_is_understood_is_told(home: Path) -> None:
    put_lm_studio(home, lm_studio(OTHER_FORM, OTHER_ROLE))
    chats, (error,) = read(chats_of_lm_studio, home)
    assert chats == []
    assert "its messages are in a form unknown here" in str(error)
    assert incomplete(chats_of_lm_studio, home) == []


def test_an_empty_chat_is_neither_counted_nor_told(home: Path) -> None:
    put_lm_studio(home, lm_studio())
    assert chats_of_lm_studio.count(machine(home)) == 0
    put_lm_studio(home, lm_studio(versions(said("user", "")), versions(in_steps())), "2")
    assert read(chats_of_lm_studio, home) == ([], [])
    assert incomplete(chats_of_lm_studio, home) == []


def test_calls_of_tools_are_a_known_form(home: Path) -> None:
    reply = in_steps(("text", "A bird."))
    reply["steps"].append({"type": "toolStatus", "status": {"type": "done"}})
    reply["steps"][0]["content"].append({"type": "toolCallRequest", "text": "search"})
    put_lm_studio(home, lm_studio(versions(reply), versions({"role": "tool", "content": []})))
    assert words(one_chat(chats_of_lm_studio, home).messages) == [("assistant", "A bird.")]
    assert incomplete(chats_of_lm_studio, home) == []
