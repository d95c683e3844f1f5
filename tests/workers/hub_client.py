"""A plain client of the hub worker for tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from benchtop.domain.errors import BenchtopError
from benchtop.domain.hub import Connection
from benchtop.domain.repo_files import RepoFile
from benchtop.protocol.hub_messages import (
    AskRepository,
    Fetch,
    Fetched,
    Fetching,
    NetworkRules,
    Reached,
    RepositoryFacts,
)
from benchtop.protocol.messages import Cancel, Failed
from benchtop.protocol.wire import Message
from local_hub.hub import LocalHub
from workers.worker_client import WorkerClient

A = TypeVar("A")


class HubWorker(WorkerClient):
    """A hub worker that may use the network; ``ledger`` holds what it told of connections, and
    ``progress`` what it told of downloads, by request."""

    def __init__(self, log: Path, environment: Mapping[str, str], *, offline: bool = False) -> None:
        super().__init__("hub", log, environment)
        self.ledger: list[Connection] = []
        self.progress: dict[str, list[int]] = {}
        self.shake_hands()
        self.send(NetworkRules(offline))

    def next(self, seconds: float = 60.0) -> Message:
        """The next message; ledger and progress are kept on the way."""
        message = super().next(seconds)
        if isinstance(message, Reached):
            self.ledger.append(message.connection)
        elif isinstance(message, Fetching):
            self.progress.setdefault(message.request_id, []).append(message.done)
        return message

    def ask(self, request: Message, kind: type[A]) -> A:
        """The last answer to a request; raises its error."""
        self.send(request)
        return self.answer(kind)

    def answer(self, kind: type[A], request_id: str = "") -> A:
        """The next answer of this kind (to this request); a failure that comes instead is raised."""
        while True:
            message = self.next()
            if request_id and getattr(message, "request_id", "") != request_id:
                continue
            if isinstance(message, Failed):
                raise message.error()
            if isinstance(message, kind):
                return message

    def failure(self, request: Message, kind: type[BenchtopError]) -> str:
        """What is said when a request fails in this way: one plain sentence, and nothing in the log
        but what the client library notes for itself."""
        self.send(request)
        return self.failed(kind)

    def next_answer(self) -> Message:
        """The next message that ends a request."""
        while isinstance(message := self.next(), Reached | Fetching):
            pass
        return message

    def failed(self, kind: type[BenchtopError]) -> str:
        """The same for the request at hand."""
        message = self.next_answer()
        assert isinstance(message, Failed), message
        error = message.error()
        assert type(error) is kind, f"{type(error).__name__}: {error}"
        words = str(error)
        assert "\n" not in words
        assert words.endswith(".")
        assert "Traceback" not in self.log_path.read_text(encoding="utf-8")
        return words

    def connection(self, purpose: str) -> list[Connection]:
        """The ledger's lines of this purpose that are no beginnings."""
        return [line for line in self.ledger if line.purpose == purpose and line.state != "begun"]

    def until(self, done: int, request_id: str = "fetch") -> None:
        """Wait until so many bytes of a download are on the disk."""
        while max(self.progress.get(request_id, [0])) < done:
            message = self.next()
            if isinstance(message, Failed):
                raise message.error()

    def files(self, repo: str) -> dict[str, RepoFile]:
        """The files of a repository by path."""
        facts = self.ask(AskRepository("files", repo), RepositoryFacts)
        return {file.path: file for file in facts.files}

    def fetch(self, repo: str, file: RepoFile, target: Path) -> Fetched:
        """Download a file; raises what becomes of it."""
        return self.ask(order(repo, file, target), Fetched)

    def cancel(self, request_id: str = "fetch") -> None:
        """Stop a request."""
        self.send(Cancel(request_id))


def order(
    repo: str, file: RepoFile, target: Path, request_id: str = "fetch", revision: str = "main"
) -> Fetch:
    """The request for a file of a repository."""
    return Fetch(request_id, repo, revision, file, str(target), f"{target}.lock")


@contextmanager
def hub_worker(
    hub: LocalHub,
    home: Path,
    extra: Mapping[str, str] | None = None,
    *,
    offline: bool = False,
    token: str = "",
) -> Iterator[HubWorker]:
    """A worker that asks this Hub, gives up a silent one after two seconds, and ends with the block.
    ``token`` is its HF_TOKEN."""
    environment = hub.environment(home / "hf") | {"HF_HUB_DOWNLOAD_TIMEOUT": "2", "HF_TOKEN": token}
    worker = HubWorker(home / "hub.log", environment | dict(extra or {}), offline=offline)
    try:
        yield worker
    finally:
        worker.close()
