"""Several conversations' KV caches over one context.

One conversation is on show: its cache lives in the context. When another takes its place, a copy is
parked in memory; parked copies are kept, most recently used first, within a budget of bytes. A cache
belongs to a conversation under one set of adapters, since adapters change what is cached.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from benchtop.engine.context import Context

KEPT_REPLIES = 400
Key = tuple[str, tuple[object, ...]]
"""A conversation's name and the adapters its cache was made with."""


@dataclass(slots=True)
class Slot:
    """A conversation's cache: the tokens evaluated, and its latest replies as they were sampled."""

    key: Key | None
    tokens: list[int] = field(default_factory=list)
    replies: dict[str, tuple[int, ...]] = field(default_factory=dict)
    state: NDArray[np.uint8] | None = None

    def remember(self, text: str, tokens: Sequence[int]) -> None:
        """Keep the tokens of a reply, so that the next prompt can use them as they are.

        Without tokens (nobody knows which spell it) the next prompt reads its text.
        """
        self.replies.pop(text, None)
        if text and tokens:
            self.replies[text] = tuple(tokens)
        while len(self.replies) > KEPT_REPLIES:
            del self.replies[next(iter(self.replies))]


class ConversationCache:
    """The slots of one context. ``budget`` limits the bytes of the parked copies together.

    While one conversation takes another's place its own copy is held beside them.
    """

    def __init__(self, context: Context, budget: int) -> None:
        self._context = context
        self._budget = budget
        self._shown = Slot(None)
        self._parked: dict[Key, Slot] = {}  # the least recently used first

    def replies(self, key: Key | None) -> dict[str, tuple[int, ...]]:
        """The known replies of a conversation; empty for a new one."""
        if key is None:
            return {}
        slot = self._shown if self._shown.key == key else self._parked.get(key)
        return slot.replies if slot else {}

    def show(self, key: Key | None, begins_as: Key | None = None) -> Slot:
        """Bring a conversation's cache into the context, parking the one there; None: an empty one.

        One that has none yet begins with a copy of that of ``begins_as``, if it is still held.
        """
        if key is not None and self._shown.key == key:
            return self._shown
        # Taken first: making room for the one that leaves must not drop the one that comes.
        slot = self._parked.pop(key, None) if key is not None else None
        self.park()
        model = self._parked.get(begins_as) if slot is None and begins_as is not None else None
        if model is not None:
            slot = Slot(key, list(model.tokens), state=model.state)
        self._shown = slot or Slot(key)
        state, self._shown.state = self._shown.state, None
        if state is None or not self._context.restore(state):
            self.drop()
        return self._shown

    def park(self) -> None:
        """Copy the cache on show into memory, as far as the budget allows, and empty the context."""
        slot = self._shown
        if slot.key is not None and slot.tokens and self._make_room(self._context.saved_bytes()):
            slot.state = self._context.save()
            if slot.state is not None:
                self._parked[slot.key] = slot
        self._shown = Slot(None)
        self._context.clear()

    def reuse(self, prompt: Sequence[int]) -> int:
        """Keep what the context shares with the beginning of ``prompt``; returns how many tokens.

        At least one token of the prompt is left to evaluate, for its logits.
        """
        tokens = self._shown.tokens
        shared = 0
        for have, want in zip(tokens, prompt, strict=False):
            if have != want:
                break
            shared += 1
        shared = min(shared, len(prompt) - 1)
        if shared < len(tokens) and not self._context.keep(shared):
            self.drop()
            return 0
        del tokens[shared:]
        return shared

    def drop(self) -> None:
        """Empty the cache on show; its replies stay known."""
        self._context.clear()
        self._shown.tokens.clear()

    def forget(self, conversation: str) -> None:
        """Free every cache of a conversation."""
        for key in [key for key in self._parked if key[0] == conversation]:
            del self._parked[key]
        if self._shown.key is not None and self._shown.key[0] == conversation:
            self._shown = Slot(None)
            self._context.clear()

    def held(self) -> tuple[int, int, int]:
        """(conversations, tokens, bytes of parked copies) held now."""
        slots = list(self._parked.values())
        tokens = sum(len(slot.tokens) for slot in slots)
        count = len(slots)
        if self._shown.key is not None and self._shown.tokens:
            count, tokens = count + 1, tokens + len(self._shown.tokens)
        return count, tokens, self._parked_bytes()

    def _parked_bytes(self) -> int:
        return sum(slot.state.nbytes for slot in self._parked.values() if slot.state is not None)

    def _make_room(self, size: int) -> bool:
        """Drop the copies used longest ago until ``size`` more bytes fit; False if they never do."""
        if size > self._budget:
            return False
        while self._parked_bytes() + size > self._budget:
            del self._parked[next(iter(self._parked))]
        return True
