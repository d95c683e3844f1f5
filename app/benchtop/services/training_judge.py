"""What training did to everything else, found out after every run: base and adapter answer general questions.

The suite goes on in the background, beside whatever the window shows, and after a restart.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from benchtop.domain.adapters import AdapterFile
from benchtop.domain.errors import BenchtopError, ModelUnknown
from benchtop.domain.teach_errors import RunWithoutAdapter
from benchtop.domain.training import TrainingRun
from benchtop.services.data_folder import DataFolder
from benchtop.services.model_list import ModelList
from benchtop.services.store_thread import StoreThread
from benchtop.services.training_general import begin_general

if TYPE_CHECKING:
    from benchtop.services.suite_runner import SuiteRunner
    from benchtop.store.database import Store


class TrainingJudge(QObject):
    """``suites`` gives the queue of suites, made when it is first needed."""

    news = Signal()
    """More may be known of a run's worth than before."""
    failed = Signal(object)
    """A BenchtopError."""

    def __init__(
        self,
        folder: DataFolder,
        store: StoreThread,
        models: ModelList,
        suites: Callable[[], SuiteRunner],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._folder, self._store, self._models, self._suites = folder, store, models, suites
        self._runner: SuiteRunner | None = None
        self._beginning: set[str] = set()

    def judge(self, run_id: str) -> None:
        """Ask the suite of a run, where that was not done yet."""
        self._beginning.add(run_id)

        def read(store: Store) -> tuple[TrainingRun, AdapterFile | None]:
            return found_adapter(store, run_id)

        def fail(error: BenchtopError) -> None:
            self._fail(run_id, error)

        self._store.run(read, lambda found: self._begin(*found), fail)

    def is_beginning(self, run_id: str) -> bool:
        """Whether the suite of a run is about to be asked."""
        return run_id in self._beginning

    def follow(self) -> SuiteRunner:
        """Hear when a suite is over: it may be the one that judges a run."""
        if self._runner is None:
            self._runner = self._suites()
            self._runner.ended.connect(lambda _run: self.news.emit())
        return self._runner

    def _begin(self, run: TrainingRun, adapter: AdapterFile | None) -> None:
        if run.result is None or run.result.general_run:
            self._beginning.discard(run.id)
            return
        model = self._models.by_id(str(run.model.get("id", "")))
        if adapter is None:
            self._fail(run.id, RunWithoutAdapter(run=run.name))
            return
        if model is None:
            self._fail(run.id, ModelUnknown(model=str(run.model.get("name", ""))))
            return
        folder = self._folder

        def queued(asked: TrainingRun) -> None:
            assert asked.result is not None
            self._beginning.discard(asked.id)
            self.follow().start(asked.result.general_run)
            self.news.emit()

        self._store.run(
            lambda store: begin_general(folder, store, run, model, adapter.path),
            queued,
            lambda error: self._fail(run.id, error),
        )

    def _fail(self, run_id: str, error: BenchtopError) -> None:
        self._beginning.discard(run_id)
        self.failed.emit(error)


def found_adapter(store: Store, run_id: str) -> tuple[TrainingRun, AdapterFile | None]:
    """A run and what it taught, as far as that is still listed; RunUnknown."""
    run = store.training_runs.get(run_id)
    found = (one for one in store.adapters.all() if one.id == run.adapter_id)
    return run, next(found, None)
