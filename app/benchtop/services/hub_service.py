"""The hub worker as the window and the commands see it: questions, answers, and the ledger.

The worker is started by the first question and ends when nothing was asked for a while, so that a
person who never goes online never has it. While Benchtop is offline nothing is asked at all: the
refusal is written into the ledger here.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from benchtop.domain.errors import BenchtopError, WorkerDied
from benchtop.domain.hub import Connection, Purpose
from benchtop.domain.hub_errors import HubOffline
from benchtop.protocol.hub_messages import (
    AskAccount,
    AskCard,
    AskHeader,
    AskRepository,
    Discard,
    Fetch,
    Fetching,
    ForgetToken,
    KeepToken,
    NetworkRules,
    Reached,
    SearchHub,
)
from benchtop.protocol.messages import Cancel, Failed
from benchtop.services.data_folder import DataFolder
from benchtop.services.engine_worker import explain_end
from benchtop.services.worker_process import WorkerOutcome, WorkerProcess

IDLE_MS = 60_000
"""How long a worker with nothing to do is kept."""
DEFAULT_HOST = "huggingface.co"
Question = (
    SearchHub | AskRepository | AskCard | AskHeader | AskAccount | KeepToken | ForgetToken | Fetch
    | Discard
)  # fmt: skip
Then = Callable[[Any], object]
Refused = Callable[[BenchtopError], object]
_PURPOSES: dict[type[Question], Purpose] = {
    SearchHub: "search",
    AskRepository: "repository",
    AskCard: "card",
    AskHeader: "header",
    AskAccount: "account",
    KeepToken: "account",
    ForgetToken: "account",
    Fetch: "download",
}


class NetworkSettings(Protocol):
    """Whether the network is refused."""

    @property
    def offline(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class _Asked:
    question: Question
    then: Then
    refused: Refused
    progress: Then | None


class HubService(QObject):
    """Asks the Hub. Answers come to whoever asked, on the thread this object lives in."""

    reached = Signal(object)
    """A Connection of the ledger: new, or brought up to date."""

    def __init__(
        self, settings: NetworkSettings, folder: DataFolder, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._folder = folder
        self._worker: WorkerProcess | None = None
        self._asked: dict[str, _Asked] = {}
        self._begun: dict[str, Connection] = {}
        self._idle = QTimer(self, singleShot=True, interval=IDLE_MS)
        self._idle.timeout.connect(self._end_idle)

    @property
    def offline(self) -> bool:
        """Whether nothing may be asked."""
        return self._settings.offline

    @property
    def pid(self) -> int:
        """The worker's process id; 0 while there is none."""
        return self._worker.pid if self._worker is not None else 0

    def ask(
        self, question: Question, then: Then, refused: Refused, progress: Then | None = None
    ) -> str:
        """Ask; ``then`` gets the answer, ``refused`` a BenchtopError, ``progress`` each Fetching.

        Returns the question's id, for cancel(). Whatever comes, comes through the event loop.
        """
        request_id = uuid.uuid4().hex
        question = replace(question, request_id=request_id)
        if self._settings.offline and not _stays_here(question):
            error = HubOffline(host=hub_host())
            self._tell_refused(question)
            QTimer.singleShot(0, self, lambda: refused(error))
            return request_id
        self._asked[request_id] = _Asked(question, then, refused, progress)
        self._idle.stop()
        self._running().send(question)
        return request_id

    def cancel(self, request_id: str) -> None:
        """Stop a question; its ``refused`` gets Interrupted."""
        if request_id in self._asked and self._worker is not None:
            self._worker.send(Cancel(request_id))

    def network_changed(self) -> None:
        """The offline switch was moved: it holds at once, for what is under way as well."""
        if self._worker is not None:
            self._worker.send(NetworkRules(self._settings.offline))

    def close(self) -> None:
        """End the worker and wait for it. Downloads go on next time from where they are."""
        self._idle.stop()
        worker, self._worker = self._worker, None
        self._asked = {}
        if worker is not None:
            worker.blockSignals(True)
            worker.stop_and_wait()

    def _running(self) -> WorkerProcess:
        if self._worker is None:
            home = {"BENCHTOP_HOME": str(self._folder.root)}  # an access token may be kept there
            worker = WorkerProcess("hub", self._folder.logs, home, self)
            worker.received.connect(self._receive)
            worker.ended.connect(self._ended)
            worker.refused.connect(self._fail_all)
            self._worker = worker
            worker.start()
            worker.send(NetworkRules(self._settings.offline))
        return self._worker

    def _receive(self, message: Any) -> None:
        match message:
            case Reached(connection=connection):
                self._note(connection)
            case Fetching(request_id=request_id):
                asked = self._asked.get(request_id)
                if asked is not None and asked.progress is not None:
                    asked.progress(message)
            case Failed(request_id=request_id):
                asked = self._take(request_id)
                if asked is not None:
                    asked.refused(message.error())
            case _:
                asked = self._take(message.request_id)
                if asked is not None:
                    asked.then(message)

    def _take(self, request_id: str) -> _Asked | None:
        asked = self._asked.pop(request_id, None)
        if not self._asked:
            self._idle.start()
        return asked

    def _note(self, connection: Connection) -> None:
        if connection.state == "begun":
            self._begun[connection.id] = connection
        else:
            self._begun.pop(connection.id, None)
        self.reached.emit(connection)

    def _ended(self, outcome: WorkerOutcome) -> None:
        self._forget_worker()
        for begun in self._begun.values():
            self.reached.emit(replace(begun, state="failed", detail="its process ended"))
        self._begun = {}
        doing = "speaking with the Hub"
        self._fail_all(WorkerDied(role="hub", doing=doing, cause=explain_end(outcome)))

    def _fail_all(self, error: BenchtopError) -> None:
        self._forget_worker()
        asked, self._asked = list(self._asked.values()), {}
        for one in asked:
            one.refused(error)

    def _forget_worker(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.deleteLater()

    def _end_idle(self) -> None:
        if not self._asked and self._worker is not None:
            worker, self._worker = self._worker, None
            worker.ended.disconnect(self._ended)
            worker.ended.connect(worker.deleteLater)
            worker.stop()

    def _tell_refused(self, question: Question) -> None:
        subject = getattr(question, "repo", "") or getattr(question, "words", "")
        purpose = _PURPOSES[type(question)]
        if isinstance(question, AskRepository) and question.updates:
            purpose = "updates"
        self.reached.emit(
            Connection(
                uuid.uuid4().hex, time.time(), hub_host(), purpose, subject, "refused",
                detail="Benchtop is offline",
            )
        )  # fmt: skip


def _stays_here(question: Question) -> bool:
    """Whether it can be answered without a connection; what could use one does without it then."""
    match question:
        case KeepToken() | ForgetToken() | Discard():
            return True
        case AskAccount(check=check):
            return not check
        case _:
            return False


def hub_host() -> str:
    """The host that would be asked: HF_ENDPOINT's, else the Hub's own."""
    endpoint = os.environ.get("HF_ENDPOINT", "").strip()
    host = endpoint.partition("://")[2] or endpoint
    return host.partition("/")[0].partition(":")[0] or DEFAULT_HOST


def hub_address(repo: str) -> str:
    """The address of a repository's page, for the person's browser."""
    endpoint = os.environ.get("HF_ENDPOINT", "").strip().rstrip("/") or f"https://{DEFAULT_HOST}"
    return f"{endpoint}/{repo}"
