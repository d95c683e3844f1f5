"""The worker's end of the wire: answers out, requests in.

A reader thread hears everything at once. It answers AskStatus itself, marks the request at hand as
cancelled, takes a cancelled one that still waits off the list and answers it at once, and ends the
process when its input ends, whatever it is doing: a reply nobody will read is worth nothing, and a
worker holds nothing that must be saved.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import BinaryIO, Protocol

import benchtop
from benchtop.domain.errors import BenchtopError, ProtocolMismatch, WorkerError
from benchtop.engine.job import Job
from benchtop.protocol.messages import (
    PROTOCOL_VERSION,
    Answer,
    AnyMessage,
    AskStatus,
    BenchmarkDone,
    Cancel,
    Failed,
    Finished,
    Hello,
    Loaded,
    Rendered,
    Status,
)
from benchtop.protocol.wire import MAX_LINE_BYTES, WireError, decode, encode

MISMATCH_STATUS = 3
_LAST = (Loaded, Finished, Rendered, BenchmarkDone, Failed)
Order = tuple[AnyMessage, Job]


class Outlet:
    """The way out. Any thread may send; a message is written whole."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._lock = threading.Lock()

    def send(self, message: Answer) -> None:
        """Write a message; ends the process when nobody reads any more."""
        line = memoryview(encode(message))
        with self._lock:
            try:
                while line:
                    line = line[os.write(self.descriptor, line) :]
            except OSError:
                os._exit(0)


def take_stdout() -> Outlet:
    """Keep fd 1 for the protocol and point fd 1 itself at stderr, for whatever else is printed."""
    descriptor = os.dup(1)
    os.set_inheritable(descriptor, False)
    os.dup2(2, 1)
    return Outlet(descriptor)


@dataclass(frozen=True, slots=True)
class Refused(Exception):
    """The other side cannot be spoken to; the message was sent, the exit status says the rest."""

    status: int


class Side(Protocol):
    """What the reader thread asks while another request may be served."""

    def status(self, request_id: str, busy_with: str) -> Status:
        """What is held now."""

    def cancelled(self, request: AnyMessage, request_id: str) -> Answer:
        """The last answer to a request that was cancelled before its first token."""


class Inbox:
    """The requests as they come.

    A request is either in ``_orders``, where it waits, or at hand; under the lock it leaves the one
    place for the other, so that a cancelled one is answered once, by whoever took it.
    """

    def __init__(self, outlet: Outlet, stream: BinaryIO) -> None:
        self._outlet = outlet
        self._stream = stream
        self._orders: deque[Order] = deque()
        self._changed = threading.Condition()
        self._job: Job | None = None
        self._at_hand = ""
        self._side: Side | None = None

    def shake_hands(self, role: str) -> None:
        """Read the client's Hello and answer it. Raises Refused."""
        line = self._line()
        if line is None:
            raise Refused(0)
        message = self._decoded(line)
        if not isinstance(message, Hello):
            error: BenchtopError = WorkerError(role=role, detail="the first message must be Hello.")
        elif message.protocol != PROTOCOL_VERSION:
            error = ProtocolMismatch(role=role, theirs=PROTOCOL_VERSION, ours=message.protocol)
        else:
            own = Hello("engine", PROTOCOL_VERSION, benchtop.__version__, os.getpid())
            self._outlet.send(own)
            return
        self._outlet.send(Failed.of("", error))
        raise Refused(MISMATCH_STATUS)

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
        while True:
            line = self._line()
            if line is None:
                sys.stderr.flush()
                os._exit(0)
            if line.strip():
                self._take(self._decoded(line))

    def _line(self) -> bytes | None:
        """The next line, or None at the end. Of one that is too long only the beginning is kept."""
        try:
            line = self._stream.readline(MAX_LINE_BYTES + 1)
            rest = line
            while rest and not rest.endswith(b"\n"):
                rest = self._stream.readline(1 << 20)
        except OSError:
            return None
        return line or None

    def _decoded(self, line: bytes) -> AnyMessage | None:
        """The message, or None after saying what is wrong with the line."""
        try:
            return decode(line)
        except WireError as error:
            failure = WorkerError(role="engine", detail=f"it was sent something unknown, {error}.")
            self._outlet.send(Failed.of(_request_id(line), failure))
            return None

    def _take(self, message: AnyMessage | None) -> None:
        match message:
            case None:
                return
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


def _request_id(line: bytes) -> str:
    """The request id of a line that is no message, so that its sender need not wait in vain."""
    try:
        body = json.loads(line)
    except (ValueError, RecursionError):
        return ""
    request_id = body.get("request_id") if isinstance(body, dict) else None
    return request_id if isinstance(request_id, str) else ""
