"""Downloads that gave their place away, and until when. Nothing of it outlives the program."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from benchtop.domain.downloads import PlaceKey, Wait

LOOK_MS = 60_000
"""How often the clock is looked at: while a computer sleeps timers stand still, and time does not."""


class Waits(QObject):
    """Who waits for what, by the ids of downloads."""

    over = Signal(str)
    """It may begin again. One for a file that another program writes keeps its wait until it gets on,
    so that it does not say something else for a moment at each try."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waits: dict[str, tuple[Wait, PlaceKey | None]] = {}
        self._ready: set[str] = set()

    @property
    def ids(self) -> frozenset[str]:
        """Those that cannot begin."""
        held = (one for one, (wait, _) in self._waits.items() if wait.reason != "again")
        return frozenset(held) - self._ready

    def of(self, download_id: str) -> Wait | None:
        """Its wait, if it has one."""
        known = self._waits.get(download_id)
        return known[0] if known is not None else None

    def put(self, download_id: str, wait: Wait, file: PlaceKey | None) -> None:
        """It waits for this, with this file; for what has no time, until somebody ends it."""
        self._waits[download_id] = wait, file
        self._ready.discard(download_id)
        if wait.until:
            self._sleep(download_id, wait, wait.until - time.time())

    def note(self, download_id: str, wait: Wait) -> None:
        """It goes on by itself, after this wait."""
        self._waits[download_id] = wait, None

    def end(self, download_id: str) -> bool:
        """It waits no more; whether it did."""
        self._ready.discard(download_id)
        return self._waits.pop(download_id, None) is not None

    def shared_over(self, is_free: Callable[[PlaceKey], bool]) -> None:
        """End the waits for files that no other download writes any more."""
        for download_id, (wait, file) in tuple(self._waits.items()):
            if wait.reason == "shared" and (file is None or is_free(file)):
                del self._waits[download_id]

    def _sleep(self, download_id: str, wait: Wait, longest: float) -> None:
        left = min(wait.until - time.time(), longest)  # also where the clock was set back
        if left > 0:
            pause = min(round(left * 1_000) + 1, LOOK_MS)
            look = partial(self._sleep, download_id, wait, left - pause / 1_000)
            QTimer.singleShot(pause, self, look)
        elif self.of(download_id) is wait:
            if wait.reason == "elsewhere":
                self._ready.add(download_id)
            else:
                del self._waits[download_id]
            self.over.emit(download_id)
