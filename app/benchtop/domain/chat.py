"""A conversation is a tree of messages: an edit or another answer is a new child, never a change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from benchtop.domain.generation import AdapterUse, StopReason, Timings

Role = Literal["user", "assistant"]
MessageState = Literal["streaming", "complete", "stopped", "interrupted", "failed"]
"""streaming: being written; stopped: by the person; interrupted: its process died; failed: an error."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the tree. ``created`` is seconds since 1970, UTC. ``rating`` is -1, 0 or 1.

    ``parent_id`` is None for the first message of a branch. ``note`` says in one sentence why an
    interrupted or failed reply ended. ``example`` marks a reply kept for Teach.
    """

    id: str
    conversation_id: str
    parent_id: str | None
    role: Role
    content: str
    created: float
    reasoning: str = ""
    state: MessageState = "complete"
    model_id: str | None = None
    model_name: str = ""
    adapters: tuple[AdapterUse, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)
    timings: Timings | None = None
    stop: StopReason | None = None
    rating: int = 0
    example: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class MessageEdit:
    """The words of an edit that is not saved yet; the message stays as it is until then."""

    message_id: str
    conversation_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """What the sidebar and the header know of a conversation; its messages are fetched apart.

    ``leaf_id`` is the last message of the branch on show. ``dropped_before`` is the id of the first
    message still sent to the model when older turns were dropped. ``titled`` is False until a
    person or the first exchange gave it its title. ``deleted`` is when it went to the bin, or None.
    ``adapters`` are attached to the model that answers.
    """

    id: str
    title: str
    created: float
    updated: float
    titled: bool = False
    pinned: bool = False
    folder_id: str | None = None
    leaf_id: str | None = None
    model_id: str | None = None
    system_prompt: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    draft: str = ""
    dropped_before: str | None = None
    deleted: float | None = None
    adapters: tuple[AdapterUse, ...] = ()


@dataclass(frozen=True, slots=True)
class Folder:
    """A named group of conversations in the sidebar."""

    id: str
    name: str
    position: int = 0


@dataclass(frozen=True, slots=True)
class Preset:
    """A named system prompt and set of sampling parameters. Built-in ones cannot be changed.

    ``deleted`` is when one of the person's own went to the bin (seconds since 1970), or None.
    """

    id: str
    name: str
    system_prompt: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    builtin: bool = False
    deleted: float | None = None


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A message that matches a search. ``spans`` are (start, end) offsets to highlight in ``snippet``."""

    message_id: str
    conversation_id: str
    conversation_title: str
    role: Role
    created: float
    snippet: str
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class PathStep:
    """A message on the branch on show, with its place among its siblings (1 of 1 when alone)."""

    message: Message
    sibling: int
    siblings: int


class MessageTree:
    """The messages of one conversation, indexed; immutable in spirit: add() returns nothing new.

    Siblings are ordered by creation, then by the order they were given, so that "2/3" never moves.
    """

    def __init__(self, messages: Iterable[Message] = ()) -> None:
        self._by_id: dict[str, Message] = {}
        self._children: dict[str | None, list[str]] = {}
        for message in messages:
            self.add(message)

    def __len__(self) -> int:
        return len(self._by_id)

    def __contains__(self, message_id: object) -> bool:
        return message_id in self._by_id

    def get(self, message_id: str) -> Message:
        """The message, or KeyError."""
        return self._by_id[message_id]

    def messages(self) -> list[Message]:
        """Every message, in the order it was added."""
        return list(self._by_id.values())

    def add(self, message: Message) -> None:
        """Add a message, or put a newer state of one in the place of the old."""
        if message.id not in self._by_id:
            siblings = self._children.setdefault(message.parent_id, [])
            siblings.append(message.id)
        self._by_id[message.id] = message

    def children(self, message_id: str | None) -> list[Message]:
        """The direct replies to a message; of None, the first messages of the conversation."""
        ids = self._children.get(message_id, [])
        return sorted((self._by_id[i] for i in ids), key=lambda m: m.created)

    def siblings(self, message_id: str) -> list[Message]:
        """The message and those that stand beside it under one parent."""
        return self.children(self._by_id[message_id].parent_id)

    def path_to(self, leaf_id: str | None) -> list[Message]:
        """The branch from the first message down to ``leaf_id``; empty for None or an unknown id."""
        path: list[Message] = []
        seen: set[str] = set()
        step = self._by_id.get(leaf_id) if leaf_id is not None else None
        while step is not None and step.id not in seen:
            seen.add(step.id)
            path.append(step)
            step = self._by_id.get(step.parent_id) if step.parent_id is not None else None
        path.reverse()
        return path

    def active_path(self, leaf_id: str | None) -> list[PathStep]:
        """The branch on show with each message's place among its siblings."""
        steps: list[PathStep] = []
        for message in self.path_to(leaf_id):
            ids = [m.id for m in self.siblings(message.id)]
            steps.append(PathStep(message, ids.index(message.id) + 1, len(ids)))
        return steps

    def newest_leaf(self, message_id: str | None) -> str | None:
        """Follow the newest child from a message (None: from the top) down to a leaf."""
        current = message_id
        seen: set[str | None] = set()
        while current not in seen:
            seen.add(current)
            below = self.children(current)
            if not below:
                return current
            current = below[-1].id
        return current

    def sibling_leaf(self, message_id: str, step: int) -> str:
        """The leaf to show when walking ``step`` siblings on from a message; stays at the ends."""
        siblings = self.siblings(message_id)
        here = [m.id for m in siblings].index(message_id)
        there = min(max(here + step, 0), len(siblings) - 1)
        leaf = self.newest_leaf(siblings[there].id)
        return leaf if leaf is not None else message_id


def title_from(text: str, limit: int = 48) -> str:
    """A conversation's title from its first message: its first line, cut at a word."""
    lines = [line.strip(" #*`>-") for line in text.splitlines()]
    first = next((line for line in lines if line), "")
    first = " ".join(first.split())
    if len(first) <= limit:
        return first
    cut = first[: limit + 1].rsplit(" ", 1)[0] if " " in first[: limit + 1] else first[:limit]
    return cut.rstrip(",.;:") + "…"


def title_from_exchange(question: str, reply: str) -> str:
    """A title from the first exchange: the question, or the reply's start after a mere greeting."""
    title = title_from(question)
    if len(title.split()) >= 3 or len(title) >= 16 or not reply.strip():
        return title
    answer = title_from(reply)
    return answer or title
