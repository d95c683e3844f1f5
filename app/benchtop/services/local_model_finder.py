"""Looking for models of other programs on a thread; what is found comes to the thread that asked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from threading import Event, Thread

from PySide6.QtCore import QObject, Signal

from benchtop.services.local_models import find_local
from benchtop.services.local_places import Place, known_places
from benchtop.services.mailbox import Mailbox


class LocalModelFinder(QObject):
    """One search at a time. Signals come on the thread this object lives in."""

    found = Signal(object)
    """A LocalModel, as soon as it is found."""
    ended = Signal(int)
    """The search is over, by itself or by cancel(): how many were found."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cancelled: Event | None = None
        self._threads: list[Thread] = []
        self._count = 0
        self._mailbox = Mailbox(self)

    @property
    def busy(self) -> bool:
        """Whether a search is under way."""
        return self._cancelled is not None

    def start(self, places: Sequence[Place] | None = None) -> None:
        """Search these places, else all that are known; ignored while a search is under way."""
        if self._cancelled is not None:
            return
        cancelled = self._cancelled = Event()
        self._count = 0
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        # A disk that does not answer holds up a thread for ever; a daemon does not hold up the end.
        thread = Thread(
            target=self._search, args=(places, cancelled), name="local-models", daemon=True
        )
        self._threads.append(thread)
        thread.start()

    def cancel(self) -> None:
        """Stop looking: nothing more is told but that it ended."""
        if self._cancelled is not None:
            self._cancelled.set()
            self._end()

    def close(self, wait_seconds: float = 2.0) -> None:
        """Stop, and tell nobody anything any more; waits a moment for the read at hand."""
        if self._cancelled is not None:
            self._cancelled.set()
            self._cancelled = None
        for thread in self._threads:
            thread.join(wait_seconds)

    def _search(self, places: Sequence[Place] | None, cancelled: Event) -> None:
        try:
            searched = known_places() if places is None else places
            for model in find_local(searched, cancelled.is_set):
                self._mailbox.send(partial(self._deliver, cancelled, model))
        finally:
            self._mailbox.send(partial(self._deliver, cancelled, None))

    def _deliver(self, search: Event, model: object) -> None:
        if search is not self._cancelled:  # of one that was cancelled or closed
            return
        if model is None:
            self._end()
            return
        self._count += 1
        self.found.emit(model)

    def _end(self) -> None:
        self._cancelled = None
        self.ended.emit(self._count)
