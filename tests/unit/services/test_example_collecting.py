"""Examples out of chats: as a person's ratings and edits in a real conversation leave them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchtop.domain.chat import Conversation, Message, MessageTree
from benchtop.domain.errors import StoreError
from benchtop.domain.examples import Origin
from benchtop.domain.generation import Timings
from benchtop.domain.teach_errors import NothingToCollect
from benchtop.services.datasets import new_dataset
from benchtop.services.example_collecting import (
    add_range,
    collect_from_chats,
    example_of_range,
    new_from_chats,
    take_range_back,
    turns_of_range,
)
from benchtop.store.database import Store, open_store

TIMINGS = Timings(9, 3, 4, 0.5, 0.25, 0.125)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "store" / "benchtop.sqlite3") as opened:
        opened.conversations.add(Conversation("talk", "Talk", 1.0, 1.0, system_prompt="Be kind."))
        yield opened


class Chat:
    """Says things in the conversation "talk", one second after another."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._clock = 10.0

    def _add(self, name: str, parent: str | None, role: Any, text: str, **facts: Any) -> str:
        self._clock += 1
        message = Message(name, "talk", parent, role, text, self._clock, **facts)
        self._store.messages.add(message)
        return name

    def ask(self, name: str, parent: str | None, text: str = "") -> str:
        return self._add(name, parent, "user", text or f"{name}?")

    def reply(self, name: str, parent: str, text: str = "", **facts: Any) -> str:
        """As a model leaves it."""
        values = {"timings": TIMINGS, "stop": "end", "model_name": "Tiny", "reasoning": "Hm."}
        return self._add(name, parent, "assistant", text or f"{name}.", **(values | facts))

    def edit(self, name: str, parent: str, text: str, **facts: Any) -> str:
        """As ChatSession.edit() leaves it: beside the original, without timings."""
        return self._add(name, parent, "assistant", text, model_name="Tiny", **facts)


@pytest.fixture
def chat(store: Store) -> Chat:
    return Chat(store)


def words(store: Store, dataset_id: str = "") -> dict[str, tuple[list[str], str]]:
    """What is new, by the id of the reply: the words of its turns, and the rejected answer."""
    return {
        one.origin.message_id: ([turn.content for turn in one.turns], one.rejected)
        for one in new_from_chats(store, dataset_id)
    }


def test_what_is_rated_up_or_kept_comes_with_what_led_to_it(store: Store, chat: Chat) -> None:
    chat.ask("u1", None)
    chat.reply("a1", "u1", rating=1)
    chat.ask("u2", "a1")
    chat.reply("a2", "u2", example=True)
    chat.reply("a3", "u2", rating=0)
    chat.ask("u3", "a2")
    chat.reply("a4", "u3", rating=-1)
    found = new_from_chats(store, "")
    assert [one.origin for one in found] == [
        Origin("chat", "Tiny", "talk", "a1"), Origin("chat", "Tiny", "talk", "a2"),
    ]  # fmt: skip
    assert words(store) == {
        "a1": (["Be kind.", "u1?", "a1."], ""),
        "a2": (["Be kind.", "u1?", "a1.", "u2?", "a2."], ""),
    }
    assert [turn.role for turn in found[0].turns] == ["system", "user", "assistant"]
    assert all(not one.problem() for one in found)


def test_an_edit_is_the_better_answer_and_its_original_the_worse(store: Store, chat: Chat) -> None:
    chat.ask("u1", None)
    chat.reply("a1", "u1", "Berne is the capital of Austria", rating=1)
    chat.reply("a2", "u1", "I do not know at all")
    chat.edit("e1", "u1", "Vienna is the capital of Austria")
    assert words(store) == {
        "e1": (["Be kind.", "u1?", "Vienna is the capital of Austria"], "Berne is the capital of Austria")
    }  # fmt: skip
    chat.edit("e2", "u1", "Vienna is the capital city of Austria")
    assert list(words(store)) == ["e2"]  # the newest edit of one original
    store.messages.rate("e2", -1)
    assert list(words(store)) == ["e1"]
    store.messages.rate("e1", -1)
    assert list(words(store)) == ["a1"]


def test_a_worse_answer_beside_is_the_rejected_one(store: Store, chat: Chat) -> None:
    chat.ask("u1", None)
    chat.reply("a1", "u1", "Bad", rating=-1)
    chat.reply("a2", "u1", "Good", rating=1)
    assert words(store) == {"a2": (["Be kind.", "u1?", "Good"], "Bad")}


def test_what_is_no_answer_is_left_alone(store: Store, chat: Chat) -> None:
    chat.ask("u1", None)
    chat.reply("a1", "u1", " ", rating=1)
    chat.reply("a2", "u1", "Half", state="streaming", stop=None, timings=None, rating=1)
    chat.ask("u2", "a1", "Again")  # after a reply that failed before its first word
    # As take_into_chat() leaves earlier answers: without a stop, and no edits for that.
    chat.edit("a3", "u2", "Taken from a comparison")
    chat.reply("a4", "u2", "Stopped", state="stopped", stop="cancelled", rating=1)
    assert words(store) == {"a4": (["Be kind.", "u1?\n\nAgain", "Stopped"], "")}


def test_nothing_comes_twice(store: Store, chat: Chat) -> None:
    dataset = new_dataset(store, "Chats")
    with pytest.raises(NothingToCollect):
        collect_from_chats(store, dataset)
    chat.ask("u1", None)
    chat.reply("a1", "u1", rating=1)
    chat.ask("u2", "a1")
    chat.reply("a2", "u2", rating=1)
    (first, second) = collect_from_chats(store, dataset)
    assert words(store, dataset.id) == {}
    with pytest.raises(NothingToCollect):
        collect_from_chats(store, dataset)
    chat.reply("b1", "u1", "Bad", rating=-1)
    chat.reply("b2", "u2", "Bad", rating=-1)
    assert list(words(store, dataset.id)) == ["a1", "a2"]  # something is new in them
    store.examples.edit(first.id, first.turns[:-1])
    store.examples.delete([second.id])
    assert list(words(store, dataset.id)) == []
    assert list(words(store)) == ["a1", "a2"]
    chat.ask("u3", "a2")
    chat.reply("a3", "u3", rating=1)
    assert list(words(store, dataset.id)) == ["a3"]
    assert new_from_chats(store, "", since=1e9) == []


def test_what_lies_in_the_bin_is_not_taken(store: Store, chat: Chat) -> None:
    chat.ask("u1", None)
    chat.reply("a1", "u1", rating=1)
    store.conversations.delete(["talk"])
    assert words(store) == {}


def test_a_range_is_one_example_from_a_question_to_an_answer(store: Store, chat: Chat) -> None:
    chat.ask("u1", None)
    chat.reply("a1", "u1")
    chat.ask("u2", "a1")
    chat.reply("a2", "u2")
    chat.ask("u3", "a2")

    def texts(first: str, last: str) -> list[str]:
        return [turn.content for turn in example_of_range(store, first, last).turns]

    assert texts("u2", "a2") == ["Be kind.", "u2?", "a2."]
    assert texts("a2", "u3") == ["Be kind.", "u2?", "a2."]
    assert texts("gone", "a2") == ["Be kind.", "u1?", "a1.", "u2?", "a2."]
    assert example_of_range(store, "u1", "u3").origin == Origin("chat", "Tiny", "talk", "a2")
    assert example_of_range(store, "u3", "u3").problem() == "does not end with an answer"
    with pytest.raises(StoreError, match="no message with the id"):
        example_of_range(store, "u1", "gone")


def test_a_range_goes_into_a_data_set_or_a_new_one_and_back(store: Store, chat: Chat) -> None:
    chat.ask("u1", None)
    chat.reply("a1", "u1")
    chat.ask("u2", "a1")
    chat.reply("a2", "u2")
    mine = new_dataset(store, "Mine")
    kept = add_range(store, mine, "u2", "a2")
    assert (kept.dataset, kept.is_new) == (mine, False)
    assert store.examples.ids(mine.id) == [kept.example.id]
    assert [turn.content for turn in kept.example.turns] == ["Be kind.", "u2?", "a2."]
    take_range_back(store, kept)
    assert store.examples.ids(mine.id) == []
    made = add_range(store, "New", "u1", "a2")
    second = add_range(store, made.dataset, "u1", "a1")
    take_range_back(store, made)
    assert {one.name for one in store.datasets.all()} == {"Mine", "New"}  # something else is in it
    take_range_back(store, add_range(store, "Other", "u1", "a1"))
    assert {one.name for one in store.datasets.all()} == {"Mine", "New"}
    assert store.examples.ids(made.dataset.id) == [second.example.id]


def test_a_range_without_an_answer_makes_nothing(store: Store, chat: Chat) -> None:
    chat.ask("u1", None)
    chat.reply("a1", "u1", " ")
    with pytest.raises(NothingToCollect):
        add_range(store, "New", "u1", "a1")
    assert store.datasets.all() == []
    with pytest.raises(StoreError):
        add_range(store, "New", "u1", "gone")
    assert store.datasets.all() == []


def test_which_turns_of_a_branch_a_range_takes(store: Store, chat: Chat) -> None:
    chat.ask("u1", None)
    chat.reply("a1", "u1")
    chat.ask("u2", "a1")
    chat.reply("a2", "u2")
    chat.ask("u3", "a2")
    path = MessageTree(store.messages.of("talk")).path_to("u3")

    def taken(first: str, last: str) -> list[str]:
        return [one.id for one in turns_of_range(path, first, last)]

    assert taken("u1", "a1") == ["u1", "a1"]
    assert taken("a2", "u3") == ["u2", "a2"]
    assert taken("u3", "u3") == []
    assert taken("", "") == ["u1", "a1", "u2", "a2"]
