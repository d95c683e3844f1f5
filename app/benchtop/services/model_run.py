"""Steps of a measurement asked of models that are loaded when their turn comes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal

from benchtop.domain.compare_errors import ModelsTooLarge
from benchtop.domain.errors import BenchtopError, Interrupted
from benchtop.domain.models import ModelFile
from benchtop.services.compare_workers import CompareWorkers
from benchtop.services.measure_run import MeasureRun
from benchtop.services.measures import Step, Steps


class ModelRun(MeasureRun):
    """A MeasureRun whose steps are of ``models``, by their place. One at a time is wanted, so that two
    take turns in a memory that holds only one of them.

    ``together``: they change too often for that. Then ``failed`` brings ModelsTooLarge where loading one
    makes the other go.
    """

    loading = Signal(object, float)
    """A ModelFile that is being loaded, and the fraction done."""

    def __init__(
        self,
        workers: CompareWorkers,
        models: Sequence[ModelFile],
        steps: Steps[Any],
        parent: QObject | None = None,
        *,
        together: bool = False,
    ) -> None:
        super().__init__((), steps, parent)
        self._pool, self._models, self._together = workers, tuple(models), together
        self._seen: set[str] = set()
        self._wanted: Step | None = None
        workers.ready.connect(self._ready)
        workers.refused.connect(self._refused)
        workers.loading.connect(self._loading)
        workers.answered.connect(self._answered)
        workers.failed.connect(self._request_failed)

    def cancel(self) -> None:
        """Stop the request at hand, or the loading of its model; ``failed`` follows with Interrupted."""
        if self._wanted is not None:
            self._wanted = None
            self._pool.give_up()
            self._fail(Interrupted())
        elif self._step is not None:
            self._pool.cancel(self._step.request.request_id)

    def _ask(self, step: Step) -> None:
        self._wanted = step
        self._pool.want(self._models[step.model])

    def _path(self, step: Step) -> str:
        return self._models[step.model].path

    def _ready(self, path: str) -> None:
        step = self._wanted
        if step is None or path != self._path(step):
            return
        self._wanted = None
        self._seen.add(path)
        gone = self._seen.difference(self._pool.paths())
        if self._together and gone:
            names = sorted(model.name for model in self._models)
            self._fail(ModelsTooLarge(first=names[0], second=names[-1]))
            return
        self._pool.ask(path, step.request)

    def _refused(self, path: str, error: BenchtopError) -> None:
        if self._wanted is not None and path == self._path(self._wanted):
            self._wanted = None
            self._fail(error)

    def _loading(self, path: str, fraction: float) -> None:
        if self._wanted is not None and path == self._path(self._wanted):
            self.loading.emit(self._models[self._wanted.model], fraction)

    def _fail(self, error: BenchtopError) -> None:
        self._wanted = None
        super()._fail(error)
