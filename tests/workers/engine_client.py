"""A plain client of the engine worker for tests: a subprocess, the wire, no Qt."""

from __future__ import annotations

import contextlib
import itertools
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import benchtop
from benchtop.protocol.messages import (
    PROTOCOL_VERSION,
    AnyMessage,
    AskStatus,
    Cancel,
    ChatTurn,
    Chunk,
    Failed,
    Finished,
    Generate,
    Hello,
    Loaded,
    LoadModel,
    Started,
    Status,
)
from benchtop.protocol.wire import WireError, decode, encode

WAIT_SECONDS = 60.0
M = TypeVar("M")


class WorkerGone(Exception):
    """The worker's output ended."""


class EngineClient:
    """An engine worker and the messages it sends, in the order they come.

    ``environment`` is added to the tests' own; ``prefix`` is a command that runs the worker.
    Everything the worker prints goes to ``log``.
    """

    def __init__(
        self,
        log: Path,
        environment: Mapping[str, str] | None = None,
        prefix: Sequence[str] = (),
    ) -> None:
        self._log = log.open("ab")
        self.log_path = log
        self.process = subprocess.Popen(
            [*prefix, sys.executable, "-P", "-m", "benchtop", "--worker", "engine"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env={**os.environ, **(environment or {})},
        )
        self._messages: queue.Queue[AnyMessage | WireError | None] = queue.Queue()
        self._ids = itertools.count(1)
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

    def send(self, message: AnyMessage) -> None:
        """A message."""
        self.write(encode(message))

    def next(self, seconds: float = WAIT_SECONDS) -> AnyMessage:
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
        self.send(Hello("engine", protocol, benchtop.__version__, os.getpid()))
        return self.wait_for(Hello)

    def load(self, path: Path | str, *, threads: int | None = 1, **options: Any) -> Loaded:
        """Load a model; raises the error of one that cannot be used."""
        self.send(LoadModel(f"load-{next(self._ids)}", str(path), threads=threads, **options))
        return self.wait_for(Loaded)

    def ask(self, request: Generate) -> Reply:
        """Send a request and gather its answers to the end; raises its error."""
        self.send(request)
        return self.gather()

    def gather(self) -> Reply:
        """The answers of the request at hand, up to Finished."""
        messages: list[AnyMessage] = []
        while not (messages and isinstance(messages[-1], Finished)):
            message = self.next()
            if isinstance(message, Failed):
                raise message.error()
            messages.append(message)
        return Reply(messages)

    def gather_rest(self) -> Finished:
        """Read on to the end of the request at hand, of which some was read already."""
        return self.wait_for(Finished)

    def chat(self, *texts: str, request_id: str | None = None, **options: Any) -> Reply:
        """User and assistant texts by turns, the first a user's; options of Generate."""
        return self.ask(
            Generate(request_id or f"r{next(self._ids)}", turns=turns(*texts), **options)
        )

    def complete(self, prompt: str, **options: Any) -> Reply:
        """Raw text gone on with."""
        return self.ask(Generate(f"r{next(self._ids)}", prompt=prompt, **options))

    def cancel(self, request_id: str) -> None:
        """Cancel a request."""
        self.send(Cancel(request_id))

    def status(self) -> Status:
        """Ask for the status and wait for it."""
        self.send(AskStatus("status"))
        return self.wait_for(Status)

    def drain(self) -> None:
        """Read and drop whatever is still to come of earlier requests."""
        marker = f"drain-{next(self._ids)}"
        self.send(AskStatus(marker))
        while getattr(self.next(), "request_id", "") != marker:
            pass

    def kill(self, number: int = signal.SIGKILL) -> int:
        """Send it a signal; returns its exit status."""
        self.process.send_signal(number)
        return self.process.wait(10)


class Reply:
    """The answers to one Generate."""

    def __init__(self, messages: Iterable[AnyMessage]) -> None:
        self.messages = list(messages)
        self.finished = self.messages[-1]
        assert isinstance(self.finished, Finished)
        self.chunks = [m for m in self.messages if isinstance(m, Chunk)]
        self.text = "".join(chunk.text for chunk in self.chunks)
        self.reasoning = "".join(chunk.reasoning for chunk in self.chunks)
        self.tokens = [token for chunk in self.chunks for token in chunk.tokens]

    @property
    def started(self) -> Started:
        """The Started message, when it was among those gathered."""
        return next(m for m in self.messages if isinstance(m, Started))

    @property
    def evaluated(self) -> int:
        """Prompt tokens that had to be evaluated."""
        return self.started.prompt_tokens - self.started.cached_tokens


def turns(*texts: str) -> tuple[ChatTurn, ...]:
    """User and assistant by turns; a text that begins with "system:" is a system turn."""
    made: list[ChatTurn] = []
    for text in texts:
        if text.startswith("system:"):
            made.append(ChatTurn("system", text.removeprefix("system:")))
        else:
            spoken = [turn for turn in made if turn.role != "system"]
            made.append(ChatTurn("assistant" if len(spoken) % 2 else "user", text))
    return tuple(made)
