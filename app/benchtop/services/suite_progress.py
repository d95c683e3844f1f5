"""How far the run at hand is, and when it may be done: for the window and its status bar."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from benchtop.domain.errors import BenchtopError
from benchtop.domain.suite_runs import SuiteCell, SuiteRun
from benchtop.services.store_thread import StoreThread
from benchtop.services.suite_runner import SuiteRunner

if TYPE_CHECKING:
    from benchtop.store.database import Store

_LATEST = 30
"""Of so many replies the pace is taken: the next contestant may be faster."""


class SuiteProgress(QObject):
    """Counts the cells of the run that goes on. ``run`` is None while there is none."""

    changed = Signal()

    def __init__(self, runner: SuiteRunner, store: StoreThread, parent: QObject) -> None:
        super().__init__(parent)
        self._store = store
        self.run: SuiteRun | None = None
        self.done = self.errors = 0
        self.now = ""
        self.loading: float | None = None
        self._ends: deque[float] = deque(maxlen=_LATEST + 1)
        runner.begun.connect(self._begun)
        runner.loading.connect(self._loading)
        runner.grown.connect(self._grown)
        runner.cell_ended.connect(self._cell)
        runner.ended.connect(lambda _run: self._over())
        runner.refused.connect(self._refused)

    @property
    def total(self) -> int:
        """How many replies the run asks for."""
        return self.run.cells if self.run is not None else 0

    @property
    def seconds_left(self) -> float | None:
        """What is left at the pace of the latest replies; None while nobody can say."""
        if len(self._ends) < 2:
            return None
        pace = (self._ends[-1] - self._ends[0]) / (len(self._ends) - 1)
        return pace * max(self.total - self.done, 0)

    def _begun(self, run: SuiteRun) -> None:
        self.run, self.done, self.errors, self.now = run, 0, 0, ""
        self._ends = deque([time.monotonic()], _LATEST + 1)
        self.changed.emit()

        def count(store: Store) -> tuple[int, int]:
            heads = store.suite_runs.heads(run.suite.id)
            return next(((h.done, h.failed) for h in heads if h.id == run.id), (0, 0))

        def counted(found: tuple[int, int]) -> None:
            if self.run is run:
                # Cells that ended meanwhile are kept in the same order, so they are counted once.
                self.done, self.errors = max(self.done, sum(found)), max(self.errors, found[1])
                self.changed.emit()

        self._store.run(count, counted)

    def _loading(self, name: str, fraction: float) -> None:
        self.now, self.loading = name, fraction
        self.changed.emit()

    def _grown(self, cell: SuiteCell, _text: str) -> None:
        name = self._name(cell)
        if self.now != name or self.loading is not None:
            self.now, self.loading = name, None
            self.changed.emit()

    def _cell(self, cell: SuiteCell) -> None:
        self.done += 1
        self.errors += cell.state == "failed"
        self.now, self.loading = self._name(cell), None
        self._ends.append(time.monotonic())
        self.changed.emit()

    def _name(self, cell: SuiteCell) -> str:
        if self.run is None or cell.contestant >= len(self.run.contestants):
            return ""
        return str(self.run.contestants[cell.contestant]["name"])

    def _refused(self, run_id: str, _error: BenchtopError) -> None:
        if self.run is not None and self.run.id == run_id:
            self._over()

    def _over(self) -> None:
        self.run, self.loading = None, None
        self.changed.emit()
