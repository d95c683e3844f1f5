"""Chats of Jan, in files as it writes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchtop.services import chats_of_jan
from unit.services.other_chat_files import CREATED, jan_line, put_jan
from unit.services.other_chat_kit import home, incomplete, machine, one_chat, read, words

__all__ = ["home"]


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
    assert [Path(str(error.facts["path"])).parent.name for error in unreadable] == ["all-damaged"]
    (told,) = incomplete(chats_of_jan, home)
    assert "without all of it: 1 of its lines could not be read" in told


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
    assert incomplete(chats_of_jan, home) == []


OTHER_FORM = {"id": "x", "role": "assistant", "parts": ["A bird."]}
OTHER_ROLE = jan_line(8, "human", "Hello")
OTHER_TEXT = jan_line(9, "user", "", content=[{"type": "text", "text": ["Hello"]}])


@pytest.mark.parametrize("form", [OTHER_FORM, OTHER_ROLE, OTHER_TEXT])
def test_messages_in_an_unknown_form_are_counted_and_told(
    home: Path, form: dict[str, object]
) -> None:
    put_jan(home / "jan", [jan_line(1, "user", "Hello"), form, "{"])
    assert words(one_chat(chats_of_jan, home).messages) == [("user", "Hello")]
    (told,) = incomplete(chats_of_jan, home)
    assert "1 of its lines could not be read and 1 of its messages" in told


def test_a_chat_of_which_nothing_is_understood_is_told(home: Path) -> None:
    put_jan(home / "jan", [OTHER_FORM, OTHER_ROLE])
    chats, (error,) = read(chats_of_jan, home)
    assert chats == []
    assert "its messages are in a form unknown here" in str(error)


def test_an_empty_chat_is_neither_counted_nor_told(home: Path) -> None:
    put_jan(home / "jan", [])
    assert chats_of_jan.count(machine(home)) == 0
    assert read(chats_of_jan, home) == ([], [])
