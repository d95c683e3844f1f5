"""How long the window's thread is kept from its event loop at a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QEventLoop, Qt, QTimer

BEAT_MS = 2
WAIT_SECONDS = 120


class Heartbeat:
    """A timer that beats while its block runs; ``worst_ms`` is the longest gap between two beats."""

    def __init__(self) -> None:
        self.worst_ms = 0.0
        self._timer = QTimer(interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._last = 0.0

    def __enter__(self) -> Heartbeat:
        self._last = time.perf_counter()
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
        now = time.perf_counter()
        self.worst_ms = max(self.worst_ms, (now - self._last) * 1e3)
        self._last = now


def wait_until(condition: Callable[[], object]) -> None:
    """Run the window's event loop, as a program does, until the condition holds."""
    loop = QEventLoop()
    end = time.perf_counter() + WAIT_SECONDS

    def look() -> None:
        if condition() or time.perf_counter() > end:
            loop.quit()

    timer = QTimer(interval=5)
    timer.timeout.connect(look)
    timer.start()
    loop.exec()
    timer.stop()
    if not condition():
        raise TimeoutError("the window did not come so far")


def wait_ms(milliseconds: int) -> None:
    """Let the window be for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()
