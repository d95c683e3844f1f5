"""The engine's requests as they come, and what is heard while one is at work.

A reader thread hears everything at once. It answers AskStatus itself, marks the request at hand as
cancelled, takes a cancelled one that still waits off the list and answers it at once, and ends the
process when its input ends, whatever it is doing: a reply nobody will read is worth nothing, and a
worker holds nothing that must be saved.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import deque
from typing import Protocol

from benchtop.engine.job import Job
from benchtop.protocol.encode_messages import Counted, Encoded, Quantised
from benchtop.protocol.measure_messages import LensRead, Scored
from benchtop.protocol.messages import (
    Answer,
    AskStatus,
    BenchmarkDone,
    Cancel,
    Failed,
    Finished,
    Loaded,
    Rendered,
    Status,
)
from benchtop.protocol.wire import Message
from benchtop.worker_side.wire_end import Intake, Outlet

_LAST = (
    Loaded, Finished, Rendered, BenchmarkDone, Scored, LensRead, Encoded, Counted, Quantised, Failed,
)  # fmt: skip
Order = tuple[Message, Job]


class Side(Protocol):
    """What the reader thread asks while another request may be served."""

    def status(self, request_id: str, busy_with: str) -> Status:
        """What is held now."""

    def cancelled(self, request: Message, request_id: str) -> Answer:
        """The last answer to a request that was cancelled before its first token."""


class Inbox:
    """The requests as they come.

    A request is either in ``_orders``, where it waits, or at hand; under the lock it leaves the one
    place for the other, so that a cancelled one is answered once, by whoever took it.
    """

    def __init__(self, outlet: Outlet, intake: Intake) -> None:
        self._outlet = outlet
        self._intake = intake
        self._orders: deque[Order] = deque()
        self._changed = threading.Condition()
        self._job: Job | None = None
        self._at_hand = ""
        self._side: Side | None = None

    def listen(self, side: Side) -> None:
        """Start the reader thread, which asks ``side``."""
        self._side = side
        threading.Thread(target=self._read, name="wire reader", daemon=True).start()

    def next(self) -> Order:
        """The next request to serve; blocks until there is one."""
        with self._changed:
            self._changed.wait_for(lambda: self._orders)
            order = self._orders.popleft()
            self._job = order[1]
            self._at_hand = order[1].request_id
            return order

    def done(self) -> None:
        """The request was served: a Cancel for it means nothing any more."""
        with self._changed:
            self._job = None
            self._at_hand = ""

    def _answer(self, message: Answer) -> None:
        """Send an answer; with the last one of a request nothing is at hand any more."""
        if isinstance(message, _LAST):
            self._at_hand = ""
        self._outlet.send(message)

    def _read(self) -> None:
        while (message := self._intake.next()) is not None:
            self._take(message)
        sys.stderr.flush()
        os._exit(0)

    def _take(self, message: Message) -> None:
        match message:
            case Cancel(request_id=request_id):
                self._cancel(request_id)
            case AskStatus() if self._side is not None:
                self._outlet.send(self._side.status(message.request_id, self._at_hand))
            case _:
                request_id = getattr(message, "request_id", "")  # Forget has none
                job = Job(request_id, self._answer, time.perf_counter())
                with self._changed:
                    self._orders.append((message, job))
                    self._changed.notify()

    def _cancel(self, request_id: str) -> None:
        with self._changed:
            if self._job is not None and self._job.request_id == request_id:
                self._job.cancel.set()
                return
            found = next((o for o in self._orders if o[1].request_id == request_id), None)
            if found is None:
                return
            self._orders.remove(found)
        if self._side is not None:
            self._outlet.send(self._side.cancelled(found[0], request_id))
