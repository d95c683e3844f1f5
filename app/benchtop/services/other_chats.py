"""A chat of another program, whichever it was: what its reader makes of it, and what the store takes.

Each program has a reader (``chats_of_….py``), a module with ``count`` and ``read``. Reading changes
nothing of the other program's.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any, Protocol

from benchtop.domain.chat import Role
from benchtop.domain.errors import ChatIncomplete, ChatUnreadable
from benchtop.services.local_places import Machine
from benchtop.services.local_walk import Cancelled, never

TITLE_LETTERS = 60
_LATEST = 4_102_444_800.0  # 2100: a later time is no time
_IN_MILLISECONDS = 1e11  # as seconds the year 5138, as milliseconds 1973
_THOUGHTS = re.compile(r"\s*<(think|thinking|reasoning)>(.*?)</\1>\s*", re.DOTALL)
_OPEN_THOUGHTS = re.compile(r"\s*<(think|thinking|reasoning)>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class OtherMessage:
    """A message. ``id`` tells it apart within its chat; ``parent`` is the one it answers, or None."""

    id: str
    parent: str | None
    role: Role
    text: str
    created: float
    reasoning: str = ""
    model: str = ""
    stopped: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class OtherChat:
    """A chat. ``id`` is what its program calls it by: the same at every reading. Times in seconds since 1970.

    ``place`` is where it lies inside its program's folder; chats in other places may have the same id.
    ``leaf`` is the last message of the branch on show; None: the last of all.
    """

    program: str
    id: str
    title: str
    created: float
    messages: Sequence[OtherMessage] = field(default_factory=tuple)
    updated: float = 0.0
    leaf: str | None = None
    system_prompt: str = ""
    pinned: bool = False
    place: str = ""

    @property
    def own_id(self) -> str:
        """The id of its conversation, the same each time and wherever it lies."""
        return stable_id(self.program, self.id)

    @property
    def placed_id(self) -> str:
        """The id that its conversation was given while the place was a part of it."""
        return stable_id(self.program, self.id, self.place)

    def own_ids(self) -> Iterator[str]:
        """The ids of conversations that may be its own: other chats may have its id. They never end."""
        yield self.own_id
        if self.place:
            yield self.placed_id
        for number in count(2):
            yield stable_id(self.program, self.id, "", str(number))


Found = OtherChat | ChatUnreadable | ChatIncomplete
"""What a reader comes to, one after the other: what cannot be read does not keep the rest away."""


class ChatReader(Protocol):
    """What a module of a program does, until it is ``cancelled``. Neither raises anything."""

    def count(self, machine: Machine, cancelled: Cancelled = never) -> int:
        """How many chats there are, without reading them."""
        ...

    def read(self, machine: Machine, cancelled: Cancelled = never) -> Iterator[Found]:
        """The chats; those without a message are passed over."""
        ...


def as_export(chat: OtherChat, own_id: str = "") -> dict[str, Any]:
    """The chat in the format "benchtop-conversations", in a folder by the name of its program.

    It and its messages have the same ids each time, so that what was brought in is not doubled.
    """
    return {
        "format": "benchtop-conversations",
        "version": 1,
        "conversations": [_conversation(chat, own_id or chat.own_id)],
    }


def _conversation(chat: OtherChat, own_id: str) -> dict[str, Any]:
    ids = {message.id: stable_id(own_id, message.id) for message in chat.messages}
    last = max([chat.updated, chat.created, *(message.created for message in chat.messages)])
    leaf = chat.leaf if chat.leaf in ids else chat.messages[-1].id
    return {
        "id": own_id,
        "title": _title(chat),
        "titled": True,
        "created": _iso(chat.created),
        "updated": _iso(last),
        "pinned": chat.pinned,
        "folder": chat.program,
        "leaf_id": ids[leaf or ""],
        "system_prompt": chat.system_prompt,
        "messages": [_message(message, ids) for message in chat.messages],
    }


def _message(message: OtherMessage, ids: dict[str, str]) -> dict[str, Any]:
    return {
        "id": ids[message.id],
        "parent_id": ids.get(message.parent) if message.parent is not None else None,
        "role": message.role,
        "content": message.text,
        "reasoning": message.reasoning,
        "created": _iso(message.created),
        "state": "stopped" if message.stopped else "complete",
        "model_name": message.model,
        "note": message.note,
    }


def stable_id(*parts: str) -> str:
    """The same id for the same parts, as long as one that Benchtop makes."""
    return hashlib.sha256(json.dumps(["other program", *parts]).encode()).hexdigest()[:32]


def _title(chat: OtherChat) -> str:
    """The chat's own title, else the beginning of what the person said first."""
    own = " ".join(chat.title.split())
    if own:
        return own
    words = " ".join(next((m.text for m in chat.messages if m.role == "user"), "").split())
    return words if len(words) <= TITLE_LETTERS else words[: TITLE_LETTERS - 1].rstrip() + "…"


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")


# What readers share


def seconds(value: object) -> float | None:
    """A time as programs write it: seconds or milliseconds since 1970, or ISO 8601; None if it is none."""
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
        value = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not 0 < value < _LATEST * 1000:  # false for NaN as well
        return None
    found = value / 1000 if value > _IN_MILLISECONDS else float(value)
    return found if found < _LATEST else None


def part_thoughts(text: str) -> tuple[str, str]:
    """The reasoning that some programs leave at the beginning of a reply, and the reply."""
    if match := _THOUGHTS.match(text):
        return match[2].strip(), text[match.end() :]
    if match := _OPEN_THOUGHTS.match(text):  # it was stopped in the middle of it
        return text[match.end() :].strip(), ""
    return "", text
