"""The worker's end of the wire: answers out, requests in.

A reader thread hears everything at once. It answers AskStatus itself, marks requests as cancelled
(also those still waiting), and ends the process when its input ends, whatever it is doing: a reply
nobody will read is worth nothing, and a worker holds nothing that must be saved.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

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


class Inbox:
    """The requests as they come. ``answer_status`` is called with AskStatus and the id at hand."""

    def __init__(self, outlet: Outlet, stream: BinaryIO) -> None:
        self._outlet = outlet
        self._stream = stream
        self._orders: queue.Queue[Order] = queue.Queue()
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}
        self._at_hand = ""
        self._answer_status: Callable[[AskStatus, str], None] | None = None

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

    def listen(self, answer_status: Callable[[AskStatus, str], None]) -> None:
        """Start the reader thread."""
        self._answer_status = answer_status
        threading.Thread(target=self._read, name="wire reader", daemon=True).start()

    def next(self) -> Order:
        """The next request to serve; blocks until there is one."""
        order = self._orders.get()
        self._at_hand = order[1].request_id
        return order

    def done(self, job: Job) -> None:
        """The request was served: a Cancel for it means nothing any more."""
        self._at_hand = ""
        with self._lock:
            if self._jobs.get(job.request_id) is job:
                del self._jobs[job.request_id]

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
                with self._lock:
                    job = self._jobs.get(request_id)
                if job is not None:
                    job.cancel.set()
            case AskStatus() if self._answer_status is not None:
                self._answer_status(message, self._at_hand)
            case _:
                request_id = getattr(message, "request_id", "")  # Forget has none
                job = Job(request_id, self._answer, time.perf_counter())
                with self._lock:
                    self._jobs[request_id] = job
                self._orders.put((message, job))


def _request_id(line: bytes) -> str:
    """The request id of a line that is no message, so that its sender need not wait in vain."""
    try:
        body = json.loads(line)
    except (ValueError, RecursionError):
        return ""
    request_id = body.get("request_id") if isinstance(body, dict) else None
    return request_id if isinstance(request_id, str) else ""
