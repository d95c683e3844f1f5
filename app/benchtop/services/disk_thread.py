"""Work that waits for a disk, in order on a thread of its own: its result comes to the thread that asked."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QObject

from benchtop.domain.errors import BenchtopError
from benchtop.services.mailbox import Mailbox

T = TypeVar("T")
Refused = Callable[[BenchtopError], object]


class DiskThread(QObject):
    """One thread, made when it is first needed. Results arrive on the main thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="downloads")
        self._mailbox = Mailbox(self)

    def run(
        self, work: Callable[[], T], then: Callable[[T], object], refused: Refused | None = None
    ) -> None:
        """Give what ``work`` returns to ``then``, or the BenchtopError that it raises to ``refused``.

        Ignored after close().
        """
        if self._mailbox.closed:
            return
        working = self._executor.submit(work)
        mailbox = self._mailbox  # this object may be gone when the work is done
        working.add_done_callback(lambda done: mailbox.send(partial(_tell, done, then, refused)))

    def close(self) -> None:
        """Begin nothing more and tell nobody anything; what is at work is not waited for."""
        self._mailbox.close()
        self._executor.shutdown(wait=False, cancel_futures=True)


def _tell(done: Future[Any], then: Callable[[Any], object], refused: Refused | None) -> None:
    try:
        result = done.result()
    except BenchtopError as error:
        if refused is None:
            raise
        refused(error)
        return
    then(result)
