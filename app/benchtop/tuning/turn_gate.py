"""Training gives way to models that write: one that talks with a person comes first.

Engine workers hold a lock while they generate (engine/turn_lock.py). The trainer looks at it before every
layer: while it is held the trainer waits, or goes on with fewer threads when a person wants both. It never
holds the lock itself, so that no reply has to wait for a step to end.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

from filelock import FileLock, Timeout

VARIABLE = "BENCHTOP_TURN_LOCK"
LOOK_SECONDS = 0.05
"""How often the lock is looked at: each look holds it for some millionths of a second."""
QUIET_SECONDS = 0.25
"""For how long nobody must have written before training goes on: the next answer may follow at once."""


class TurnGate:
    """Call it before a piece of work. ``threads(n)`` is told how many threads may be used from now on."""

    def __init__(self, path: str | None, most_threads: int, threads: Callable[[int], None]) -> None:
        self._lock = FileLock(path, thread_local=False) if path else None
        self._most, self._set_threads = most_threads, threads
        self._looked = 0.0
        self._fewer = False
        self.share = False
        self.ended = threading.Event()
        """Set: whoever waits goes on at once, since the training is to end."""
        self.waited_seconds = 0.0

    @classmethod
    def of_environment(cls, most_threads: int, threads: Callable[[int], None]) -> TurnGate:
        """On the lock that BENCHTOP_TURN_LOCK names; without one there is nobody to give way to."""
        return cls(os.environ.get(VARIABLE), most_threads, threads)

    def __call__(self) -> None:
        """Go on when it is our turn."""
        now = time.monotonic()
        if self._lock is None or now - self._looked < LOOK_SECONDS:
            return
        self._looked = now
        taken = self._is_taken()
        self._use_fewer(fewer=taken and self.share)
        if taken and not self.share:
            self._wait(now)

    def _use_fewer(self, *, fewer: bool) -> None:
        if fewer != self._fewer:
            self._fewer = fewer
            self._set_threads(max(1, self._most // 2) if fewer else self._most)

    def _wait(self, since: float) -> None:
        quiet_from = time.monotonic()
        while not self.ended.is_set() and not self.share:
            self.ended.wait(LOOK_SECONDS)
            now = time.monotonic()
            if self._is_taken():
                quiet_from = now
            elif now - quiet_from >= QUIET_SECONDS:
                break
        self._looked = time.monotonic()
        self.waited_seconds += self._looked - since

    def _is_taken(self) -> bool:
        assert self._lock is not None
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return True
        except OSError:  # one that cannot be looked at stops no training
            return False
        self._lock.release()
        return False
