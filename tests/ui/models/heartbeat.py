"""Whether something keeps the window's thread to itself. How long exactly is `make bench`'s to say."""

from __future__ import annotations

import time
from types import TracebackType

from PySide6.QtCore import QTimer

GROSS = 1.0
"""Seconds of processor time. Work in slices of milliseconds, or for what is in sight only, is a small
part of it on the slowest machine; all of a large thing at once is many times as much."""


class Heartbeat:
    """A timer that beats while its block runs. ``worst`` is the most processor time this thread used
    between two beats: on a busy machine other processes do not count."""

    def __init__(self) -> None:
        self.worst = 0.0
        self.beats = 0
        self._timer = QTimer(interval=2)
        self._timer.timeout.connect(self._beat)
        self._last = 0.0

    def __enter__(self) -> Heartbeat:
        self._last = time.thread_time()
        self._timer.start()
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._beat()
        self._timer.stop()

    def _beat(self) -> None:
        now = time.thread_time()
        self.worst = max(self.worst, now - self._last)
        self._last = now
        self.beats += 1
