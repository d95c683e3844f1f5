"""What can go wrong with a body on its way: only answers that bring what was asked for (a GET, with
status 200 or 206) are touched, so that a redirect on the way to a file does not use a fault up.
"""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from local_hub.answers import Answer, Broken
from local_hub.faults import Blocks, Fault
from local_hub.line import Line
from local_hub.request_log import Request
from local_hub.site import Site

SLICES_PER_SECOND = 20
CATCH_UP_SECONDS = 0.2
"""What a busy machine held up is sent faster, but not more of it."""


class BodyFault(Fault):
    """A fault of a body."""

    def touches(self, request: Request, answer: Answer) -> bool:
        return request.method == "GET" and answer.content


@dataclass
class Cut(BodyFault):
    """The connection ends after so many bytes of the body; None: before any answer, to any request.

    ``reset`` ends it as a crash or a router does (reading fails); without it the server closes as if it
    were finished (too few bytes have come).
    """

    after: int | None
    reset: bool = False

    def touches(self, request: Request, answer: Answer) -> bool:
        return self.after is None or super().touches(request, answer)

    def before(self, line: Line) -> None:
        if self.after is None:
            self._end(line)

    def blocks(self, blocks: Blocks, line: Line) -> Blocks:
        for position, block in _apart_at(self.after or 0, blocks):
            if position == self.after:
                break
            yield block
        self._end(line)

    def _end(self, line: Line) -> None:
        if self.reset:
            line.reset()
        raise Broken


@dataclass
class Stall(BodyFault):
    """Nothing more comes after so many bytes of the body (None: no answer at all, to any request) until
    ``released`` is set or the server stops. ``reached`` is set when it has come so far.
    """

    after: int | None
    reached: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)

    def touches(self, request: Request, answer: Answer) -> bool:
        return self.after is None or super().touches(request, answer)

    def before(self, line: Line) -> None:
        if self.after is None:
            self._wait(line)

    def blocks(self, blocks: Blocks, line: Line) -> Blocks:
        for position, block in _apart_at(self.after or 0, blocks):
            if position == self.after:
                self._wait(line)
            yield block

    def _wait(self, line: Line) -> None:
        self.reached.set()
        line.wait(self.released)


@dataclass
class Trickle(BodyFault):
    """So many bytes per second for each answer, however many go out at once; may be changed meanwhile."""

    per_second: int

    def blocks(self, blocks: Blocks, line: Line) -> Blocks:
        size = max(1, self.per_second // SLICES_PER_SECOND)
        due = time.monotonic()
        for block in blocks:
            for at in range(0, len(block), size):
                part = block[at : at + size]
                yield part
                now = time.monotonic()
                due = max(due, now - CATCH_UP_SECONDS) + len(part) / self.per_second
                line.pause(max(0.0, due - now))


@dataclass
class WrongBytes(BodyFault):
    """The byte at this place of the body is another; the length is right."""

    at: int = 0

    def blocks(self, blocks: Blocks, line: Line) -> Blocks:
        for position, block in _apart_at(self.at, blocks):
            yield bytes([block[0] ^ 0xFF]) + block[1:] if position == self.at else block


@dataclass
class WrongLength(BodyFault):
    """The headers announce ``said`` bytes more than there are, and ``sent`` more come (or fewer).

    Both at -100 give a file that is whole by its headers and shorter than its metadata says.
    """

    said: int = 0
    sent: int = 0

    def answer(self, answer: Answer, _site: Site) -> Answer:
        headers = {**answer.headers, "Content-Length": str(len(answer.body) + self.said)}
        if "Content-Range" in headers:
            first, total = answer.body.start, answer.body.total + self.said
            headers["Content-Range"] = f"bytes {first}-{answer.body.end + self.said - 1}/{total}"
        end = answer.body.end + min(0, self.sent)
        body = dataclasses.replace(answer.body, end=end)
        return dataclasses.replace(answer, headers=headers, body=body)

    def blocks(self, blocks: Blocks, line: Line) -> Blocks:
        yield from blocks
        if self.sent > 0:
            yield bytes(self.sent)
        if self.sent != self.said:
            raise Broken


def _apart_at(boundary: int, blocks: Blocks) -> Iterator[tuple[int, bytes | memoryview]]:
    """The blocks, that at the boundary in two, each with its place in the body."""
    position = 0
    for block in blocks:
        inside = boundary - position
        if 0 < inside < len(block):
            yield position, block[:inside]
            yield boundary, block[inside:]
        else:
            yield position, block
        position += len(block)
