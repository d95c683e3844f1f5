"""The SHA-256 of a file while it grows: read back from the disk as far as it is written."""

from __future__ import annotations

import errno
import hashlib
import threading
from pathlib import Path
from types import TracebackType
from typing import Any

from benchtop.domain.errors import Interrupted

PIECE_BYTES = 4 * 1024 * 1024


class ReadBack:
    """A thread that hashes what ``reach`` says is written. Used as a context manager."""

    def __init__(self, path: Path) -> None:
        """Opens the file: it may get another name meanwhile. Raises OSError."""
        self._stream = path.open("rb", buffering=0)
        self._changed = threading.Condition()
        self._reached = 0
        self._hashed = 0
        self._sum = hashlib.sha256()
        self._closed = False
        self._error: OSError | None = None
        self._thread = threading.Thread(target=self._follow, name="read back", daemon=True)

    def __enter__(self) -> ReadBack:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join()

    def reach(self, size: int) -> None:
        """So many bytes are written. Fewer than before: the file begins anew."""
        with self._changed:
            if size < self._reached:
                self._hashed, self._sum = 0, hashlib.sha256()
            self._reached = size
            self._changed.notify_all()

    def sum_of(self, size: int, cancel: threading.Event) -> str:
        """The SHA-256 in hexadecimal of the first ``size`` bytes; waits until they are read.

        Raises OSError, and Interrupted when ``cancel`` is set meanwhile.
        """
        self.reach(size)
        with self._changed:
            while self._hashed < size and self._error is None:
                if cancel.is_set():
                    raise Interrupted
                self._changed.wait(0.1)
            if self._error is not None:
                raise self._error
            return self._sum.hexdigest()

    def _follow(self) -> None:
        try:
            with self._stream as stream:
                while True:
                    with self._changed:
                        self._changed.wait_for(lambda: self._closed or self._hashed < self._reached)
                        if self._closed:
                            return
                        at, end, summed = self._hashed, self._reached, self._sum
                    stream.seek(at)
                    piece = stream.read(min(PIECE_BYTES, end - at))
                    summed.update(piece)
                    self._advance(at, len(piece), summed)
        except OSError as error:
            self._fail(error)

    def _advance(self, at: int, count: int, summed: Any) -> None:
        with self._changed:
            if summed is not self._sum:  # it began anew meanwhile: what was read says nothing
                return
            self._hashed = at + count
            self._closed = self._closed or count == 0
            self._changed.notify_all()
        if count == 0:
            self._fail(OSError(errno.EIO, "what was written to it is not there any more"))

    def _fail(self, error: OSError) -> None:
        with self._changed:
            self._error = error
            self._changed.notify_all()
