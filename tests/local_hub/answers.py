"""What the server is about to send: a status, headers, and a body of bytes or of a part of a file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

from local_hub.stored_file import Content

BLOCK = 1 << 20
"""Bytes that go out at once when a body passes through Python."""

JSON_TYPE = "application/json; charset=utf-8"
TEXT_TYPE = "text/plain; charset=utf-8"


class Broken(Exception):
    """The connection ends here, in the middle of an answer."""


@dataclass(frozen=True)
class Body:
    """The bytes from ``start`` to before ``end`` of a source that has ``total``."""

    source: Content
    start: int
    end: int
    total: int

    def __len__(self) -> int:
        return self.end - self.start

    def whole(self) -> Body:
        """All of the source."""
        return Body(self.source, 0, self.total, self.total)

    def blocks(self) -> Iterator[bytes | memoryview]:
        """The bytes in turn, at most BLOCK at once."""
        if isinstance(self.source, bytes):
            view = memoryview(self.source)
            for at in range(self.start, self.end, BLOCK):
                yield view[at : min(at + BLOCK, self.end)]
            return
        with self.source.open("rb") as stream:
            stream.seek(self.start)
            left = len(self)
            while left:
                block = stream.read(min(BLOCK, left))
                if not block:
                    raise Broken  # the file became shorter
                left -= len(block)
                yield block


def body_of(source: Content) -> Body:
    """All of it."""
    size = source.stat().st_size if isinstance(source, Path) else len(source)
    return Body(source, 0, size, size)


NOTHING = body_of(b"")


@dataclass
class Answer:
    """One response. ``file`` ("org/name/path") says whose content the body is, if a file's."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: Body = NOTHING
    file: str = ""

    @property
    def content(self) -> bool:
        """Brings what was asked for: the answers whose bodies faults spoil."""
        return self.status in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT) and len(self.body) > 0


def in_json(value: Any, headers: Mapping[str, str] | None = None) -> Answer:
    """A document of JSON."""
    said = {"Content-Type": JSON_TYPE, **(headers or {})}
    return Answer(HTTPStatus.OK, said, body_of(json.dumps(value).encode()))


def in_words(status: int, words: str, headers: Mapping[str, str] | None = None) -> Answer:
    """A short text."""
    said = {"Content-Type": TEXT_TYPE, **(headers or {})}
    return Answer(status, said, body_of(words.encode()))


def problem(
    status: int, message: str, code: str = "", headers: Mapping[str, str] | None = None
) -> Answer:
    """A refusal as the Hub words it: X-Error-Code, X-Error-Message, and the message again in JSON."""
    # A message may quote what was asked, and a header carries neither line ends nor other scripts.
    said = {"Content-Type": JSON_TYPE, "X-Error-Message": quote(message, safe=_PRINTABLE)}
    if code:
        said["X-Error-Code"] = code
    if status == HTTPStatus.UNAUTHORIZED:
        said["WWW-Authenticate"] = 'Bearer realm="Authentication required", charset="UTF-8"'
    said |= headers or {}
    return Answer(status, said, body_of(json.dumps({"error": message}).encode()))


def redirect(location: str, status: int = HTTPStatus.FOUND, **headers: str) -> Answer:
    """Go elsewhere."""
    answer = in_words(status, f"Found. Redirecting to {location}", {"Location": location})
    answer.headers |= {name.replace("_", "-"): value for name, value in headers.items()}
    return answer


_PRINTABLE = "".join(chr(code) for code in range(32, 127))
