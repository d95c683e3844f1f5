"""What can go wrong with an answer, and when: each fault is planned for paths and counted down.

The faults that spoil a body on its way are in body_faults.py.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from http import HTTPStatus

from local_hub.answers import Answer, in_words, problem, redirect
from local_hub.line import Line
from local_hub.request_log import Request
from local_hub.site import LOOP, Site
from local_hub.stored_file import Content

Blocks = Iterator[bytes | memoryview]


class Fault:
    """One way to go wrong, in any exchange. The methods do nothing unless a fault changes them."""

    def touches(self, _request: Request, _answer: Answer) -> bool:
        """Whether there is anything to spoil in this exchange."""
        return True

    def answer(self, answer: Answer, _site: Site) -> Answer:
        """The answer to send instead."""
        return answer

    def before(self, line: Line) -> None:
        """Called before the status line goes out."""

    def blocks(self, blocks: Blocks, _line: Line) -> Blocks:
        """The body to send instead."""
        return blocks


@dataclass
class Refuse(Fault):
    """A status instead of the answer: 429 (with ``retry_after`` seconds), 500, 503, 404, 416 ..."""

    status: int
    message: str = "The service is not available at the moment"
    retry_after: int | None = None
    code: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def answer(self, answer: Answer, _site: Site) -> Answer:
        headers = dict(self.headers)
        if self.retry_after is not None:
            headers["Retry-After"] = str(self.retry_after)
        return problem(self.status, self.message, self.code, headers)


@dataclass
class WebPage(Fault):
    """A page of HTML with status 200 instead of the answer, as the log-in page of a café gives."""

    words: str = "<!doctype html><title>Log in</title><p>Welcome to our network.</p>"

    def answer(self, answer: Answer, _site: Site) -> Answer:
        return in_words(HTTPStatus.OK, self.words, {"Content-Type": "text/html; charset=utf-8"})


@dataclass
class RedirectTo(Fault):
    """Go to this address instead; without one, round in circles for ever."""

    location: str = LOOP
    status: int = HTTPStatus.FOUND

    def answer(self, answer: Answer, _site: Site) -> Answer:
        return redirect(self.location, self.status)


@dataclass
class ChangeHeaders(Fault):
    """Other headers than the right ones; None takes one away."""

    headers: Mapping[str, str | None]

    def answer(self, answer: Answer, _site: Site) -> Answer:
        lower = {name.lower() for name in self.headers}
        kept = {name: said for name, said in answer.headers.items() if name.lower() not in lower}
        added = {name: said for name, said in self.headers.items() if said is not None}
        return dataclasses.replace(answer, headers=kept | added)


@dataclass
class IgnoreRange(Fault):
    """All of the file, with status 200, to whoever asks for a range of it."""

    def touches(self, request: Request, answer: Answer) -> bool:
        return bool(request.range) and "Content-Range" in answer.headers

    def answer(self, answer: Answer, _site: Site) -> Answer:
        kept = {name: said for name, said in answer.headers.items() if name != "Content-Range"}
        return Answer(HTTPStatus.OK, kept, answer.body.whole(), answer.file)


@dataclass
class ForRange(Fault):
    """Another fault, but only for requests whose Range header matches (as in a shell)."""

    pattern: str
    fault: Fault

    def touches(self, request: Request, answer: Answer) -> bool:
        return fnmatchcase(request.range, self.pattern) and self.fault.touches(request, answer)

    def answer(self, answer: Answer, site: Site) -> Answer:
        return self.fault.answer(answer, site)

    def before(self, line: Line) -> None:
        self.fault.before(line)

    def blocks(self, blocks: Blocks, line: Line) -> Blocks:
        return self.fault.blocks(blocks, line)


@dataclass
class ThenCommit(Fault):
    """This request is answered as things are; before its answer goes out there is a new commit."""

    repository: str
    changes: Mapping[str, Content | None]

    def answer(self, answer: Answer, site: Site) -> Answer:
        site.repositories[self.repository].commit(self.changes)
        return answer


@dataclass
class Planned:
    """A fault for the paths that match, and how many more times it comes (None: always)."""

    pattern: str
    fault: Fault
    left: int | None
    method: str
    used: int = 0

    def take(self, request: Request, answer: Answer) -> bool:
        """Whether it comes now; counted if so."""
        if self.left == 0 or self.method not in ("", request.method):
            return False
        if not fnmatchcase(request.path, self.pattern) or not self.fault.touches(request, answer):
            return False
        self.used += 1
        if self.left is not None:
            self.left -= 1
        return True


class FaultPlan:
    """The faults to come. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._planned: list[Planned] = []

    def add(self, planned: Planned) -> None:
        """One more; several may come at once, in the order they were planned."""
        with self._lock:
            self._planned.append(planned)

    def clear(self) -> None:
        """None from now on."""
        with self._lock:
            self._planned.clear()

    def take(self, request: Request, answer: Answer) -> list[Fault]:
        """Those that come in this exchange."""
        with self._lock:
            return [planned.fault for planned in self._planned if planned.take(request, answer)]
