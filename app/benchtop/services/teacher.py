"""A larger model of this machine drafts examples; each is in the store as soon as it is written."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from benchtop.domain.errors import BenchtopError, Interrupted
from benchtop.domain.examples import Example
from benchtop.domain.models import ModelFile
from benchtop.services.compare_workers import CompareWorkers
from benchtop.services.model_run import ModelRun
from benchtop.services.store_thread import StoreThread
from benchtop.services.teacher_steps import Drafting, DraftOutcome, draft_steps


class Teacher(QObject):
    """One wish at a time. ``begun`` is followed by ``ended``, once."""

    progressed = Signal(int, int)
    """Drafts that are there, and how many are wanted."""
    drafted = Signal(object)
    """An Example in the state "draft", kept."""
    ended = Signal(int, object)
    """How many drafts there are, and the BenchtopError that ended it, or None."""

    def __init__(
        self, workers: CompareWorkers, store: StoreThread, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._workers, self._store = workers, store
        workers.setParent(self)
        self._run: ModelRun | None = None
        self._made = self._wanted = 0
        self._dataset_id = ""
        self.outcome: DraftOutcome | None = None
        """Of the last wish, where it was not stopped and did not fail."""

    @property
    def busy(self) -> bool:
        """Whether it is writing."""
        return self._run is not None

    def start(self, model: ModelFile, dataset_id: str, wish: Drafting) -> None:
        """Draft into the data set."""
        count = wish.count
        self._made, self._wanted, self._dataset_id = 0, count, dataset_id
        self.outcome = None
        run = self._run = ModelRun(self._workers, [model], draft_steps(wish, self._keep), self)
        run.done.connect(self._done)
        run.failed.connect(self._end)
        self.progressed.emit(0, count)
        run.start()

    def stop(self) -> None:
        """End after the token at hand; the drafts so far stay."""
        if self._run is not None:
            self._run.cancel()

    def close(self) -> None:
        """End the worker and wait."""
        if self._run is not None:
            self._run.blockSignals(True)
            self._run.cancel()
        self._workers.close()

    def _keep(self, draft: Example) -> None:
        self._made += 1
        dataset_id = self._dataset_id
        self._store.keep(lambda store: store.examples.add(dataset_id, [draft]))
        self._store.run(lambda _store: None, lambda _none: self.drafted.emit(draft))
        self.progressed.emit(self._made, self._wanted)

    def _done(self, outcome: DraftOutcome) -> None:
        self.outcome = outcome
        self._end(None)

    def _end(self, error: BenchtopError | None) -> None:
        run, self._run = self._run, None
        if run is not None:
            run.deleteLater()
        self._workers.let_go()
        self.ended.emit(self._made, None if isinstance(error, Interrupted) else error)
