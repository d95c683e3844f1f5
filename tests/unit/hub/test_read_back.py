"""Reading a growing file back: what counts, and what does not when it begins anew."""

from __future__ import annotations

import hashlib
import io
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from benchtop.hub.read_back import ReadBack

NEVER = threading.Event()
OLD, NEW = b"o" * 50_000, b"n" * 5_000


class CutShort(io.FileIO):
    """A file that begins anew just before it is read for the first time."""

    def __init__(self, path: Path, begin_anew: Callable[[], None]) -> None:
        super().__init__(path)
        self._begin_anew = begin_anew
        self.was_read = threading.Event()

    def read(self, size: int | None = -1, /) -> bytes:
        if not self.was_read.is_set():
            self._begin_anew()
        found = super().read(size)
        self.was_read.set()
        return found or b""


def test_a_file_that_begins_anew_while_it_is_read_is_summed_anew(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(OLD)

    def begin_anew() -> None:
        read_back.reach(0)
        os.truncate(path, 0)

    read_back = ReadBack(path)
    read_back._stream.close()
    stream = read_back._stream = CutShort(path, begin_anew)
    with read_back:
        read_back.reach(len(OLD))
        assert stream.was_read.wait(60)
        path.write_bytes(NEW)
        assert read_back.sum_of(len(NEW), NEVER) == hashlib.sha256(NEW).hexdigest()


def test_bytes_that_vanish_are_an_error_and_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(NEW)
    with ReadBack(path) as read_back, pytest.raises(OSError, match="not there any more"):
        read_back.sum_of(len(NEW) + 1, NEVER)
