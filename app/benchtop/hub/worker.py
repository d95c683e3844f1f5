"""The hub worker: ``benchtop --worker hub``, the only process that may reach another machine.

main thread        reads the wire
a thread each      serves one request; several are served side by side
"""

from __future__ import annotations

import faulthandler
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchtop.domain.errors import BenchtopError, Interrupted, WorkerError
from benchtop.domain.memory import shape_of
from benchtop.hub.connections import Connections
from benchtop.hub.discarding import answer_discard
from benchtop.hub.endpoint import check_endpoint
from benchtop.protocol.hub_messages import (
    AskAccount,
    AskCard,
    AskHeader,
    AskRepository,
    Card,
    Discard,
    Fetch,
    Fetched,
    Fetching,
    ForgetToken,
    FoundRepositories,
    HeaderFacts,
    KeepToken,
    NetworkRules,
    Reached,
    RepositoryFacts,
    SearchHub,
)
from benchtop.protocol.messages import Cancel, Failed
from benchtop.protocol.wire import Message
from benchtop.worker_side.parent_death import die_with_parent
from benchtop.worker_side.priority import give_way
from benchtop.worker_side.signals import leave_signals_to_the_client
from benchtop.worker_side.wire_end import Intake, Outlet, Refused, take_stdout

PROGRESS_SECONDS = 0.1
MOST_CARD_BYTES = 512 * 1024


def main() -> int:
    """Serve until the input ends; the exit status."""
    faulthandler.enable()
    leave_signals_to_the_client()
    die_with_parent()
    give_way()
    outlet = take_stdout()
    intake = Intake("hub", outlet, os.fdopen(0, "rb", closefd=False))
    try:
        intake.shake_hands()
    except Refused as refused:
        return refused.status
    connections = Connections(lambda connection: outlet.send(Reached(connection)))
    connections.watch()
    desk = Desk(outlet, connections)
    while (message := intake.next()) is not None:
        desk.take(message)
    sys.stderr.flush()
    os._exit(0)  # a download at work is gone on with next time: nothing must be waited for


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """A request that is being served."""

    message: Message
    request_id: str
    cancel: threading.Event = field(default_factory=threading.Event)


class Desk:
    """Gives each request a thread, and cancels it when asked."""

    def __init__(self, outlet: Outlet, connections: Connections) -> None:
        self._outlet = outlet
        self._connections = connections
        self._jobs: dict[str, Job] = {}
        self._lock = threading.Lock()
        self._service: Service | None = None
        self._making = threading.Lock()

    def take(self, message: Message) -> None:
        """A message of the client."""
        match message:
            case NetworkRules():
                self._connections.offline = message.offline
            case Cancel(request_id=request_id):
                self._cancel(request_id)
            case _:
                self._begin(message, getattr(message, "request_id", ""))

    def _begin(self, message: Message, request_id: str) -> None:
        job = Job(message, request_id)
        with self._lock:
            if request_id in self._jobs:
                error = WorkerError(role="hub", detail="a request of this name is at work.")
                self._outlet.send(Failed.of(request_id, error))
                return
            self._jobs[request_id] = job
        threading.Thread(target=self._serve, args=(job,), name="request", daemon=True).start()

    def _cancel(self, request_id: str) -> None:
        """A download ends in order: its bytes are kept and its lock is free when it answers. Any
        other request may wait for a silent server, and is left to itself."""
        with self._lock:
            job = self._jobs.get(request_id)
        if job is None:
            return
        job.cancel.set()
        if not isinstance(job.message, Fetch):
            self._finish(job, Failed.of(request_id, Interrupted()))

    def _serve(self, job: Job) -> None:
        answer: Message
        try:
            if isinstance(job.message, Discard):  # it needs no Hub
                answer = answer_discard(job.message)
            else:
                answer = self._made().answer(job.message, job.cancel)
        except Exception as error:  # noqa: BLE001  (a fault of ours or of a library: to the log)
            failure = error if isinstance(error, BenchtopError) else self._fault(error)
            answer = Failed.of(job.request_id, Interrupted() if job.cancel.is_set() else failure)
        self._finish(job, answer)

    def _fault(self, error: Exception) -> WorkerError:
        traceback.print_exception(error)
        return WorkerError(role="hub", detail=repr(error))

    def _finish(self, job: Job, answer: Message) -> None:
        """Each request is answered once."""
        with self._lock:
            if self._jobs.get(job.request_id) is not job:
                return
            del self._jobs[job.request_id]
        self._outlet.send(answer)

    def _made(self) -> Service:
        """The client library takes a moment to import: with the first request, and once."""
        with self._making:
            if self._service is None:
                check_endpoint()
                self._service = Service(self._connections, self._outlet.send)
            return self._service


class Service:
    """Answers requests with the Hub's client. Every answer may be a BenchtopError that is raised."""

    def __init__(self, connections: Connections, send: Callable[[Message], None]) -> None:
        from benchtop.hub.accounts import Accounts  # noqa: PLC0415
        from benchtop.hub.client import HubClient  # noqa: PLC0415  (slow to import)

        home = os.environ.get("BENCHTOP_HOME", "").strip()
        self._client = HubClient(connections, Path(home).expanduser() if home else None)
        self._accounts = Accounts(self._client, connections)
        self._connections = connections
        self._send = send

    def answer(self, message: Message, cancel: threading.Event) -> Message:
        """The last answer to a request."""
        match message:
            case SearchHub():
                return self._search(message)
            case AskRepository():
                with self._for("updates" if message.updates else "repository", message.repo):
                    repository, files = self._client.repository(message.repo, message.revision)
                return RepositoryFacts(message.request_id, repository, tuple(files))
            case AskCard():
                with self._for("card", message.repo):
                    text, cut = self._client.text(
                        message.repo, message.revision, "README.md", MOST_CARD_BYTES
                    )
                return Card(message.request_id, text, cut)
            case AskHeader():
                return self._header(message, cancel)
            case AskAccount():
                return self._accounts.asked(message)
            case KeepToken():
                return self._accounts.keep(message)
            case ForgetToken():
                return self._accounts.forget(message)
            case Fetch():
                return self._fetch(message, cancel)
            case _:
                raise WorkerError(role="hub", detail=f"it knows no {type(message).__name__}.")

    def _for(self, purpose: Any, subject: str) -> Any:
        return self._connections.purpose(purpose, subject, self._client.host)

    def _search(self, message: SearchHub) -> FoundRepositories:
        start = int(message.cursor) if message.cursor.isdigit() else 0
        with self._for("search", message.words):
            found, following = self._client.search(
                message.words, message.filters, message.sort, start, message.limit
            )
        return FoundRepositories(
            message.request_id, tuple(found), str(following) if following else ""
        )

    def _header(self, message: AskHeader, cancel: threading.Event) -> HeaderFacts:
        from benchtop.domain.repo_files import RepoFile  # noqa: PLC0415
        from benchtop.hub.remote_header import read_remote_header  # noqa: PLC0415

        file = RepoFile(message.path, message.size)
        with self._for("header", f"{message.repo}/{message.path}"):
            header, fetched = read_remote_header(
                self._client, message.repo, message.revision, file, cancel.is_set
            )
        return HeaderFacts(message.request_id, shape_of(header), fetched)

    def _fetch(self, message: Fetch, cancel: threading.Event) -> Fetched:
        from benchtop.hub.download import Download  # noqa: PLC0415
        from benchtop.hub.strand import Order  # noqa: PLC0415

        order = Order(
            message.repo, message.revision, message.file, Path(message.target), Path(message.lock)
        )

        def send(done: int) -> None:
            self._send(Fetching(message.request_id, done))

        progress = Progress(send, message.file.size)
        download = Download(self._client, order, progress.reached, cancel)
        found = download.run()
        return Fetched(message.request_id, found, download.transferred)


class Progress:
    """Tells of progress, but not more often than a person sees it."""

    def __init__(self, send: Callable[[int], None], size: int) -> None:
        self._send = send
        self._size = size
        self._told: int | None = None
        self._time = 0.0

    def reached(self, done: int) -> None:
        """So many bytes are there."""
        now = time.monotonic()
        if done == self._told or (now - self._time < PROGRESS_SECONDS and done != self._size):
            return
        self._told, self._time = done, now
        self._send(done)
