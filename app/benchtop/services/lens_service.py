"""The next-token lens for the window: a text read by one or two models, and by counting one's own."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from benchtop.domain.errors import BenchtopError, Interrupted
from benchtop.domain.models import ModelFile
from benchtop.protocol.messages import Loaded
from benchtop.services.compare_workers import CompareWorkers
from benchtop.services.data_folder import DataFolder
from benchtop.services.disk_thread import DiskThread
from benchtop.services.lens_reading import (
    Counted,
    LensReading,
    LensWish,
    ToCount,
    counted,
    no_chats,
    reading_steps,
    with_counts,
)
from benchtop.services.load_memory import record_load
from benchtop.services.model_run import ModelRun
from benchtop.services.own_text import own_texts
from benchtop.services.store_thread import StoreThread

LOAD_CONTEXT = 512
"""Tokens: what is measured is read in a context of its own, and nobody chats meanwhile."""


class LensService(QObject):
    """One reading at a time: after ``read`` comes ``done`` or ``failed``, once; Interrupted after ``stop``.

    The models stay loaded for the next reading.
    """

    loading = Signal(object, float)
    """A ModelFile that is being loaded, and the fraction done."""
    reading = Signal()
    """A model reads the text now."""
    counting = Signal(float)
    """The fraction of the person's own text that is counted."""
    done = Signal(object)
    """A LensReading."""
    failed = Signal(object)
    """A BenchtopError."""

    def __init__(
        self,
        folder: DataFolder,
        workers: CompareWorkers,
        store: StoreThread,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._folder, self._workers, self._store = folder, workers, store
        workers.setParent(self)
        workers.context_length = LOAD_CONTEXT
        workers.loaded.connect(self._loaded)
        self.disk = DiskThread(self)  # counting a long life of chats takes seconds too
        self._wish: LensWish | None = None
        self._run: ModelRun | None = None
        self._known: Counted | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a text is being read."""
        return self._wish is not None

    def read(self, wish: LensWish) -> None:
        """Read a text; nothing happens while another one is read."""
        if self.is_busy or not wish.readers:
            return
        self._wish = wish
        if not wish.counting:
            self._start(wish, ())
            return
        self._store.run(
            own_texts, lambda texts: self._start(wish, texts), lambda error: self._fail(wish, error)
        )

    def stop(self) -> None:
        """Stop in the middle; ``failed`` follows."""
        if self._run is not None:
            self._run.cancel()
        elif self._wish is not None:
            self._fail(self._wish, Interrupted())

    def close(self) -> None:
        """End the workers; blocks until they are gone."""
        run, self._run, self._wish = self._run, None, None
        if run is not None:
            run.blockSignals(True)
            run.cancel()
        self.disk.close()
        self._workers.close()

    def _start(self, wish: LensWish, texts: Sequence[str]) -> None:
        if wish is not self._wish:
            return
        if wish.counting and not texts:
            self._fail(wish, no_chats())
            return
        known = self._known.key if self._known is not None else ("", "")
        steps = reading_steps(wish, texts, known, self._folder)
        run = self._run = ModelRun(
            self._workers, [reader.model for reader in wish.readers], steps, self
        )
        run.loading.connect(self.loading)
        run.progressed.connect(self._progressed)
        run.done.connect(lambda found: self._read(wish, *found))
        run.failed.connect(lambda error: self._fail(wish, error))
        run.start()

    def _progressed(self, fraction: float) -> None:
        if fraction < 0:
            self.counting.emit(1 + fraction)
        else:
            self.reading.emit()

    def _read(self, wish: LensWish, reading: LensReading, to_count: ToCount | None) -> None:
        self._end_run()
        if not wish.counting:
            self._done(wish, reading)
            return
        self.counting.emit(1.0)
        known = self._known

        def work() -> tuple[LensReading, Counted]:
            there = counted(to_count) if to_count is not None else known
            assert there is not None
            return with_counts(reading, there), there

        def told(found: tuple[LensReading, Counted]) -> None:
            self._known = found[1]
            self._done(wish, found[0])

        self.disk.run(work, told, lambda error: self._fail(wish, error))

    def _done(self, wish: LensWish, reading: LensReading) -> None:
        if wish is self._wish:
            self._wish = None
            self.done.emit(reading)

    def _fail(self, wish: LensWish, error: BenchtopError) -> None:
        if wish is self._wish:
            self._end_run()
            self._wish = None
            self.failed.emit(error)

    def _end_run(self) -> None:
        if self._run is not None:
            self._run.deleteLater()
            self._run = None

    def _loaded(self, model: ModelFile, facts: Loaded) -> None:
        self._store.keep(lambda store: record_load(store, model, facts))
