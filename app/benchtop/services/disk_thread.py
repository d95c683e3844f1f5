"""Work that waits for a disk, in order on a thread of its own: its result comes to the thread that asked."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from benchtop.domain.errors import BenchtopError

T = TypeVar("T")
Refused = Callable[[BenchtopError], object]


class DiskThread(QObject):
    """One thread, made when it is first needed. Results arrive on the thread this object lives in."""

    _done = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._closed = False
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="downloads")
        self._done.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(
        self, work: Callable[[], T], then: Callable[[T], object], refused: Refused | None = None
    ) -> None:
        """Give what ``work`` returns to ``then``, or the BenchtopError that it raises to ``refused``.

        Ignored after close().
        """
        if self._closed:
            return
        working = self._executor.submit(work)
        working.add_done_callback(lambda done: self._done.emit(partial(_tell, done, then, refused)))

    def close(self) -> None:
        """Begin nothing more and tell nobody anything; what is at work is not waited for."""
        self._closed = True
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _deliver(self, tell: Callable[[], None]) -> None:
        if not self._closed:
            tell()


def _tell(done: Future[Any], then: Callable[[Any], object], refused: Refused | None) -> None:
    try:
        result = done.result()
    except BenchtopError as error:
        if refused is None:
            raise
        refused(error)
        return
    then(result)
