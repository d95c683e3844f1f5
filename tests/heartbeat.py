"""How long something keeps the window's thread from its event loop at a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import Qt, QTimer

BEAT_MS = 2
GROSS = 1.0
"""Seconds of processor time that a test allows. Work in slices of milliseconds, or for what is in sight
only, is a small part of it on the slowest machine; all of a large thing at once is many times as much."""


class Heartbeat:
    """A timer that beats while its block runs; ``worst`` is the most seconds between two beats.

    ``clock`` says which: of the wall for a figure, of this thread's processor time for a test, which
    must not fail because other processes are busy.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self.worst = 0.0
        self.beats = 0
        self._clock = clock
        self._timer = QTimer(interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._last = 0.0

    def __enter__(self) -> Heartbeat:
        self._last = self._clock()
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._beat()
        self._timer.stop()

    def _beat(self) -> None:
        now = self._clock()
        self.worst = max(self.worst, now - self._last)
        self._last = now
        self.beats += 1
