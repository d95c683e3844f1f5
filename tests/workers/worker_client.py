"""A plain client of any worker for tests: a subprocess, the wire, no Qt."""

from __future__ import annotations

import contextlib
import itertools
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import benchtop
from benchtop.protocol.messages import PROTOCOL_VERSION, Failed, Hello, WorkerRole
from benchtop.protocol.wire import Message, WireError, decode, encode

WAIT_SECONDS = 60.0
M = TypeVar("M")


class WorkerGone(Exception):
    """The worker's output ended."""


class WorkerClient:
    """A worker of a role and the messages it sends, in the order they come.

    ``environment`` is added to the tests' own; ``prefix`` is a command that runs the worker.
    Everything the worker prints goes to ``log``.
    """

    def __init__(
        self,
        role: WorkerRole,
        log: Path,
        environment: Mapping[str, str] | None = None,
        prefix: Sequence[str] = (),
    ) -> None:
        self.role = role
        self._log = log.open("ab")
        self.log_path = log
        self.process = subprocess.Popen(
            [*prefix, sys.executable, "-P", "-m", "benchtop", "--worker", role],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env={**os.environ, **(environment or {})},
        )
        self._messages: queue.Queue[Message | WireError | None] = queue.Queue()
        self.ids = itertools.count(1)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def close(self) -> None:
        """Close its input and wait for its end."""
        with self.process:
            if self.process.stdin is not None and not self.process.stdin.closed:
                with contextlib.suppress(BrokenPipeError):
                    self.process.stdin.close()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                raise
            finally:
                self._reader.join(10)
                self._log.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            try:
                self._messages.put(decode(line))
            except WireError as error:
                self._messages.put(error)
        self._messages.put(None)

    def write(self, line: bytes) -> None:
        """Raw bytes onto its input."""
        assert self.process.stdin is not None
        self.process.stdin.write(line)
        self.process.stdin.flush()

    def send(self, message: Message) -> None:
        """A message."""
        self.write(encode(message))

    def next(self, seconds: float = WAIT_SECONDS) -> Message:
        """The next message. WorkerGone at the end, WireError for a line that is none, queue.Empty
        when time is up."""
        message = self._messages.get(timeout=seconds)
        if message is None:
            self._messages.put(None)
            raise WorkerGone
        if isinstance(message, WireError):
            raise message
        return message

    def wait_for(self, kind: type[M], seconds: float = WAIT_SECONDS) -> M:
        """The next message of this kind; a Failed met on the way is raised as its error."""
        while True:
            message = self.next(seconds)
            if isinstance(message, kind):
                return message
            if isinstance(message, Failed):
                raise message.error()

    def shake_hands(self, protocol: int = PROTOCOL_VERSION) -> Hello:
        """The handshake; returns the worker's Hello."""
        self.send(Hello(self.role, protocol, benchtop.__version__, os.getpid()))
        return self.wait_for(Hello)
