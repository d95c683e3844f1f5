"""Headers of model files, read on threads of their own: what they say comes to the thread that asked.

A vocabulary of 150,000 tokens takes a seventh of a second to walk through, and a disk may take longer.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal

from benchtop.domain.errors import BenchtopError
from benchtop.domain.gguf import GgufHeader, read_header

THREADS = 4
"""A file on a disk that does not answer must not hold up the choice of another."""
Then = Callable[[GgufHeader], None]
Refused = Callable[[BenchtopError], None]


class HeaderThread(QObject):
    """Reads headers; results arrive on the thread this object lives in."""

    _done = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._closed = False
        self._executor = ThreadPoolExecutor(THREADS, thread_name_prefix="header")
        self._done.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def read(self, path: str, then: Then, refused: Refused) -> None:
        """Give the header at ``path`` to ``then``, or what read_header raises to ``refused``.

        Ignored after close().
        """
        if self._closed:
            return
        reading = self._executor.submit(read_header, path)
        reading.add_done_callback(lambda done: self._done.emit(partial(_tell, done, then, refused)))

    def close(self) -> None:
        """End the threads, and tell nobody anything any more; blocks until a read at hand is done."""
        self._closed = True
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _deliver(self, tell: Callable[[], None]) -> None:
        if not self._closed:
            tell()


def _tell(done: Future[GgufHeader], then: Then, refused: Refused) -> None:
    try:
        header = done.result()
    except BenchtopError as error:
        refused(error)
        return
    then(header)
