"""A file of what went on behind the scenes, for the day something goes wrong."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import TextIO

MOST_LOG_BYTES = 1_000_000


class LogFile:
    """Lines with their time, with one older file beside it; silent when it cannot be written.

    A full disk must not take the conversation with it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stream: TextIO | None = None
        self._broken = False

    def write(self, line: str) -> None:
        """Add a line with its time."""
        if self._broken:
            return
        try:
            if self._stream is None or self._stream.tell() > MOST_LOG_BYTES:
                self._rotate()
            if self._stream is not None:
                self._stream.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {line}\n")
                self._stream.flush()
        except OSError:
            self._broken = True

    def close(self) -> None:
        """Close the file; what a full disk has no room for is lost without a word."""
        stream, self._stream = self._stream, None
        if stream is not None:
            with suppress(OSError):
                stream.close()

    def _rotate(self) -> None:
        self.close()
        if self._path.exists() and self._path.stat().st_size > MOST_LOG_BYTES:
            self._path.replace(self._path.with_suffix(".old.log"))
        self._stream = self._path.open("a", encoding="utf-8")
