"""The trainer worker: ``benchtop --worker trainer``.

    main thread      serves one request after another
    reader thread    reads the wire, and hears at any time that training is to pause, to stop or to share

torch is imported after the handshake: it takes seconds, and may not be installed.
"""

from __future__ import annotations

import faulthandler
import os
import queue
import sys
import threading
import traceback
from typing import Protocol

from benchtop.domain.errors import BenchtopError, WorkerError
from benchtop.domain.teach_errors import TrainingToolsMissing
from benchtop.protocol.messages import Cancel
from benchtop.protocol.tuning_messages import Pause, Share, StopTraining, TrainingFailed
from benchtop.protocol.wire import Message
from benchtop.tuning.quiet_libraries import quiet_libraries
from benchtop.worker_side.parent_death import die_with_parent
from benchtop.worker_side.priority import give_way
from benchtop.worker_side.signals import leave_signals_to_the_client
from benchtop.worker_side.wire_end import Intake, Outlet, Refused, take_stdout

FAULT_STATUS = 70  # EX_SOFTWARE of sysexits.h


class Trainer(Protocol):
    """What serves requests."""

    def serve(self, request: Message) -> None:
        """Answer one request, whatever comes of it."""

    def pause(self, request_id: str) -> None:
        """Called from the reader thread, as the two below."""

    def stop(self, request_id: str) -> None: ...

    def share(self, share: bool) -> None: ...


def main() -> int:
    """Serve until the input ends (the reader thread then ends the process); the exit status."""
    faulthandler.enable()
    leave_signals_to_the_client()
    die_with_parent()
    give_way()
    quiet_libraries()
    outlet = take_stdout()
    intake = Intake("trainer", outlet, os.fdopen(0, "rb", closefd=False))
    try:
        intake.shake_hands()
    except Refused as refused:
        return refused.status
    desk = _Desk(intake, outlet)
    threading.Thread(target=desk.read, name="wire reader", daemon=True).start()
    try:
        desk.serve()
    except BaseException:  # noqa: BLE001  (a fault of ours: all of it to the log, then the end)
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(FAULT_STATUS)
    return 0


class _Desk:
    """Requests as they come. What is ordered of a run that still waits holds when its turn comes."""

    def __init__(self, intake: Intake, outlet: Outlet) -> None:
        self._intake, self._outlet = intake, outlet
        self._orders: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._trainer: Trainer | None = None
        self._early: list[Message] = []

    def read(self) -> None:
        """Hear what the client says; the process ends with its input: what must last is on the disk."""
        while (message := self._intake.next()) is not None:
            if isinstance(message, Pause | StopTraining | Share | Cancel):
                with self._lock:
                    if self._trainer is None:
                        self._early.append(message)
                    else:
                        _order(self._trainer, message)
            else:
                self._orders.put(message)
        sys.stderr.flush()
        os._exit(0)

    def serve(self) -> None:
        """Serve for ever."""
        while True:
            request = self._orders.get()
            try:
                trainer = self._ready()
            except BenchtopError as error:
                request_id = getattr(request, "request_id", "")
                self._outlet.send(TrainingFailed.of(request_id, error))
                continue
            trainer.serve(request)

    def _ready(self) -> Trainer:
        with self._lock:
            if self._trainer is None:
                self._trainer = _made(self._outlet)
                for message in self._early:
                    _order(self._trainer, message)
                self._early = []
            return self._trainer


def _order(trainer: Trainer, message: Message) -> None:
    match message:
        case Pause(request_id=request_id):
            trainer.pause(request_id)
        case StopTraining(request_id=request_id) | Cancel(request_id=request_id):
            trainer.stop(request_id)
        case Share(share=share):
            trainer.share(share)


def _made(outlet: Outlet) -> Trainer:
    """The trainer with torch. Raises TrainingToolsMissing, or WorkerError for a torch that does not run."""
    try:
        from benchtop.tuning.trainer import TorchTrainer  # noqa: PLC0415  (slow to import)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in ("torch", "gguf", "numpy"):
            raise TrainingToolsMissing from error
        raise
    except (ImportError, OSError) as error:  # a library of torch that this machine cannot load
        detail = f"torch cannot be loaded ({' '.join(str(error).split())})."
        raise WorkerError(role="trainer", detail=detail) from error
    return TorchTrainer(outlet.send)
