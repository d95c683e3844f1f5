"""What the model answers while it learns: chosen prompts, asked of the base and of each checkpoint.

One after another, on an engine worker beside the trainer, which waits meanwhile (tuning/turn_gate.py). A
checkpoint that comes while another is being asked takes the place of the one that waits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from benchtop.domain.errors import BenchtopError
from benchtop.domain.generation import AdapterUse, SamplingParams
from benchtop.domain.models import ModelFile
from benchtop.domain.training import SamplePoint, TrainingRun
from benchtop.protocol.messages import ChatTurn, Generate
from benchtop.services.compare_workers import CompareWorkers
from benchtop.services.measures import Step, Steps, expected, new_id
from benchtop.services.model_run import ModelRun
from benchtop.services.store_thread import StoreThread
from benchtop.services.written import Written

ANSWER_TOKENS = 160
OF_BASE = -1
"""The step of an answer by the base itself."""


@dataclass(frozen=True, slots=True)
class _Job:
    run: TrainingRun
    step: int
    adapter: str


class TrainingSamples(QObject):
    """``prompts`` are those of the run at work; without any nothing is asked."""

    sampled = Signal(object)
    """A SamplePoint."""

    def __init__(
        self, workers: CompareWorkers, store: StoreThread, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._workers, self._store = workers, store
        self.prompts: tuple[str, ...] = ()
        self._waiting: list[_Job] = []
        self._asking: ModelRun | None = None
        self._then: Callable[[], Any] | None = None

    def keep(self, run: TrainingRun) -> None:
        """Keep the prompts before any is answered, for a run that goes on after a death."""
        asked = [SamplePoint(OF_BASE, place, one, "") for place, one in enumerate(self.prompts)]
        if asked:
            self._store.keep(lambda store: store.training_runs.add_points(run.id, asked))

    def begin(self, run: TrainingRun) -> None:
        """Ask the base first."""
        self.ask(run, OF_BASE, "")

    def remember(self, samples: Sequence[SamplePoint]) -> None:
        """The prompts of a run that goes on."""
        prompts = {one.place: one.prompt for one in samples}
        self.prompts = tuple(prompts[place] for place in sorted(prompts))

    def take_up(self, run: TrainingRun, samples: Sequence[SamplePoint]) -> None:
        """Go on with a run. The base is asked again where it did not come to answer."""
        self.remember(samples)
        if any(one.step == OF_BASE and not one.text for one in samples):
            self.ask(run, OF_BASE, "")

    def ask(self, run: TrainingRun, step: int, adapter: str) -> None:
        """Ask the adapter of a step (none for the base), when it is its turn."""
        if not self.prompts:
            return
        self._waiting = [job for job in self._waiting if job.step == OF_BASE]
        self._waiting.append(_Job(run, step, adapter))
        self._next()

    def when_quiet(self, then: Callable[[], Any]) -> None:
        """Call ``then`` once nothing is being asked any more."""
        self._then = then
        self._next()

    def end(self) -> None:
        """Ask nothing more."""
        self._waiting, self._then = [], None
        if self._asking is not None:
            self._asking.cancel()

    def _next(self) -> None:
        if self._asking is not None:
            return
        while (
            self._waiting
            and self._waiting[0].adapter
            and not Path(self._waiting[0].adapter).is_file()
        ):
            del self._waiting[0]
        if not self._waiting:
            then, self._then = self._then, None
            if then is not None:
                then()
            return
        job = self._waiting.pop(0)
        path = str(job.run.model["path"])
        model = ModelFile(
            str(job.run.model["id"]), str(job.run.model["name"]), path, int(job.run.model["bytes"])
        )
        # The holdout may be read by the same worker afterwards.
        self._workers.context_length = max(1_024, job.run.settings.context_length)
        asking = self._asking = ModelRun(self._workers, [model], self._steps(job), parent=self)
        asking.done.connect(lambda _none: self._over())
        asking.failed.connect(self._not_asked)
        asking.start()

    def _steps(self, job: _Job) -> Steps[None]:
        uses = (AdapterUse(job.adapter),) if job.adapter else ()
        params = SamplingParams(temperature=0.0, max_tokens=ANSWER_TOKENS, seed=1)
        for place, prompt in enumerate(self.prompts):
            turns = (ChatTurn("user", prompt),)
            request = Generate(new_id(), turns, params=params, adapters=uses)
            written = expected(Written, (yield Step(0, request)))
            point = SamplePoint(job.step, place, prompt, written.text)
            self._keep(job.run.id, point)
            self.sampled.emit(point)

    def _keep(self, run_id: str, point: SamplePoint) -> None:
        self._store.keep(lambda store: store.training_runs.add_points(run_id, [point]))

    def _not_asked(self, _error: BenchtopError) -> None:
        """Samples are for looking on: training goes on without them."""
        self._over()

    def _over(self) -> None:
        if self._asking is not None:
            self._asking.deleteLater()
            self._asking = None
        self._next()
