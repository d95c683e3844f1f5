"""Whether models fit this machine now: the one place the window asks, with what was learned here."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from benchtop.domain.memory import Fit, MeasuredLoad, ModelShape, extra_bytes, judge_fit
from benchtop.domain.models import STARTER_ID, ModelFile
from benchtop.protocol.messages import Answer, Finished, Loaded
from benchtop.services.engine import Engine
from benchtop.services.machine_memory import free_memory
from benchtop.services.store_thread import StoreThread

if TYPE_CHECKING:
    from benchtop.store.database import Store
    from benchtop.store.loads import LoadRecord

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
        self._last: dict[str, LoadRecord] = {}
        self._noted: Loaded | None = None
        engine.state_changed.connect(lambda _state: self._note())
        engine.answered.connect(self._note_speed)

    def load(self) -> None:
        """Read what was measured before."""

        def read(store: Store) -> tuple[list[MeasuredLoad], dict[str, LoadRecord]]:
            ids = [STARTER_ID, *(model.id for model in store.models.all())]
            last = {model_id: store.loads.last_of(model_id) for model_id in ids}
            return store.loads.recent(), {i: load for i, load in last.items() if load is not None}

        self._store.run(read, self._take, lambda _error: None)

    def free_bytes(self) -> int:
        """What a model could take now: the one in use counts as let go. Asked once for many."""
        return free_memory() + self._engine.held_bytes()

    def judge(
        self, shape: ModelShape, file_bytes: int, free: int, context: int = DEFAULT_CONTEXT
    ) -> Fit:
        """The verdict for a model of this shape and size in ``free`` bytes."""
        return judge_fit(shape, file_bytes, context, free, self.extra(shape.architecture))

    def extra(self, architecture: str) -> int:
        """Bytes that models of an architecture took here beyond the estimate."""
        return extra_bytes(self._loads, architecture)

    def last_load(self, model_id: str) -> LoadRecord | None:
        """What a model took when it was last loaded here."""
        return self._last.get(model_id)

    def _take(self, read: tuple[list[MeasuredLoad], dict[str, LoadRecord]]) -> None:
        self._loads, self._last = read
        self.learned.emit()

    def _note(self) -> None:
        """Keep what a model that was just loaded takes."""
        state = self._engine.state
        model, facts = state.model, state.facts
        if model is None or facts is None or facts is self._noted:
            return
        self._noted = facts
        self._store.keep(lambda store: _record(store, model, facts))
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


def _record(store: Store, model: ModelFile, facts: Loaded) -> None:
    store.loads.record(
        model.id,
        facts.architecture,
        time.time(),
        context=facts.context_length,
        predicted=facts.estimated_bytes,
        measured=facts.memory_bytes,
    )
