"""The bytes of a file that are still missing, over as many connections as it takes.

It begins with one connection and stays with it wherever more would not be faster (growth.py). More
are a favour that a server may refuse: whatever happens to one of several, the others go on, and what
a single one would do and say is done and said once only one is left. Only a file that is not the
file ends the download at once, whichever connection tells.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from benchtop.domain.errors import BenchtopError, Interrupted
from benchtop.domain.hub_errors import (
    DownloadChanged,
    DownloadCut,
    DownloadDamaged,
    HubFailed,
    HubUnreachable,
)
from benchtop.domain.models import bytes_text
from benchtop.hub.arriving import wait_for_any
from benchtop.hub.client import HubClient
from benchtop.hub.growth import Growth, Limits, Step
from benchtop.hub.partial import Partial
from benchtop.hub.ranges import SEGMENT_BYTES, Range, free_of, next_range
from benchtop.hub.strand import Order, RangeIgnored, Strand

CHUNK_BYTES = 1024 * 1024
"""So much of one connection is written at once: what a crash loses at most."""
LOOK_SECONDS = 0.1
"""How often a cancel and the offline switch are looked at while nothing comes, and what has come
of a chunk is written."""
WAITS = (0.2, 0.5, 1.0, 2.0)
"""Seconds before each new attempt after one that came no further; after one that did there is none."""
RANGE_REFUSED = 416


class Transfer:
    """Brings a partial file to its size."""

    def __init__(
        self,
        client: HubClient,
        order: Order,
        partial: Partial,
        cancel: threading.Event,
        limits: Limits | None = None,
    ) -> None:
        self._client = client
        self._order = order
        self._partial = partial
        self._cancel = cancel
        self._growth = Growth(limits)
        if not partial.may_spread:
            self._growth.stop()
        self._changed = threading.Condition()
        self._strands: list[Strand] = []
        self._newest: Strand | None = None

    def run(self) -> None:
        """Fetch what is missing. Raises DownloadError and HubError and their kin, OSError, and
        Interrupted when ``cancel`` is set; what has come is in the file then."""
        tries, best = 0, self._partial.here.total
        while self._partial.gaps:
            failure: BenchtopError | None = None
            try:
                self._attempt()
            except (HubUnreachable, HubFailed) as error:
                failure = error
            here = self._partial.here.total
            tries = 0 if here > best else tries + 1
            best = max(best, here)
            if tries > len(WAITS):
                raise self._given_up(failure)
            if tries:
                self._wait(WAITS[tries - 1])

    def _attempt(self) -> None:
        """One connection, and more beside it; until nothing is missing or the last one ended."""
        with self._hung_up():
            self._newest = self._open(self._partial.gaps[0])
            self._growth.settle(time.monotonic())
            while self._strands:
                stop = self._stop()
                arriving = [strand.arriving for strand in self._strands]
                enough, seconds = (1, 0.0) if stop else (CHUNK_BYTES, LOOK_SECONDS)
                wait_for_any(self._changed, arriving, enough, seconds)
                for strand in tuple(self._strands):
                    self._take(strand)
                if stop is not None:
                    raise stop
                self._partial.tell()
                self._consider()

    def _take(self, strand: Strand) -> None:
        """Write what one has brought, and see to what becomes of it."""
        if strand not in self._strands:  # let go a moment ago, for the sake of another
            return
        try:
            at = strand.at
            data = strand.take()
        except RangeIgnored:
            self._ignored(strand)
            return
        except BenchtopError as error:
            self._failed(strand, error)
            return
        if data:
            self._partial.add(at, data)
            if strand is self._newest:
                self._growth.answered(time.monotonic())
        if strand.arriving.over:
            self._ended(strand)

    # How many there are

    def _consider(self) -> None:
        """Open one more, or close the one that made nothing faster."""
        missing = sum(gap.size for gap in self._partial.gaps)
        now, brought = time.monotonic(), self._partial.transferred
        match self._growth.look(now, brought, missing, len(self._strands)):
            case Step.MORE:
                self._open_more()
            case Step.FEWER if self._newest in self._strands:
                self._do_without(self._newest)

    def _open_more(self) -> None:
        asked = self._next()
        if asked is None:
            self._growth.stop()
            return
        self._partial.spread_out()
        self._newest = self._open(asked)

    def _next(self) -> Range | None:
        """The range for one more connection; that which would have brought it ends before."""
        most = SEGMENT_BYTES if self._strands else self._order.file.size
        asked = next_range(self._partial.gaps, [one.rest for one in self._strands], most)
        for strand in self._strands:
            if asked is not None and strand.at <= asked.first < strand.end:
                strand.end_at(asked.first)
        return asked

    def _open(self, asked: Range) -> Strand:
        strand = Strand(self._client, self._order, asked, self._changed)
        self._strands.append(strand)
        return strand

    def _do_without(self, strand: Strand) -> None:
        """Write what it has brought, and let it go."""
        with suppress(BenchtopError, RangeIgnored):
            at = strand.at
            self._partial.add(at, strand.take())
        self._let_go(strand)

    def _let_go(self, strand: Strand) -> None:
        """End this one: what it would have brought falls to the one before it, or is left."""
        strand.close()
        self._strands.remove(strand)
        free = free_of(self._partial.gaps, [one.rest for one in self._strands])
        for gap in free:
            for one in self._strands:
                if one.end == gap.first and one.could_bring > one.end:
                    one.end_at(min(gap.end, one.could_bring))

    def _keep_one(self) -> None:
        """Go on with one connection, and try no more."""
        self._growth.stop()
        best = max(self._strands, key=lambda one: (one.answered, -one.at))
        for strand in tuple(self._strands):
            if strand is not best:
                self._do_without(strand)

    # How they end

    def _ended(self, strand: Strand) -> None:
        """No more comes of this one, and nothing was said to be wrong."""
        if strand.rest.size:  # before its end; nobody said why
            self._failed(strand, None)
            return
        self._let_go(strand)
        if (asked := self._next()) is None:
            self._growth.stop()  # the others are about to end too
            return
        following = self._open(asked)
        if strand is self._newest:
            self._newest = following

    def _failed(self, strand: Strand, error: BenchtopError | None) -> None:
        """Raises the error if it is about the file, or if this was the last one."""
        self._let_go(strand)
        if isinstance(error, DownloadDamaged | DownloadChanged):
            raise error
        if not self._strands:
            self._raise(strand, error)
            return
        passing = error is None or isinstance(error, HubUnreachable | HubFailed)
        if passing and strand.brought and not _range_refused(error):
            self._growth.settle(time.monotonic())
        else:
            self._keep_one()

    def _raise(self, strand: Strand, error: BenchtopError | None) -> None:
        if _range_refused(error):
            raise self._damaged(f"fewer than {strand.at:,} bytes") from error
        if error is not None:
            raise error

    def _ignored(self, strand: Strand) -> None:
        """All of the file comes, where a part was asked for: of no use beside others."""
        if len(self._strands) > 1:
            self._let_go(strand)
            self._keep_one()
            return
        self._growth.stop()
        self._partial.begin_anew()
        strand.begin_at_the_beginning()

    @contextmanager
    def _hung_up(self) -> Iterator[None]:
        """No connection is left behind."""
        try:
            yield
        finally:
            for strand in self._strands:
                strand.close()
            self._strands = []

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
        file, have = self._order.file, self._partial.here.total
        cut = DownloadCut(file=file.name, have=bytes_text(have), need=bytes_text(file.size))
        cut.__cause__ = failure
        return cut

    def _damaged(self, detail: str) -> DownloadDamaged:
        return DownloadDamaged(file=self._order.file.name, detail=detail)


def _range_refused(error: BenchtopError | None) -> bool:
    return error is not None and error.facts.get("status") == RANGE_REFUSED
