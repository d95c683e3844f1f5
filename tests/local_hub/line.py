"""The connection that an answer goes out on."""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import ssl
import struct
import sys
import termios
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import BinaryIO

from local_hub.answers import BLOCK, Body, Broken
from local_hub.request_log import Request

SENDFILE_BLOCK = 8 * BLOCK
"""Bytes the kernel copies per call: few calls, and the count of bytes sent stays close to the truth."""
UNSENT_POLL = 0.001
"""Seconds between looks at whether the other side has all that was sent."""
UNSENT_LIMIT = 5.0
RELEASE_POLL = 0.02


_AT_ONCE = struct.pack("ii", 1, 0)
"""A linger time of nothing: closing the socket resets the connection."""


class Line:
    """Sends bytes and counts them; ``closing`` is set when the server stops."""

    def __init__(
        self, connection: socket.socket, request: Request, closing: threading.Event
    ) -> None:
        self.closing = closing
        self._connection = connection
        self._request = request

    def send_head(self, head: bytes, first: bytes | memoryview = b"") -> None:
        """The status line and the headers, and what of the body fits beside them."""
        self._request.sent += len(first)
        self._connection.sendall(head + bytes(first))

    def send(self, block: bytes | memoryview) -> None:
        """A part of the body."""
        left = memoryview(block)
        while left:
            left = left[self._counted(len(left), partial(self._connection.send, left)) :]

    def send_file(self, body: Body) -> None:
        """A body from disk, copied by the kernel where the connection is a plain one."""
        if not isinstance(body.source, Path) or isinstance(self._connection, ssl.SSLSocket):
            for block in body.blocks():
                self.send(block)
            return
        with body.source.open("rb") as stream:
            self._copy(stream, body.start, len(body))

    def reset(self) -> None:
        """Close so that the other side is told of a reset, once it has all that was sent before.

        A reset throws away what the system has not delivered yet, and a test cuts at a certain byte.
        """
        waited = 0.0
        while (
            _undelivered(self._connection) and waited < UNSENT_LIMIT and not self.closing.is_set()
        ):
            self.closing.wait(UNSENT_POLL)
            waited += UNSENT_POLL
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)

    def wait(self, released: threading.Event) -> None:
        """Until it is set; Broken if the server stops before."""
        while not released.wait(RELEASE_POLL):
            self.pause(0)

    def pause(self, seconds: float) -> None:
        """So long; Broken if the server stops before."""
        if self.closing.wait(seconds):
            raise Broken

    def _copy(self, stream: BinaryIO, at: int, left: int) -> None:
        to, source = self._connection.fileno(), stream.fileno()
        while left:
            planned = min(left, SENDFILE_BLOCK)
            gone = self._counted(planned, partial(os.sendfile, to, source, at, planned))
            if gone == 0:
                raise Broken  # the file became shorter
            at, left = at + gone, left - gone

    def _counted(self, planned: int, send: Callable[[], int]) -> int:
        """Send at most so many bytes, counted before they go; returns how many went."""
        gone = 0
        self._request.sent += planned
        try:
            gone = send()
        finally:
            self._request.sent -= planned - gone
        return gone


def resets(connection: socket.socket) -> bool:
    """Whether closing this connection will reset it."""
    with contextlib.suppress(OSError):
        set_to = connection.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, len(_AT_ONCE))
        return set_to == _AT_ONCE
    return False


def _undelivered(connection: socket.socket) -> int:
    """Bytes sent that the other side's system has not confirmed; 0 where it cannot be asked."""
    answer = bytearray(4)
    with contextlib.suppress(OSError):
        fcntl.ioctl(connection.fileno(), termios.TIOCOUTQ, answer)
    return int.from_bytes(answer, sys.byteorder)
