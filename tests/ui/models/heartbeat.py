"""Measures how long the window stood still."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt, QTimer

LONGEST_STALL = 0.050


class Heartbeat:
    """Beats every 5 ms; the longest gap between two beats is the longest stall, in seconds."""

    def __init__(self) -> None:
        self.worst = 0.0
        self._last = time.perf_counter()
        self._timer = QTimer(interval=5, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def _beat(self) -> None:
        now = time.perf_counter()
        self.worst = max(self.worst, now - self._last)
        self._last = now
