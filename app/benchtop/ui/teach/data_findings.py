"""Looking through a whole data set, in the background and again after each change."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from benchtop.domain.errors import BenchtopError
from benchtop.services.disk_thread import DiskThread
from benchtop.store.database import open_store
from benchtop.ui.teach.data_reading import Findings

if TYPE_CHECKING:
    from benchtop.ui.teach.data_look import Look

WAIT_MS, LONGEST_WAIT_MS = 400, 60_000
"""How long after the last change, at least and at most."""
_REST = 5
"""So many times as long as the last look took nothing is looked for after a change: whoever works on a
large data set needs the processor for other things."""


class DataFindings(QObject):
    """Reads the store over a connection of its own, so that nobody who writes waits for it."""

    found = Signal(object)
    """Findings."""

    def __init__(self, database: Path, disk: DiskThread, parent: QObject) -> None:
        super().__init__(parent)
        self._database, self._disk = database, disk
        self._dataset_id = self._known_id = ""
        """The data set that is looked through, and that of which something was found the last time."""
        self._took_ms = 0.0
        self._wish: _Wish | None = None
        self._soon = QTimer(self, singleShot=True)
        self._soon.timeout.connect(self._begin)

    def ask(self, dataset_id: str) -> None:
        """Look through a data set; what is under way for it or another ends. One of which nothing is known
        yet does not wait."""
        self.close()
        self._dataset_id = dataset_id
        if dataset_id:
            rest = self._took_ms * _REST if dataset_id == self._known_id else 0
            self._soon.start(round(min(max(rest, WAIT_MS), LONGEST_WAIT_MS)))

    def close(self) -> None:
        """End what is under way."""
        self._soon.stop()
        if self._wish is not None:
            self._wish.stop()

    def _begin(self) -> None:
        wish = self._wish = _Wish(self._dataset_id)
        begun = time.monotonic()

        def then(findings: Findings | None) -> None:
            if findings is not None and wish is self._wish:
                self._known_id = findings.dataset_id
                self._took_ms = (time.monotonic() - begun) * 1_000
                self.found.emit(findings)

        self._disk.run(lambda: wish.work(self._database), then, self._refused)

    def _refused(self, error: BenchtopError) -> None:
        """Whoever reads the table is told of the same store."""


class _Wish:
    """One look, which may be ended before it began."""

    def __init__(self, dataset_id: str) -> None:
        self._dataset_id = dataset_id
        self._look: Look | None = None
        self._is_stopped = False

    def stop(self) -> None:
        self._is_stopped = True
        if self._look is not None:
            self._look.stop()

    def work(self, database: Path) -> Findings | None:
        """What was found; None where it was ended. On another thread."""
        # What it compares texts with takes a while to import: here, off the window's thread.
        from benchtop.services.dataset_check import CheckStopped  # noqa: PLC0415
        from benchtop.ui.teach.data_look import Look  # noqa: PLC0415

        look = self._look = Look()
        if self._is_stopped:
            return None
        try:
            with open_store(database) as store:
                look.take(store.examples.each(self._dataset_id))
            return look.findings(self._dataset_id)
        except CheckStopped:
            return None
