"""One loaded model: an engine worker with its model, the requests it is serving, and its end."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from benchtop.domain.errors import BenchtopError, WorkerDeaf, WorkerDied
from benchtop.domain.generation import Timings
from benchtop.domain.models import ModelFile
from benchtop.protocol.encode_messages import (
    Counted,
    CountTokens,
    Encoded,
    EncodeExamples,
    Quantise,
    Quantised,
)
from benchtop.protocol.measure_messages import Lens, LensRead, Score, Scored
from benchtop.protocol.messages import (
    Answer,
    BenchmarkDone,
    Cancel,
    Failed,
    Finished,
    Forget,
    Generate,
    Loaded,
    Loading,
    LoadModel,
    Render,
    Rendered,
    RunBenchmark,
    Waiting,
)
from benchtop.services.data_folder import DataFolder
from benchtop.services.worker_process import WorkerOutcome, WorkerProcess

LOAD_ID = "load"
CANCEL_GRACE_MS = 4_000
"""How long a worker may take to stop a reply before it is killed."""
Asked = Generate | Render | RunBenchmark | Score | Lens | EncodeExamples | CountTokens | Quantise
_LAST_ANSWERS = (
    Finished, Rendered, BenchmarkDone, Scored, LensRead, Encoded, Counted, Quantised, Failed,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """How a model is loaded; see LoadModel for the meaning of None.

    ``threads`` is what a person has set; ``measured_threads`` what was measured before, which is
    used when nothing is set and makes no difference to what the worker is good for.
    """

    context_length: int | None = None
    threads: int | None = None
    measured_threads: int | None = None
    cache_bytes: int = 512 * 1024 * 1024


class EngineWorker(QObject):
    """A worker process that holds one model.

    After ``start`` and ``load`` comes either ``loaded`` or ``unusable``; then ``answered`` and ``failed`` for
    requests. When the process dies, every request it was given fails with WorkerDied (WorkerDeaf
    when it was ended because it did not stop when asked), then ``gone``.
    """

    loading = Signal(float, str)
    """The fraction done and the stage: reading, warming, measuring."""
    waiting = Signal()
    """Another model is generating; loading or the request at hand goes on after it."""
    loaded = Signal(object)
    """The Loaded message."""
    unusable = Signal(object)
    """A BenchtopError: the model could not be loaded."""
    answered = Signal(object)
    """An Answer to a request."""
    failed = Signal(str, object)
    """A request's id and its BenchtopError."""
    gone = Signal()
    """The process has ended, for whatever reason."""

    def __init__(
        self,
        model: ModelFile,
        folder: DataFolder,
        options: LoadOptions,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.model = model
        self.options = options
        self.facts: Loaded | None = None
        self._requests: dict[str, Asked] = {}
        self._retiring = False
        self._deaf = False
        self._told_unusable = False
        self._process = WorkerProcess(
            "engine", folder.logs, {"BENCHTOP_TURN_LOCK": str(folder.turn_lock)}, self
        )
        self._process.received.connect(self._receive)
        self._process.ended.connect(self._ended)
        self._process.refused.connect(self._refused)

    @property
    def pid(self) -> int:
        """The worker's process id; 0 when it does not run."""
        return self._process.pid

    def start(self) -> None:
        """Start the process; ``load`` is the first thing it is to be asked."""
        self._process.start()

    def load(self, free_bytes: int | None = None, extra_bytes: int = 0) -> None:
        """Load the model; ``free_bytes`` and ``extra_bytes`` as in LoadModel."""
        options = self.options
        self._process.send(
            LoadModel(
                LOAD_ID,
                self.model.path,
                context_length=options.context_length,
                threads=options.threads or options.measured_threads,
                cache_bytes=options.cache_bytes,
                free_bytes=free_bytes,
                extra_bytes=extra_bytes,
            )
        )

    def ask(self, request: Asked) -> None:
        """Send a request; its answers come as ``answered`` or ``failed``."""
        self._requests[request.request_id] = request
        try:
            self._process.send(request)
        except BenchtopError as error:
            # Through the event loop, as every answer comes: who asked may not listen yet.
            QTimer.singleShot(0, self, partial(self._fail, request.request_id, error))

    def cancel(self, request_id: str) -> None:
        """Stop a request after the token at hand."""
        if request_id in self._requests:
            self._process.send(Cancel(request_id))
            QTimer.singleShot(CANCEL_GRACE_MS, self, partial(self._end_if_deaf, request_id))

    def forget(self, conversation: str) -> None:
        """Free what is cached of a conversation."""
        self._process.send(Forget(conversation))

    def retire(self) -> None:
        """End the process once the requests at hand are done."""
        self._retiring = True
        if not self._requests:
            self._process.stop()

    def stop_and_wait(self) -> None:
        """End the process now and wait for it: for the end of the program."""
        self._process.stop_and_wait()

    def _end_if_deaf(self, request_id: str) -> None:
        """End a worker that does not stop the request at hand when asked; what it wrote is kept.

        Requests are served in order, so the first is at hand. One that only waits costs no other
        its reply: it is answered here, and what the worker may still say to it is passed over.
        """
        if request_id not in self._requests:
            return
        if request_id == next(iter(self._requests)):
            self._deaf = True
            self._process.kill()
        else:
            context = self.facts.context_length if self.facts else 0
            self._receive(Finished(request_id, "cancelled", Timings(), 0, context, 0))

    def _receive(self, answer: Answer) -> None:
        match answer:
            case Loading():
                self.loading.emit(answer.fraction, answer.stage)
            case Loaded():
                self.facts = answer
                self.loaded.emit(answer)
            case Failed(request_id=request_id) if request_id in self._requests:
                self._fail(request_id, answer.error())
            case Failed(request_id=request_id) if request_id == LOAD_ID:
                self._fail_load(answer.error())
            case Failed(request_id=""):  # it did not understand, and one request waits in vain
                self._fail_all(answer.error())
                self._process.kill()
            case _:
                self._pass_on(answer)
        if self._retiring and not self._requests:
            self._process.stop()

    def _pass_on(self, answer: Answer) -> None:
        request_id = getattr(answer, "request_id", "")
        if isinstance(answer, Waiting):
            self.waiting.emit()
        if request_id not in self._requests:
            return
        if isinstance(answer, _LAST_ANSWERS):
            del self._requests[request_id]
        self.answered.emit(answer)

    def _fail(self, request_id: str, error: BenchtopError) -> None:
        if self._requests.pop(request_id, None) is not None:
            self.failed.emit(request_id, error)

    def _fail_load(self, error: BenchtopError) -> None:
        self._told_unusable = True
        self.unusable.emit(error)
        self._process.stop()

    def _refused(self, error: BenchtopError) -> None:
        self._fail_all(error)
        if not self._process.running:
            self.gone.emit()

    def _ended(self, outcome: WorkerOutcome) -> None:
        doing = self._doing()
        if self._deaf:
            self._fail_all(WorkerDeaf(role="engine", doing=doing))
        else:
            self._fail_all(WorkerDied(role="engine", doing=doing, cause=explain_end(outcome)))
        self.gone.emit()

    def _fail_all(self, error: BenchtopError) -> None:
        if self.facts is None and not self._told_unusable:
            self._told_unusable = True
            self.unusable.emit(error)
        requests, self._requests = list(self._requests), {}
        for request_id in requests:
            self.failed.emit(request_id, error)

    def _doing(self) -> str:
        name = Path(self.model.path).name
        if self.facts is None:
            return f"loading {name}"
        return f"running {name}"


def explain_end(outcome: WorkerOutcome) -> str:
    """The cause of an end in words; memory is named only where the system's own signal says so."""
    if outcome.signal == 0 and outcome.exit_code == 0:
        return "it ended by itself"
    if os.name == "nt" and outcome.signal:
        return f"error {outcome.signal:#x}"
    return outcome.cause
