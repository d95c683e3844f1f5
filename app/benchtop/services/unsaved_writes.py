"""Writes that have to reach the disk in their order, however long it is full."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchtop.domain.chat import Conversation, Message, MessageEdit
from benchtop.domain.errors import BenchtopError, StoreBusy, StoreFull, StoreReadOnly

if TYPE_CHECKING:
    from benchtop.store.database import Store

HOLDING = (StoreBusy, StoreFull, StoreReadOnly)
"""Errors that pass when a person makes room, or another program ends its own writing: until then
everything waits behind them."""

Words = Conversation | Message | MessageEdit
"""What a person would miss, should a write never come about."""


@dataclass(frozen=True, slots=True)
class Written:
    """What an attempt came to.

    ``held_by`` holds the rest up; ``refused`` are errors that waiting cannot cure, and ``faults``
    mistakes of ours: those writes are given up, and what came after them is written.
    """

    held_by: BenchtopError | None
    refused: tuple[BenchtopError, ...] = ()
    faults: tuple[Exception, ...] = ()


@dataclass(frozen=True, slots=True)
class _Write:
    work: Callable[[Store], Any]
    key: str
    words: Words | None


class UnsavedWrites:
    """A queue in memory. A write is one store method, so that trying it again does nothing twice."""

    def __init__(self) -> None:
        self._waiting: deque[_Write] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, work: Callable[[Store], Any], key: str = "", words: Words | None = None) -> None:
        """Queue a write; one with the same ``key`` as the newest that waits takes its place.

        ``words`` is what it would bring to the disk.
        """
        if key and self._waiting and self._waiting[-1].key == key:
            self._waiting.pop()
        self._waiting.append(_Write(work, key, words))

    def words(self) -> list[Words]:
        """What waits, oldest first; of what waits twice, the newest state. An empty edit is no words."""
        found = {_key(one.words): one.words for one in self._waiting if one.words is not None}
        return [one for one in found.values() if not isinstance(one, MessageEdit) or one.text]

    def write(self, open_store: Callable[[], Store]) -> Written:
        """Write what waits, oldest first, until all is done or the disk says no."""
        refused: list[BenchtopError] = []
        faults: list[Exception] = []
        held_by: BenchtopError | None = None
        while self._waiting and held_by is None:
            try:
                self._waiting[0].work(open_store())
            except HOLDING as error:
                held_by = error
                continue
            except BenchtopError as error:
                refused.append(error)
            except Exception as error:  # noqa: BLE001  (told by the caller; the others must go on)
                faults.append(error)
            self._waiting.popleft()
        return Written(held_by, tuple(refused), tuple(faults))


def _key(words: Words) -> tuple[bool, str]:
    """The same for two states of the same thing: a message and an edit of it are two things."""
    if isinstance(words, MessageEdit):
        return True, words.message_id
    return False, words.id
