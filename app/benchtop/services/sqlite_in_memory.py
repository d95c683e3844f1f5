"""Another program's SQLite file with its write-ahead log, put together in memory.

SQLite itself would write beside the file to read both, and a copy on a disk would be one more place with
a person's words in it, which a sudden end leaves there. The format is SQLite's (fileformat2.html): the log is
a header and frames, a page each; those count that carry the header's salts and the right sum, up to the
last that ends a transaction.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

HEADER = 100
_LOG_HEADER, _FRAME_HEADER = 32, 24
_MAGIC = 0x377F0682
"""The last bit is set where the sums are of numbers that begin with their large end."""
_MODES = slice(18, 20)
"""Where a file says that it has a log: 2 for one with, 1 for one without."""


@dataclass(frozen=True, slots=True)
class _Frame:
    page: int
    pages: int
    """Of the whole file, where a transaction ends here; else 0."""
    content: memoryview


def with_log(file: bytes, log: bytes) -> bytearray:
    """The file as it is with what is in its log, needing none any more."""
    whole = bytearray(file)
    waiting: list[_Frame] = []
    for frame in _frames(log):
        waiting.append(frame)
        if frame.pages:
            _take_over(whole, waiting)
            waiting = []
    if len(whole) >= HEADER:
        whole[_MODES] = b"\1\1"
    return whole


def _take_over(whole: bytearray, frames: list[_Frame]) -> None:
    size = len(frames[-1].content)
    length = frames[-1].pages * size
    if len(whole) < length:
        whole.extend(bytes(length - len(whole)))
    for frame in frames:
        end = frame.page * size
        if end <= length:
            whole[end - size : end] = frame.content
    del whole[length:]


def _frames(log: bytes) -> Iterator[_Frame]:
    """The frames that were wholly written, in order."""
    if len(log) < _LOG_HEADER:
        return
    magic, _version, size, _number, *salts, first, second = struct.unpack_from(">8I", log)
    is_known = magic & ~1 == _MAGIC and 512 <= size <= 65536 and size & (size - 1) == 0
    big = bool(magic & 1)
    sums = _sums(log[:24], big, (0, 0))
    if not is_known or sums != (first, second):
        return
    view = memoryview(log)
    for start in range(_LOG_HEADER, len(log) - _FRAME_HEADER - size + 1, _FRAME_HEADER + size):
        page, pages, *here, first, second = struct.unpack_from(">6I", log, start)
        content = view[start + _FRAME_HEADER : start + _FRAME_HEADER + size]
        sums = _sums(bytes(content), big, _sums(log[start : start + 8], big, sums))
        if here != salts or sums != (first, second) or not page:
            return
        yield _Frame(page, pages, content)


def _sums(data: bytes, big: bool, before: tuple[int, int]) -> tuple[int, int]:
    numbers = array("I", data)
    if big != (sys.byteorder == "big"):
        numbers.byteswap()
    first, second = before
    for even, odd in zip(numbers[::2], numbers[1::2], strict=True):
        first = (first + even + second) & 0xFFFFFFFF
        second = (second + odd + first) & 0xFFFFFFFF
    return first, second
