"""The trainer's process: asked one thing at a time, and told apart when it died."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal

from benchtop.domain.errors import BenchtopError, WorkerDied
from benchtop.protocol.messages import Failed
from benchtop.protocol.tuning_messages import (
    MergeAdapter,
    Merged,
    Probe,
    Probed,
    Train,
    TrainingEnded,
    TrainingFailed,
    TuningRequest,
)
from benchtop.services.data_folder import DataFolder
from benchtop.services.engine_worker import explain_end
from benchtop.services.training_tools import tools_environment
from benchtop.services.worker_process import WorkerOutcome, WorkerProcess

_LAST = (Probed, TrainingEnded, TrainingFailed, Merged)
_DOING: dict[type[Any], str] = {
    Train: "training an adapter",
    Probe: "measuring how fast training is here",
    MergeAdapter: "merging an adapter",
}


class TrainerWorker(QObject):
    """A process that lives for one request: its memory goes back to the system with it.

    After ``ask`` come the answers, then either ``done`` with the last of them or ``failed``, once.
    """

    answered = Signal(object)
    """An answer on the way."""
    done = Signal(object)
    """Probed, TrainingEnded or Merged."""
    failed = Signal(object, str)
    """A BenchtopError, and the adapter that was kept before (empty for none)."""
    gone = Signal()
    """The process has ended, for whatever reason."""

    def __init__(self, folder: DataFolder, parent: QObject | None = None) -> None:
        super().__init__(parent)
        environment = {"BENCHTOP_TURN_LOCK": str(folder.turn_lock), **tools_environment(folder)}
        self._process = WorkerProcess("trainer", folder.logs, environment, self)
        self._process.received.connect(self._receive)
        self._process.ended.connect(self._ended)
        self._process.refused.connect(self._refused)
        self._doing = ""
        self._over = False

    @property
    def pid(self) -> int:
        """Its process id; 0 when it does not run."""
        return self._process.pid

    def ask(self, request: Train | Probe | MergeAdapter) -> None:
        """Start the process and ask it; once."""
        self._doing = _DOING[type(request)]
        self._process.start()
        self._process.send(request)

    def tell(self, order: TuningRequest) -> None:
        """Pause, StopTraining or Share."""
        if not self._over:
            self._process.send(order)

    def end(self) -> None:
        """End it without a word; ``gone`` follows."""
        self._over = True
        self._process.kill()

    def stop_and_wait(self) -> None:
        """End it now and wait: what is on the disk is enough to go on from."""
        self._over = True
        self._process.stop_and_wait()

    def _receive(self, message: Any) -> None:
        if self._over:
            return
        if isinstance(message, TrainingFailed):
            self._fail(message.error(), message.adapter)
        elif isinstance(message, Failed):  # it did not understand what it was asked
            self._fail(message.error())
        elif isinstance(message, _LAST):
            self._over = True
            self._process.stop()
            self.done.emit(message)
        else:
            self.answered.emit(message)

    def _ended(self, outcome: WorkerOutcome) -> None:
        cause = explain_end(outcome)
        died = WorkerDied(role="trainer", doing=self._doing, cause=cause, killed=outcome.killed)
        self._fail(died)
        self.gone.emit()

    def _refused(self, error: BenchtopError) -> None:
        self._fail(error)

    def _fail(self, error: BenchtopError, adapter: str = "") -> None:
        if not self._over:
            self._over = True
            self._process.stop()
            self.failed.emit(error, adapter)
