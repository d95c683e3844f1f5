"""What the Compare page works with; made when it is first needed, since ranking loads numpy."""

from __future__ import annotations

from PySide6.QtCore import QObject

from benchtop.services.compare_session import CompareSession
from benchtop.services.compare_workers import CompareWorkers
from benchtop.services.contest_ranking import ContestRanking
from benchtop.services.contest_votes import ContestVotes
from benchtop.services.data_folder import DataFolder
from benchtop.services.disk_thread import DiskThread
from benchtop.services.engine import Engine
from benchtop.services.lens_service import LensService
from benchtop.services.measure_service import MeasureService
from benchtop.services.settings import SettingsKeeper
from benchtop.services.store_thread import StoreThread
from benchtop.services.suite_runner import ModelOf, SuiteRunner


class CompareServices(QObject):
    """The session, its votes and their ranking, on the engine workers of the comparison. ``disk`` is for
    files and statistics of suites."""

    def __init__(
        self,
        folder: DataFolder,
        settings: SettingsKeeper,
        store: StoreThread,
        engine: Engine,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.folder, self.settings, self.store, self._engine = folder, settings, store, engine
        self.disk = DiskThread(self)
        self._suites: SuiteRunner | None = None
        self._lens: LensService | None = None
        self._measures: MeasureService | None = None
        workers = CompareWorkers(folder, settings, engine.memory, engine)
        self.session = CompareSession(folder, workers, store, self)
        self.votes = ContestVotes(self.session, store, self)
        self.ranking = ContestRanking(store, self)

    def suite_runner(self, model_of: ModelOf) -> SuiteRunner:
        """The queue of suites, made when it is first asked for, on engine workers of its own: a
        comparison goes on beside it. ``model_of`` is that of the first call."""
        if self._suites is None:
            workers = CompareWorkers(self.folder, self.settings, self._engine.memory, self._engine)
            self._suites = SuiteRunner(workers, self.store, model_of, self, folder=self.folder)
        return self._suites

    def lens(self) -> LensService:
        """The next-token lens, made when it is first asked for, on engine workers of its own."""
        if self._lens is None:
            workers = CompareWorkers(self.folder, self.settings, self._engine.memory, self._engine)
            self._lens = LensService(self.folder, workers, self.store, self)
        return self._lens

    def measures(self) -> MeasureService:
        """The queue of measurements, likewise."""
        if self._measures is None:
            workers = CompareWorkers(self.folder, self.settings, self._engine.memory, self._engine)
            self._measures = MeasureService(self.folder, workers, self.store, self)
        return self._measures

    def close(self) -> None:
        """Stop what is written and end the workers; blocks until they are gone. A suite that is run
        goes on at the next start."""
        self.disk.close()
        if self._suites is not None:
            self._suites.close()
        if self._lens is not None:
            self._lens.close()
        if self._measures is not None:
            self._measures.close()
        self.ranking.close()
        self.session.close()
