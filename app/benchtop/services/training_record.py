"""What is seen of the run at work on its way: steps, readings of the holdout, energy. It reaches the store at
most a quarter of a second later."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer

from benchtop.domain.training import HoldoutPoint, TrainPoint
from benchtop.protocol.tuning_messages import HoldoutRead, TrainStep
from benchtop.services.store_thread import StoreThread
from benchtop.services.training_energy import LOOK_SECONDS, TrainingEnergy

FLUSH_MS = 250


class TrainingRecord(QObject):
    """One run at a time, from ``begin`` to ``end``."""

    def __init__(self, store: StoreThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._run_id = ""
        self._taken: float | None = None
        self._last: TrainPoint | None = None
        self._points: list[TrainPoint | HoldoutPoint] = []
        self._flush = QTimer(self, singleShot=True, interval=FLUSH_MS)
        self._flush.timeout.connect(self.keep)
        self.energy = TrainingEnergy()
        self._looks = QTimer(self, interval=int(LOOK_SECONDS * 1_000))
        self._looks.timeout.connect(self._look)

    def take_up(self, joules: float | None) -> None:
        """The next run to begin took so much before; None for one that is new."""
        self._taken = joules

    def begin(self, run_id: str) -> None:
        """Its trainer is about to make the first step."""
        self._run_id, self._last = run_id, None
        self.energy.begin(self._taken)
        self._looks.start()

    def step(self, seen: TrainStep) -> TrainPoint:
        """Note a step."""
        point = self._last = TrainPoint(
            seen.step, seen.loss, seen.rate, seen.tokens, seen.seconds, seen.memory_bytes,
            self.energy.joules,
        )  # fmt: skip
        self._note(point)
        return point

    def holdout(self, seen: HoldoutRead) -> HoldoutPoint:
        """Note a reading of the holdout."""
        point = HoldoutPoint(seen.step, seen.loss, seen.best)
        self._note(point)
        return point

    def end(self) -> None:
        """Its trainer has ended. The last step learns what was taken up to here: a run that goes on counts
        from there."""
        self._looks.stop()
        self.energy.look()
        last, self._last = self._last, None
        if last is not None and last.joules != self.energy.joules:
            self._note(replace(last, joules=self.energy.joules))
        self.keep()

    def keep(self) -> None:
        """Write what is not in the store yet."""
        self._flush.stop()
        run_id, points = self._run_id, self._points
        self._points = []
        if points:
            self._store.keep(lambda store: store.training_runs.add_points(run_id, points))

    def _look(self) -> None:
        self.energy.look()

    def _note(self, point: TrainPoint | HoldoutPoint) -> None:
        self._points.append(point)
        if not self._flush.isActive():
            self._flush.start()
