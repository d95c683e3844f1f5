"""Python's garbage collection at moments when nobody waits for the window.

A collection of the oldest generation looks at every object there is: with a full library and a long
model card that takes 50 to 90 ms, in the middle of whatever happens, while nothing can be drawn.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer

LOOK_MS = 1_000
DUE = 10
"""Collections of the middle generation after which Python itself collects the oldest one."""
OVERDUE = 200
"""After so many of them memory matters more than a short halt."""
CALM = 2.0
"""Seconds without keyboard and mouse after which a short halt is no harm."""
AWAY = 60.0
"""Seconds after which nobody sees a long one."""
_NEVER = 1_000_000_000
_INPUT = {
    QEvent.Type.KeyPress,
    QEvent.Type.KeyRelease,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchUpdate,
    QEvent.Type.InputMethod,
}


class QuietCollector(QObject):
    """Collects the oldest generation in place of Python, which keeps doing the young ones.

    ``window`` is the QWindow whose keyboard and mouse say whether somebody is there. What survives a
    collection is not looked at in the next one, until somebody has been away for a while.
    """

    def __init__(
        self,
        window: QObject,
        parent: QObject | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._last_input = clock()
        self._is_whole = True
        self._before = gc.get_threshold()
        gc.set_threshold(self._before[0], self._before[1], _NEVER)
        gc.enable()
        window.installEventFilter(self)
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def close(self) -> None:
        """Leave it all to Python again."""
        self._timer.stop()
        gc.set_threshold(*self._before)
        gc.unfreeze()

    def look(self) -> None:
        """Collect, if it is due and the moment is good."""
        waited, due = self._clock() - self._last_input, gc.get_count()[2]
        if waited >= AWAY and not (self._is_whole and due < DUE):
            gc.unfreeze()
            self._collect()
            self._is_whole = True
        elif due >= OVERDUE or (due >= DUE and waited >= CALM):
            self._collect()
            self._is_whole = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note that somebody is there; take nothing away."""
        if event.type() in _INPUT:
            self._last_input = self._clock()
        return super().eventFilter(watched, event)

    def _collect(self) -> None:
        gc.collect()
        gc.freeze()
