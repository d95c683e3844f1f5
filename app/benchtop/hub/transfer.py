"""The bytes of a file that are still missing, over as many connections as it takes."""

from __future__ import annotations

import io
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx2

from benchtop.domain.errors import BenchtopError, Interrupted
from benchtop.domain.hub_errors import (
    DownloadChanged,
    DownloadCut,
    DownloadDamaged,
    HubFailed,
    HubGarbled,
    HubUnreachable,
)
from benchtop.domain.models import bytes_text
from benchtop.domain.repo_files import RepoFile
from benchtop.hub.arriving import Arriving
from benchtop.hub.client import HubClient

CHUNK_BYTES = 1024 * 1024
"""So much is written at once: what a crash loses at most."""
LOOK_SECONDS = 0.1
"""How often a cancel and the offline switch are looked at while nothing comes, and what has come
of a chunk is written."""
WAITS = (0.2, 0.5, 1.0, 2.0)
"""Seconds before each new attempt after one that came no further; after one that did there is none."""
RANGE_REFUSED = 416
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


class Partial:
    """The file as far as it has come. ``written`` is called with its size after every change, and
    now and then while nothing comes."""

    def __init__(self, stream: io.FileIO, written: Callable[[int], None]) -> None:
        self._stream = stream
        self._written = written
        self.size = stream.seek(0, io.SEEK_END)
        self.transferred = 0

    def add(self, data: bytes) -> None:
        """Write these bytes at its end, as many as the disk takes. Raises OSError."""
        rest = memoryview(data)
        while rest:  # a disk that is nearly full takes a part of it
            count = self._stream.write(rest)
            self.size += count
            self.transferred += count
            rest = rest[count:]
        self._written(self.size)

    def begin_anew(self) -> None:
        """Nothing of it is wanted any more."""
        self._stream.seek(0)
        self._stream.truncate()
        self.size = 0
        self._written(0)


class Transfer:
    """Brings a partial file to its size."""

    def __init__(
        self, client: HubClient, order: Order, partial: Partial, cancel: threading.Event
    ) -> None:
        self._client = client
        self._order = order
        self._partial = partial
        self._cancel = cancel

    def run(self) -> None:
        """Fetch what is missing. Raises DownloadError and HubError and their kin, OSError, and
        Interrupted when ``cancel`` is set; what has come is in the file then."""
        tries, best = 0, self._partial.size
        while self._partial.size != self._order.file.size:
            failure: BenchtopError | None = None
            try:
                self._attempt()
            except (HubUnreachable, HubFailed) as error:
                if error.facts.get("status") == RANGE_REFUSED:
                    raise self._damaged(f"fewer than {self._partial.size:,} bytes") from error
                failure = error
            tries = 0 if self._partial.size > best else tries + 1
            best = max(best, self._partial.size)
            if tries > len(WAITS):
                raise self._given_up(failure)
            if tries:
                self._wait(WAITS[tries - 1])

    def _attempt(self) -> None:
        """One request: as much of the file as it brings."""
        order, first = self._order, self._partial.size

        def ask(stopped: Callable[[], bool]) -> object:
            path = order.file.path
            return self._client.arriving(order.repo, order.revision, path, first, stopped)

        with Arriving(ask) as arriving:  # type: ignore[arg-type]
            begun = False
            while not arriving.over:
                stop = self._stop()
                data = arriving.take(1 if stop else CHUNK_BYTES, 0.0 if stop else LOOK_SECONDS)
                response = arriving.response
                if response is not None and not begun:
                    self._check(response)
                    begun = True
                self._add(data)
                if stop is not None:
                    raise stop
            arriving.take(1, 0.0)  # raises what ended it

    def _add(self, data: bytes) -> None:
        room = self._order.file.size - self._partial.size
        if len(data) > room:
            raise self._damaged(f"more than {self._order.file.size:,} bytes")
        self._partial.add(data)

    def _check(self, response: httpx2.Response) -> None:
        """Whether the answer is what was asked for, before a byte of it is believed."""
        size, have = self._order.file.size, self._partial.size
        self._check_same(response)
        partial = response.status_code == httpx2.codes.PARTIAL_CONTENT
        said = _RANGE.fullmatch(response.headers.get("Content-Range", "")) if partial else None
        if partial and (said is None or int(said[1]) != have):
            raise HubGarbled(host=response.url.host)
        total = _number(said[2] if said else response.headers.get("Content-Length", ""))
        if total is not None and total != size:
            raise self._damaged(f"{total:,} bytes instead of {size:,}")
        if not partial and have:  # the range was ignored: all of it comes again
            self._partial.begin_anew()

    def _check_same(self, response: httpx2.Response) -> None:
        """The Hub names the SHA-256 on the way to a file that is in LFS."""
        for step in (*response.history, response):
            named = step.headers.get("X-Linked-ETag", "").strip('"').lower()
            known = self._order.file.sha256
            if known and _SHA256.fullmatch(named) and named != known:
                raise DownloadChanged(file=self._order.file.name)

    def _stop(self) -> BenchtopError | None:
        """Why no more is wanted, if so."""
        if self._cancel.is_set():
            return Interrupted()
        try:
            self._client.check_online()
        except BenchtopError as error:
            return error
        return None

    def _wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if stop := self._stop():
                raise stop
            self._cancel.wait(min(left, LOOK_SECONDS))

    def _given_up(self, failure: BenchtopError | None) -> BenchtopError:
        if failure is not None and not self._partial.transferred:
            return failure
        file, have = self._order.file, self._partial.size
        cut = DownloadCut(file=file.name, have=bytes_text(have), need=bytes_text(file.size))
        cut.__cause__ = failure
        return cut

    def _damaged(self, detail: str) -> DownloadDamaged:
        return DownloadDamaged(file=self._order.file.name, detail=detail)


def _number(said: str) -> int | None:
    return int(said) if said.isdecimal() else None
