"""Writes that have to reach the disk in their order, however long it is full."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchtop.domain.errors import BenchtopError, StoreFull, StoreReadOnly

if TYPE_CHECKING:
    from benchtop.store.database import Store

HOLDING = (StoreFull, StoreReadOnly)
"""Errors that pass when a person makes room: until then everything waits behind them."""


@dataclass(frozen=True, slots=True)
class Written:
    """What an attempt came to: the error that holds the rest up, and errors that waiting cannot cure."""

    held_by: BenchtopError | None
    refused: tuple[BenchtopError, ...] = ()


class UnsavedWrites:
    """A queue in memory. A write is one store method, so that trying it again does nothing twice."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[str, Callable[[Store], Any]]] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, work: Callable[[Store], Any], key: str = "") -> None:
        """Queue a write; one with the same ``key`` as the newest that waits takes its place."""
        if key and self._waiting and self._waiting[-1][0] == key:
            self._waiting.pop()
        self._waiting.append((key, work))

    def write(self, open_store: Callable[[], Store]) -> Written:
        """Write what waits, oldest first, until all is done or the disk says no."""
        refused: list[BenchtopError] = []
        while self._waiting:
            _key, work = self._waiting[0]
            try:
                work(open_store())
            except HOLDING as error:
                return Written(error, tuple(refused))
            except BenchtopError as error:
                refused.append(error)
            self._waiting.popleft()
        return Written(None, tuple(refused))
