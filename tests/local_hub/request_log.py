"""Every request that came, and how many bytes of body went out for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

BEARER = "Bearer "


@dataclass
class Request:
    """One request as it came, and what became of it.

    ``server`` is "hub" or "cdn"; ``path`` is without query and percent signs, ``target`` as it came;
    header names are in lower case. ``peer`` is the client's port: requests that share a connection have
    the same. ``time`` is in seconds of time.monotonic. ``sent`` counts the bytes of the body that the
    system took: it is raised before they go, so that whoever has received them finds them counted, and
    is exact once ``finished``. ``file`` ("org/name/path") is set where the body is a file's content.
    """

    server: str
    method: str
    target: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes = b""
    peer: int = 0
    time: float = field(default_factory=time.monotonic)
    status: int = 0
    sent: int = 0
    file: str = ""
    finished: bool = False

    @property
    def range(self) -> str:
        """The Range header, or nothing."""
        return self.headers.get("range", "")

    @property
    def user_agent(self) -> str:
        """The User-Agent header, or nothing."""
        return self.headers.get("user-agent", "")

    @property
    def token(self) -> str:
        """What came as a bearer token, or nothing."""
        said = self.headers.get("authorization", "")
        return said[len(BEARER) :] if said.startswith(BEARER) else ""

    def first(self, name: str, default: str = "") -> str:
        """The first value of this name in the query."""
        return self.query.get(name, [default])[0]

    def every(self, name: str) -> list[str]:
        """All values of this name in the query, those with commas taken apart."""
        values = [*self.query.get(name, []), *self.query.get(f"{name}[]", [])]
        return [word for value in values for word in value.split(",") if word]


class RequestLog:
    """The requests in the order they came. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._requests: list[Request] = []
        self._open = 0

    def begin(self, request: Request) -> None:
        """A request was read."""
        with self._changed:
            self._requests.append(request)
            self._open += 1

    def finish(self, request: Request) -> None:
        """All was sent that will be."""
        with self._changed:
            request.finished = True
            self._open -= 1
            self._changed.notify_all()

    def wait_idle(self, seconds: float) -> bool:
        """Wait until no request is being answered; False if one still is after so long."""
        with self._changed:
            return self._changed.wait_for(lambda: self._open == 0, seconds)

    def matching(self, pattern: str = "*", method: str = "") -> list[Request]:
        """Those whose path matches (as in a shell, a star crosses slashes)."""
        with self._changed:
            return [
                request
                for request in self._requests
                if fnmatchcase(request.path, pattern) and method in ("", request.method)
            ]

    def bytes_sent(self, file: str) -> int:
        """Bytes of the content of "org/name/path" over all requests."""
        with self._changed:
            return sum(request.sent for request in self._requests if request.file == file)

    def clear(self) -> None:
        """Forget the requests so far."""
        with self._changed:
            self._requests.clear()
