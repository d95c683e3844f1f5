"""Reading that may never come to its end: a disk that does not answer, a file made to hold us up.

Nothing waits for it, neither close() nor the end of the process: it must not write what is to be kept.
What has to be finished is work for DiskThread.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Event, Thread
from typing import TypeVar

from PySide6.QtCore import QObject

from benchtop.services.local_walk import Cancelled
from benchtop.services.mailbox import Mailbox

T = TypeVar("T")


class ReadingThread(QObject):
    """A thread for each piece of work. Results arrive on the main thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._closed = Event()
        self._mailbox = Mailbox(self)

    @property
    def cancelled(self) -> Cancelled:
        """For the work to ask, now and then, whether nobody wants it any more."""
        return self._closed.is_set

    def run(
        self,
        work: Callable[[], T],
        then: Callable[[T], object],
        failed: Callable[[Exception], object],
    ) -> None:
        """Give what ``work`` returns to ``then``, or whatever it raises to ``failed``.

        Ignored after close().
        """
        if self._closed.is_set():
            return
        mailbox = self._mailbox  # this object may be gone when the work is done

        def read() -> None:
            try:
                result = work()
            except Exception as error:  # noqa: BLE001  (told, so that nobody waits for ever)
                # Without its traceback, which holds all that was in memory.
                mailbox.send(partial(failed, error.with_traceback(None)))
            else:
                mailbox.send(partial(then, result))

        # The interpreter waits for no daemon at its end.
        Thread(target=read, name="reading", daemon=True).start()

    def close(self) -> None:
        """Ask what is at work to stop, and tell nobody anything any more."""
        self._closed.set()
        self._mailbox.close()
