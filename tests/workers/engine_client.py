"""A plain client of the engine worker for tests."""

from __future__ import annotations

import signal
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchtop.protocol.messages import (
    AskStatus,
    Cancel,
    ChatTurn,
    Chunk,
    Failed,
    Finished,
    Generate,
    Loaded,
    LoadModel,
    Started,
    Status,
)
from benchtop.protocol.wire import Message
from workers.worker_client import WorkerClient


class EngineClient(WorkerClient):
    """An engine worker; the arguments are those of WorkerClient."""

    def __init__(
        self,
        log: Path,
        environment: Mapping[str, str] | None = None,
        prefix: Sequence[str] = (),
    ) -> None:
        super().__init__("engine", log, environment, prefix)

    def load(self, path: Path | str, *, threads: int | None = 1, **options: Any) -> Loaded:
        """Load a model; raises the error of one that cannot be used."""
        self.send(LoadModel(f"load-{next(self.ids)}", str(path), threads=threads, **options))
        return self.wait_for(Loaded)

    def ask(self, request: Generate) -> Reply:
        """Send a request and gather its answers to the end; raises its error."""
        self.send(request)
        return self.gather()

    def gather(self) -> Reply:
        """The answers of the request at hand, up to Finished."""
        messages: list[Message] = []
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
            Generate(request_id or f"r{next(self.ids)}", turns=turns(*texts), **options)
        )

    def complete(self, prompt: str, **options: Any) -> Reply:
        """Raw text gone on with."""
        return self.ask(Generate(f"r{next(self.ids)}", prompt=prompt, **options))

    def cancel(self, request_id: str) -> None:
        """Cancel a request."""
        self.send(Cancel(request_id))

    def status(self) -> Status:
        """Ask for the status and wait for it."""
        self.send(AskStatus("status"))
        return self.wait_for(Status)

    def drain(self) -> None:
        """Read and drop whatever is still to come of earlier requests."""
        marker = f"drain-{next(self.ids)}"
        self.send(AskStatus(marker))
        while getattr(self.next(), "request_id", "") != marker:
            pass

    def kill(self, number: int = signal.SIGKILL) -> int:
        """Send it a signal; returns its exit status."""
        self.process.send_signal(number)
        return self.process.wait(10)


class Reply:
    """The answers to one Generate."""

    def __init__(self, messages: Iterable[Message]) -> None:
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
