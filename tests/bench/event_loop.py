"""Running a window's event loop for a measurement."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEventLoop, QTimer

WAIT_SECONDS = 120


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
