"""One's own chats as text."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchtop.domain.chat import Conversation, Message
from benchtop.domain.errors import PromptError
from benchtop.services.own_text import own_text, own_texts
from benchtop.store.database import Store, open_store


def say(store: Store, name: str, created: float, *contents: str, beside: str = "") -> None:
    """A conversation of these messages; ``beside`` is another first message, not on show."""
    store.conversations.add(Conversation(name, name, created, created))
    if beside:
        store.messages.add(Message(f"{name}-x", name, None, "user", beside, created=created))
    parent = None
    for number, content in enumerate(contents):
        role = "assistant" if number % 2 else "user"
        made = Message(f"{name}-{number}", name, parent, role, content, created=created + number)
        store.messages.add(made)
        parent = made.id


def test_what_is_on_show_is_told_the_oldest_first(tmp_path: Path) -> None:
    with open_store(tmp_path / "chats.sqlite3") as store:
        with pytest.raises(PromptError, match="no chats yet"):
            own_text(store)
        say(store, "late", 200.0, "How are you?", "Well.")
        say(store, "early", 100.0, "Hello.\n", " ", "Hi!", beside="Never seen.")
        say(store, "empty", 50.0)
        say(store, "gone", 20.0, "Thrown away.")
        store.conversations.delete(["gone"])
        assert own_texts(store) == ["Hello.\n\nHi!", "How are you?\n\nWell."]
        assert own_text(store) == "Hello.\n\nHi!\n\nHow are you?\n\nWell."
