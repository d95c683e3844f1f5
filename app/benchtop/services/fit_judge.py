"""Whether models fit this machine now: the one place the window asks, with what was learned here."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from benchtop.domain.memory import (
    Fit,
    FreeMemory,
    MeasuredLoad,
    ModelShape,
    extra_bytes,
    judge_fit,
    rough_shape,
)
from benchtop.domain.models import STARTER_ID, ModelFile
from benchtop.domain.speed import learned_bandwidth
from benchtop.protocol.messages import Answer, Finished, Loaded
from benchtop.services.engine import Engine
from benchtop.services.load_memory import record_load
from benchtop.services.store_thread import StoreThread

if TYPE_CHECKING:
    from benchtop.store.database import Store
    from benchtop.store.loads import LoadRecord

    _Read = tuple[list[MeasuredLoad], dict[str, LoadRecord], dict[str, float]]

DEFAULT_CONTEXT = 4_096
LEAST_TOKENS = 32
"""A shorter reply says nothing of the speed."""


class FitJudge(QObject):
    """Remembers what loads took, and judges with that."""

    learned = Signal()
    """A load was measured: verdicts may be other ones now."""

    def __init__(self, store: StoreThread, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store, self._engine = store, engine
        self._loads: list[MeasuredLoad] = []
        self._extras: dict[str, int] = {}
        self._last: dict[str, LoadRecord] = {}
        self._speeds: dict[str, float] = {}
        self._noted: Loaded | None = None
        engine.state_changed.connect(lambda _state: self._note())
        engine.answered.connect(self._note_speed)
        engine.memory.correction = self.extra

    def load(self) -> None:
        """Read what was measured before."""

        def read(store: Store) -> _Read:
            ids = [STARTER_ID, *(model.id for model in store.models.all())]
            last = {model_id: store.loads.last_of(model_id) for model_id in ids}
            known = {i: load for i, load in last.items() if load is not None}
            return store.loads.recent(), known, store.loads.speeds()

        self._store.run(read, self._take, lambda _error: None)

    def free(self) -> FreeMemory:
        """What a model could take now: the one in use counts as let go. Asked once for many."""
        return self._engine.free_memory()

    def judge(
        self, shape: ModelShape, file_bytes: int, free: FreeMemory, context: int = DEFAULT_CONTEXT
    ) -> Fit:
        """The verdict for a model of this shape and size in what is ``free``."""
        return judge_fit(shape, file_bytes, context, free, self.extra(shape.architecture))

    def extra(self, architecture: str) -> int:
        """Bytes that models of an architecture took here beyond the estimate."""
        if architecture not in self._extras:
            self._extras[architecture] = extra_bytes(self._loads, architecture)
        return self._extras[architecture]

    def last_load(self, model_id: str) -> LoadRecord | None:
        """What a model took when it was last loaded here."""
        return self._last.get(model_id)

    def read_loads(self, model_id: str, then: Callable[[list[LoadRecord]], None]) -> None:
        """Tell ``then`` what a model took each time it was loaded here, the newest first."""
        self._store.run(lambda store: store.loads.of(model_id), then, lambda _error: None)

    def bandwidth(self, models: Iterable[ModelFile]) -> float:
        """Bytes per second that these models read when they wrote here; 0 where none says it."""
        return learned_bandwidth((m.bytes, self._speeds.get(m.id, 0.0)) for m in models)

    def _take(self, read: _Read) -> None:
        self._loads, self._last, self._speeds = read
        self._extras = {}
        self.learned.emit()

    def _note(self) -> None:
        """Keep what a model that was just loaded takes."""
        state = self._engine.state
        model, facts = state.model, state.facts
        if model is None or facts is None or facts is self._noted:
            return
        self._noted = facts
        self._store.keep(lambda store: record_load(store, model, facts))
        self.load()

    def _note_speed(self, answer: Answer) -> None:
        """Keep how fast a reply was written, when it was long enough to tell."""
        model = self._engine.state.model
        if not isinstance(answer, Finished) or model is None:
            return
        if answer.timings.completion_tokens < LEAST_TOKENS:
            return
        model_id, when, speed = model.id, time.time(), answer.timings.tokens_per_second
        self._store.keep(lambda store: store.loads.add_speed(model_id, when, speed))
        self.load()


def shape_for(model: ModelFile) -> ModelShape:
    """The shape its header gave, or a rough one of its size where that was never read."""
    return model.shape or rough_shape(model.parameters, model.context_length)
