"""How long the window's thread is kept from its event loop at a time."""

from __future__ import annotations

import gc
import time
from types import TracebackType

from PySide6.QtCore import QTimer

MOST = 0.050
"""Seconds: a person feels longer stalls."""


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
        # What other tests left on the heap is nothing that a window has to look through.
        gc.collect()
        gc.freeze()
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
        gc.unfreeze()

    def _beat(self) -> None:
        now = time.thread_time()
        self.worst = max(self.worst, now - self._last)
        self._last = now
        self.beats += 1
