"""Which bytes of a file are here, how that is written down, and who fetches what next. All of it pure.

The list of ranges is a text. Its first line names the file, ``SIZE SHA256``; each further one is a
range as it came, ``FIRST END``, the end not included; all of them end with the CRC-32 of what stands
before it. Lines are only ever added, and reading stops at the first that is not whole.
"""

from __future__ import annotations

import re
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

SEGMENT_BYTES = 256 * 1024 * 1024
"""One of several connections fetches at most so much at once: the file grows from its beginning on, and
its check sum with it."""
LEAST_BYTES = 16 * 1024 * 1024
"""Both halves of what is shared have at least so much: more than may have come and not be written."""
_LINE = re.compile(r"(\d{1,19}) (\d{1,19}) [0-9a-f]{8}", re.ASCII)


class Range(NamedTuple):
    """The bytes from ``first`` to before ``end``."""

    first: int
    end: int

    @property
    def size(self) -> int:
        """Bytes."""
        return self.end - self.first


class Ranges:
    """A set of bytes: ranges in their order, which neither touch nor overlap."""

    def __init__(self, ranges: Iterable[Range] = ()) -> None:
        self._ranges: list[Range] = []
        for one in ranges:
            self.add(one)

    def __iter__(self) -> Iterator[Range]:
        return iter(self._ranges)

    def add(self, new: Range) -> None:
        """These bytes are here too."""
        if new.size <= 0:
            return
        begin = bisect_right(self._ranges, new)
        while begin and self._ranges[begin - 1].end >= new.first:
            begin -= 1
        end = begin
        while end < len(self._ranges) and self._ranges[end].first <= new.end:
            end += 1
        met = [new, *self._ranges[begin:end]]
        self._ranges[begin:end] = [Range(min(r.first for r in met), max(r.end for r in met))]

    @property
    def total(self) -> int:
        """How many bytes are here."""
        return sum(one.size for one in self._ranges)

    @property
    def prefix(self) -> int:
        """How many of them come before the first gap."""
        return self._ranges[0].end if self._ranges and not self._ranges[0].first else 0

    def gaps(self, size: int) -> list[Range]:
        """What of a file of ``size`` bytes is not here, in order."""
        edges = [0, *(edge for one in self._ranges for edge in one), size]
        gaps = (Range(edges[at], edges[at + 1]) for at in range(0, len(edges), 2))
        return [gap for gap in gaps if gap.size > 0]


def first_line(size: int, sha256: str) -> bytes:
    """The line that says of which file a list is."""
    return _closed(f"{size} {sha256}")


def line_of(one: Range) -> bytes:
    """The line for one range."""
    return _closed(f"{one.first} {one.end}")


def ranges_in(text: bytes, size: int, sha256: str) -> Ranges | None:
    """What a list says is here; None where it is of another file, or says what cannot be."""
    lines = text.split(b"\n")[:-1]
    if not lines or lines[0] + b"\n" != first_line(size, sha256):
        return None
    found = Ranges()
    for line in lines[1:]:
        said = _LINE.fullmatch(line.decode("ascii", errors="replace"))
        if said is None or line + b"\n" != _closed(f"{said[1]} {said[2]}"):
            break  # half a line, as a power cut leaves it: what stands before it holds
        one = Range(int(said[1]), int(said[2]))
        if not one.first < one.end <= size:
            return None
        found.add(one)
    return found


def next_range(
    gaps: Iterable[Range], busy: Iterable[Range], most: int = SEGMENT_BYTES
) -> Range | None:
    """What one more connection should fetch: the first that is missing and that none of the ``busy``
    ranges will bring; else the later half of the longest of these, which then ends before it."""
    busy = list(busy)
    for free in free_of(gaps, busy):
        return Range(free.first, min(free.end, free.first + most))
    longest = max(busy, key=lambda one: one.size, default=Range(0, 0))
    half = min(longest.size // 2, most)
    if half < LEAST_BYTES:
        return None
    first = longest.first + half
    return Range(first, min(longest.end, first + most))


def free_of(gaps: Iterable[Range], busy: Iterable[Range]) -> list[Range]:
    """What of the gaps lies in none of the busy ranges, in order."""
    free = list(gaps)
    for one in busy:
        free = [part for gap in free for part in _without(gap, one) if part.size > 0]
    return free


def _without(gap: Range, one: Range) -> list[Range]:
    if one.size <= 0:
        return [gap]
    return [Range(gap.first, min(gap.end, one.first)), Range(max(gap.first, one.end), gap.end)]


def _closed(words: str) -> bytes:
    return f"{words} {zlib.crc32(words.encode()):08x}\n".encode()
