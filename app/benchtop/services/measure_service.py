"""Measurements of models for the window: one after another, each kept as soon as it is there."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from benchtop.domain.compare_errors import EnergyUnmeasurable
from benchtop.domain.errors import BenchtopError, Interrupted
from benchtop.domain.models import ModelFile
from benchtop.domain.windows import USUAL_WINDOW
from benchtop.protocol.messages import Loaded
from benchtop.services.card_files import card_machine
from benchtop.services.compare_workers import CompareWorkers
from benchtop.services.data_folder import DataFolder
from benchtop.services.disk_thread import DiskThread
from benchtop.services.energy import POWERCAP, find_meter
from benchtop.services.gpu_energy import GpuCounter, nvidia_counters
from benchtop.services.load_memory import record_load
from benchtop.services.measure_kinds import (
    BenchmarkSizes,
    EnergyMeters,
    Figures,
    divergence_figures,
    energy_figures,
    perplexity_figures,
    speed_figures,
)
from benchtop.services.measure_results import (
    CHATS,
    Kind,
    MeasureResult,
    keep_result,
    kept_results,
)
from benchtop.services.measures import Steps, measured_text
from benchtop.services.model_run import ModelRun
from benchtop.services.own_text import own_text
from benchtop.services.store_thread import StoreThread

READING_CONTEXT = 512
"""Tokens of a model that is loaded to read texts: it does so in a context of its own."""
Key = tuple[str, Kind]


@dataclass(frozen=True, slots=True)
class MeasureWish:
    """``text`` is CHATS or a path; ``reference`` what a divergence is measured against; ``window`` the
    tokens that are read at a time, where a text is."""

    model: ModelFile
    kind: Kind
    text: str = CHATS
    reference: ModelFile | None = None
    window: int = USUAL_WINDOW

    @property
    def key(self) -> Key:
        """One measurement of a kind and model waits or goes on at a time."""
        return (self.model.id, self.kind)


@dataclass(slots=True)
class MeasureProgress:
    """A measurement that waits (None) or goes on, 0 to 1; ``loading``: its model is being loaded."""

    fraction: float | None = None
    loading: bool = False


class MeasureService(QObject):
    """A queue. What fails says why and the rest goes on; ``results`` are those of earlier starts too."""

    changed = Signal()
    """Something of ``results``, ``jobs`` or ``troubles`` is another now."""
    failed = Signal(object)
    """A BenchtopError: figures could not be read from the data folder, or not be kept there."""

    def __init__(
        self,
        folder: DataFolder,
        workers: CompareWorkers,
        store: StoreThread,
        parent: QObject | None = None,
        powercap: Path = POWERCAP,
    ) -> None:
        super().__init__(parent)
        self._folder, self._workers, self._store = folder, workers, store
        workers.setParent(self)
        workers.loaded.connect(self._loaded)
        self.disk = DiskThread(self)
        self.sizes = BenchmarkSizes()
        self.results: list[MeasureResult] = []
        self.jobs: dict[Key, MeasureProgress] = {}
        self.troubles: dict[Key, BenchtopError] = {}
        self.meters = _meters(powercap)
        self._waiting: list[MeasureWish] = []
        self._now: MeasureWish | None = None
        self._run: ModelRun | None = None
        self.disk.run(nvidia_counters, self._take_gpus)
        self.disk.run(lambda: kept_results(folder), self._take, self.failed.emit)

    @property
    def no_energy(self) -> EnergyUnmeasurable | None:
        """Why nothing here tells what it takes; None where something does."""
        missing = self.meters.processor
        return missing if isinstance(missing, EnergyUnmeasurable) and not self.meters.gpus else None

    def measure(self, wish: MeasureWish) -> None:
        """Measure when its turn comes; nothing happens where that waits already."""
        if wish.key in self.jobs:
            return
        self.jobs[wish.key] = MeasureProgress()
        self.troubles.pop(wish.key, None)
        self._waiting.append(wish)
        self.changed.emit()
        self._next()

    def stop(self, model_id: str, kind: Kind) -> None:
        """Take a measurement back, or stop it in the middle."""
        key = (model_id, kind)
        self._waiting = [wish for wish in self._waiting if wish.key != key]
        if self._now is None or self._now.key != key:
            self.jobs.pop(key, None)
            self.changed.emit()
        elif self._run is not None:
            self._run.cancel()
        else:
            self._end(self._now, Interrupted())

    def close(self) -> None:
        """End the workers; blocks until they are gone. What is not done is not kept."""
        run, self._run, self._now = self._run, None, None
        self._waiting = []
        if run is not None:
            run.blockSignals(True)
            run.cancel()
        self.disk.close()
        self._workers.close()

    def _take(self, results: list[MeasureResult]) -> None:
        self.results = [*results, *self.results]
        self.changed.emit()

    def _take_gpus(self, counters: list[GpuCounter]) -> None:
        if counters:
            self.meters = replace(self.meters, gpus=tuple(counters))
            self.changed.emit()

    def _next(self) -> None:
        if self._now is not None:
            return
        if not self._waiting:
            self._workers.let_go()  # a chat or a comparison may want the memory
            return
        wish = self._now = self._waiting.pop(0)
        self.jobs[wish.key].fraction = 0.0
        self.changed.emit()
        if wish.kind in ("speed", "energy"):
            self._begin(wish, "")
        elif wish.text == CHATS:
            self._store.run(
                own_text,
                lambda text: self._begin(wish, text),
                lambda error: self._end(wish, error),
            )
        else:
            self.disk.run(
                lambda: measured_text(wish.text),
                lambda text: self._begin(wish, text),
                lambda error: self._end(wish, error),
            )

    def _begin(self, wish: MeasureWish, text: str) -> None:
        if wish is not self._now:
            return
        if wish.kind in ("speed", "energy"):
            # A process of its own: its memory is what this takes, not what was read in it before.
            self._workers.let_go()
        needs = self.sizes.context_length if wish.kind == "speed" else READING_CONTEXT
        self._workers.context_length = needs
        try:
            models, steps = self._steps(wish, text)
        except BenchtopError as error:
            self._end(wish, error)
            return
        together = wish.kind == "divergence"
        run = self._run = ModelRun(self._workers, models, steps, self, together=together)
        run.loading.connect(lambda _model, done: self._progress(wish, done, loading=True))
        run.progressed.connect(lambda done: self._progress(wish, done, loading=False))
        run.done.connect(lambda figures: self._measured(wish, text, figures))
        run.failed.connect(lambda error: self._end(wish, error))
        run.start()

    def _steps(self, wish: MeasureWish, text: str) -> tuple[list[ModelFile], Steps[Figures]]:
        model = wish.model
        if wish.kind == "perplexity":
            return [model], perplexity_figures(text, model, wish.window)
        if wish.kind == "divergence" and wish.reference is not None:
            steps = divergence_figures(text, wish.reference, model, self._folder, wish.window)
            return [wish.reference, model], steps
        if wish.kind == "energy":
            if self.no_energy is not None:  # found out before a model is loaded
                raise self.no_energy
            return [model], energy_figures(self._workers, model, self.sizes, self.meters)
        return [model], speed_figures(self._workers, model, self.sizes)

    def _progress(self, wish: MeasureWish, fraction: float, *, loading: bool) -> None:
        job = self.jobs.get(wish.key)
        if wish is self._now and job is not None:
            job.fraction, job.loading = fraction, loading
            self.changed.emit()

    def _measured(self, wish: MeasureWish, text: str, figures: Figures) -> None:
        """Keep it on the disk; it is on show whether that succeeds or not."""
        if wish is not self._now:
            return
        reads = wish.kind in ("perplexity", "divergence")
        against = wish.reference if wish.kind == "divergence" else None
        found = MeasureResult(
            wish.model.id,
            wish.kind,
            time.time(),
            bytes=wish.model.bytes,
            sha256=wish.model.sha256,
            text=wish.text if reads else "",
            text_sha256=hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
            if reads
            else "",
            reference_id=against.id if against is not None else "",
            reference=against.name if against is not None else "",
            figures=figures,
        )

        def work() -> tuple[MeasureResult, BenchtopError | None]:
            result = replace(found, machine=_machine())
            try:
                keep_result(self._folder, result)
            except BenchtopError as error:
                return result, error
            return result, None

        def told(kept: tuple[MeasureResult, BenchtopError | None]) -> None:
            result, error = kept
            self.results = [one for one in self.results if one.key != result.key]
            self.results.append(result)
            if error is not None:
                self.failed.emit(error)
            self._end(wish, None)

        self._end_run()
        self.disk.run(work, told)

    def _end(self, wish: MeasureWish, error: BenchtopError | None) -> None:
        if wish is not self._now:
            return
        self._end_run()
        self._now = None
        self.jobs.pop(wish.key, None)
        if error is not None and not isinstance(error, Interrupted):
            self.troubles[wish.key] = error
        self.changed.emit()
        self._next()

    def _end_run(self) -> None:
        if self._run is not None:
            self._run.deleteLater()
            self._run = None

    def _loaded(self, model: ModelFile, facts: Loaded) -> None:
        self._store.keep(lambda store: record_load(store, model, facts))


def _meters(powercap: Path) -> EnergyMeters:
    try:
        return EnergyMeters(find_meter(powercap))
    except EnergyUnmeasurable as error:
        return EnergyMeters(error)


def _machine() -> Mapping[str, Any]:
    return asdict(card_machine())
