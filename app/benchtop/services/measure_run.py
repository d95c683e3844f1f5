"""A measurement of loaded models driven by signals, for the window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal

from benchtop.domain.errors import BenchtopError, Interrupted
from benchtop.protocol.encode_messages import Encoded
from benchtop.protocol.measure_messages import LensRead, Scored
from benchtop.protocol.messages import (
    Answer,
    BenchmarkDone,
    Finished,
    Generate,
    Progress,
    Rendered,
)
from benchtop.services.engine_worker import EngineWorker
from benchtop.services.measures import Step, Steps
from benchtop.services.written import Writing, Written

_LAST = (Scored, LensRead, Rendered, BenchmarkDone, Encoded)


class MeasureRun(QObject):
    """Asks ``workers``, whose models are loaded, what ``steps`` give, one after another.

    After ``start`` comes either ``done`` or ``failed``, once; ``failed`` brings Interrupted after ``cancel``.
    The workers stay the caller's.
    """

    progressed = Signal(float)
    """How much is done, from 0 to 1."""
    done = Signal(object)
    """What the steps return."""
    failed = Signal(object)
    """A BenchtopError."""

    def __init__(
        self, workers: Sequence[EngineWorker], steps: Steps[Any], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._workers = tuple(workers)
        self._steps: Steps[Any] | None = steps
        self._step: Step | None = None
        self._writing = Writing()
        for worker in dict.fromkeys(self._workers):
            worker.answered.connect(self._answered)
            worker.failed.connect(self._request_failed)

    def start(self) -> None:
        """Ask the first request."""
        self._advance(None)

    def cancel(self) -> None:
        """Stop in the middle of a batch; ``failed`` follows when the model has stopped."""
        if self._step is not None:
            self._workers[self._step.model].cancel(self._step.request.request_id)

    def _advance(self, answer: Answer | Written | None) -> None:
        if self._steps is None:
            return
        try:
            # A generator that has not begun is sent nothing: None is what begins it.
            self._step = self._steps.send(answer) if answer is not None else next(self._steps)
        except StopIteration as end:
            self._close()
            self.done.emit(end.value)
        except BenchtopError as error:
            self._fail(error)
        else:
            self._writing = Writing()
            self.progressed.emit(self._step.begins)
            self._ask(self._step)

    def _ask(self, step: Step) -> None:
        self._workers[step.model].ask(step.request)

    def _answered(self, answer: Answer) -> None:
        step = self._step
        if step is None or getattr(answer, "request_id", "") != step.request.request_id:
            return
        if isinstance(answer, Progress):
            self.progressed.emit(step.begins + (step.ends - step.begins) * answer.fraction)
        elif isinstance(step.request, Generate):
            written = self._writing.take(answer)
            if written is not None and written.finished.stop == "cancelled":
                self._fail(Interrupted())
            elif written is not None:
                self._advance(written)
        elif isinstance(answer, Finished):
            self._fail(Interrupted())
        elif isinstance(answer, _LAST):
            self._advance(answer)

    def _request_failed(self, request_id: str, error: BenchtopError) -> None:
        if self._step is not None and request_id == self._step.request.request_id:
            self._fail(error)

    def _fail(self, error: BenchtopError) -> None:
        self._close()
        self.failed.emit(error)

    def _close(self) -> None:
        """Let the steps clean up behind themselves."""
        self._step = None
        steps, self._steps = self._steps, None
        if steps is not None:
            steps.close()
