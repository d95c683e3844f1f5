"""The worker's end of the wire: lines in, messages out, and the handshake that comes first."""

from __future__ import annotations

import json
import os
import threading
from dataclasses import dataclass
from typing import BinaryIO

import benchtop
from benchtop.domain.errors import BenchtopError, ProtocolMismatch, WorkerError
from benchtop.protocol.messages import PROTOCOL_VERSION, Failed, Hello, WorkerRole
from benchtop.protocol.wire import MAX_LINE_BYTES, Message, WireError, decode, encode

MISMATCH_STATUS = 3


class Outlet:
    """The way out. Any thread may send; a message is written whole."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._lock = threading.Lock()

    def send(self, message: Message) -> None:
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


class Intake:
    """The way in: one message after another. A line that is none is answered and passed over."""

    def __init__(self, role: WorkerRole, outlet: Outlet, stream: BinaryIO) -> None:
        self._role = role
        self._outlet = outlet
        self._stream = stream

    def shake_hands(self) -> None:
        """Read the client's Hello and answer it. Raises Refused."""
        line = self._line()
        if line is None:
            raise Refused(0)
        message = self._decoded(line)
        if not isinstance(message, Hello):
            detail = "the first message must be Hello."
            error: BenchtopError = WorkerError(role=self._role, detail=detail)
        elif message.protocol != PROTOCOL_VERSION:
            error = ProtocolMismatch(
                role=self._role, theirs=PROTOCOL_VERSION, ours=message.protocol
            )
        else:
            self._outlet.send(
                Hello(self._role, PROTOCOL_VERSION, benchtop.__version__, os.getpid())
            )
            return
        self._outlet.send(Failed.of("", error))
        raise Refused(MISMATCH_STATUS)

    def next(self) -> Message | None:
        """The next message; None when the client has closed the wire. Blocks."""
        while (line := self._line()) is not None:
            message = self._decoded(line) if line.strip() else None
            if message is not None:
                return message
        return None

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

    def _decoded(self, line: bytes) -> Message | None:
        """The message, or None after saying what is wrong with the line."""
        try:
            return decode(line)
        except WireError as error:
            failure = WorkerError(
                role=self._role, detail=f"it was sent something unknown, {error}."
            )
            self._outlet.send(Failed.of(_request_id(line), failure))
            return None


def _request_id(line: bytes) -> str:
    """The request id of a line that is no message, so that its sender need not wait in vain."""
    try:
        body = json.loads(line)
    except (ValueError, RecursionError):
        return ""
    request_id = body.get("request_id") if isinstance(body, dict) else None
    return request_id if isinstance(request_id, str) else ""
