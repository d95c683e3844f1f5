"""One of the connections of a download, and the stretch of the file that it brings."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from benchtop.domain.hub_errors import DownloadChanged, DownloadDamaged, HubGarbled
from benchtop.domain.repo_files import RepoFile
from benchtop.hub.arriving import Arriving
from benchtop.hub.client import HubClient
from benchtop.hub.ranges import Range

_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Order:
    """What to fetch, and where to: ``target`` is an absolute path, ``lock`` that of its lock."""

    repo: str
    revision: str
    file: RepoFile
    target: Path
    lock: Path


class RangeIgnored(Exception):
    """The answer is all of the file, where a part of it was asked for."""


class Strand:
    """Asks for a range and hands on what of it is wanted: the bytes from ``at`` to before ``end``,
    which may come to lie before the end of what was asked for."""

    def __init__(
        self, client: HubClient, order: Order, asked: Range, changed: threading.Condition
    ) -> None:
        self._order = order
        self._asked = asked
        self._response: httpx2.Response | None = None
        self.at, self.end = asked

        def ask(stopped: Callable[[], bool]) -> AbstractContextManager[httpx2.Response]:
            file, (first, end) = order.file, asked
            last = None if end == file.size else end - 1
            repo, revision = order.repo, order.revision
            return client.arriving(repo, revision, file.path, first, last=last, stopped=stopped)

        self.arriving = Arriving(ask, changed)
        self.arriving.__enter__()

    def close(self) -> None:
        """End the connection."""
        self.arriving.__exit__(None, None, None)

    @property
    def rest(self) -> Range:
        """What it will still bring."""
        return Range(self.at, self.end)

    @property
    def could_bring(self) -> int:
        """The end of what was asked for."""
        return self._asked.end

    @property
    def brought(self) -> int:
        """Bytes handed on."""
        return self.at - self._asked.first

    @property
    def answered(self) -> bool:
        """Its answer has begun, and is what was asked for."""
        return self._response is not None

    def end_at(self, end: int) -> None:
        """Bring the bytes to before ``end`` and no more."""
        self.end = end
        self.arriving.want(None if end == self._asked.end else end - self._asked.first)

    def take(self) -> bytes:
        """What has come of the stretch since the last time; ``at`` is behind it then.

        Raises what ended the connection when all was taken, HubGarbled, DownloadDamaged and
        DownloadChanged, and RangeIgnored, with which nothing is lost.
        """
        if not self.answered and not self._look_at_answer():
            return self.arriving.take() if self.arriving.over else b""
        data = self.arriving.take()
        room = self.end - self.at
        if len(data) > room:
            if self.end == self._order.file.size:
                raise self._damaged(f"more than {self.end:,} bytes")
            data = data[:room]
        self.at += len(data)
        return data

    def begin_at_the_beginning(self) -> None:
        """Take an answer that ignored the range for what it is: all of the file."""
        self._response = self.arriving.response
        self._asked = Range(0, self._order.file.size)
        self.at = 0
        self.end_at(self._asked.end)

    def _look_at_answer(self) -> bool:
        """Whether there is one."""
        response = self.arriving.response
        if response is not None:
            self._check(response)
            self._response = response
        return self.answered

    def _check(self, response: httpx2.Response) -> None:
        """Whether the answer is what was asked for, before a byte of it is believed."""
        size = self._order.file.size
        self._check_same(response)
        partial = response.status_code == httpx2.codes.PARTIAL_CONTENT
        said = _RANGE.fullmatch(response.headers.get("Content-Range", "")) if partial else None
        if partial and (said is None or int(said[1]) != self._asked.first):
            raise HubGarbled(host=response.url.host)
        total = _number(said[2] if said else response.headers.get("Content-Length", ""))
        if total is not None and total != size:
            raise self._damaged(f"{total:,} bytes instead of {size:,}")
        if not partial and self._asked != (0, size):
            raise RangeIgnored

    def _check_same(self, response: httpx2.Response) -> None:
        """The Hub names the SHA-256 on the way to a file that is in LFS."""
        for step in (*response.history, response):
            named = step.headers.get("X-Linked-ETag", "").strip('"').lower()
            known = self._order.file.sha256
            if known and _SHA256.fullmatch(named) and named != known:
                raise DownloadChanged(file=self._order.file.name)

    def _damaged(self, detail: str) -> DownloadDamaged:
        return DownloadDamaged(file=self._order.file.name, detail=detail)


def _number(said: str) -> int | None:
    return int(said) if said.isdecimal() else None
