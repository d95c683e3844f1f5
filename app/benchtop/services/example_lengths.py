"""How long examples are in the tokens of the model that is to learn them.

They are counted in a process of its own that reads nothing of the model but its vocabulary: no weights are
loaded for it, and no model of the chat or of a training makes room.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from benchtop.domain.errors import BenchtopError
from benchtop.domain.examples import Turn
from benchtop.domain.models import ModelFile
from benchtop.protocol.chat_turn import ChatTurn
from benchtop.protocol.encode_messages import (
    COUNTED_AT_ONCE,
    LETTERS_AT_ONCE,
    MOST_LETTERS,
    Counted,
    CountTokens,
)
from benchtop.services.data_folder import DataFolder
from benchtop.services.engine_worker import EngineWorker, LoadOptions
from benchtop.services.measures import new_id
from benchtop.services.store_thread import StoreThread
from benchtop.store.database import Store

MOST_KNOWN = 50_000
"""Lengths that are kept, the newest."""
IDLE_MS = 20_000
"""How long the process stays when there is nothing to count."""
BUSY_MS = 1_000
"""How often it is asked whether there is time for what nobody looks at."""

Turns = tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is being counted: the model's key, and the sums of the examples."""

    request_id: str
    model: str
    sums: tuple[str, ...]


class ExampleLengths(QObject):
    """Lengths by the sum of an example and the sum of the model, known once they were counted.

    ``is_busy`` says whether the processor is wanted for something else, such as a reply: what is on show is
    counted all the same, which takes a moment, and the rest waits. A model that cannot be read leaves its
    lengths unknown.
    """

    counted = Signal()
    """More lengths are known."""

    def __init__(
        self,
        folder: DataFolder,
        store: StoreThread,
        is_busy: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._folder, self._store, self._is_busy = folder, store, is_busy
        self._model: ModelFile | None = None
        self._key = self._unreadable = ""
        self._known: OrderedDict[tuple[str, str], int] = OrderedDict()
        self._soon: list[str] = []
        self._later: list[str] = []
        self._read: list[tuple[str, Turns]] = []
        """What was read of the store and not asked yet."""
        self._is_reading = self._is_closed = False
        self._asked: _Asked | None = None
        self._worker: EngineWorker | None = None
        self._ending: list[EngineWorker] = []
        self._idle = QTimer(self, singleShot=True, interval=IDLE_MS)
        self._idle.timeout.connect(self._end_worker)
        self._again = QTimer(self, singleShot=True)
        self._again.timeout.connect(self._go_on)

    def set_model(self, model: ModelFile | None) -> None:
        """Count for this model from now on; None for none."""
        key = ""
        if model is not None:
            key = (
                self._key if self._is_same(model) else f"{model.path} {model.bytes} {model.sha256}"
            )
        self._model = model
        if key != self._key:
            self._key, self._unreadable = key, ""
            self._soon, self._later, self._read = [], [], []

    def _is_same(self, model: ModelFile) -> bool:
        """Whether it is the file that was counted for, of which more may be known by now."""
        before = self._model
        if before is None or (before.path, before.bytes) != (model.path, model.bytes):
            return False
        return not (before.sha256 and model.sha256) or before.sha256 == model.sha256

    def length_of(self, example_sum: str) -> int | None:
        """Tokens of the example with this sum (Example.sum), 0 for one of which nothing can be learnt; None
        where nobody has counted."""
        return self._known.get((self._key, example_sum))

    def want(self, ids: Sequence[str]) -> None:
        """Count these examples first: somebody looks at them. What was looked at before is let go."""
        self._soon = list(ids)
        self._again.start(0)

    def want_all(self, ids: Sequence[str]) -> None:
        """Count these too, when there is time; those that were wanted like this before are let go."""
        self._later = list(ids)
        self._again.start(0)

    def close(self) -> None:
        """End the process and wait for it."""
        self._is_closed = True
        self._again.stop()
        self._idle.stop()
        workers, self._worker, self._ending = [self._worker, *self._ending], None, []
        for worker in filter(None, workers):
            worker.blockSignals(True)
            worker.stop_and_wait()

    def _go_on(self) -> None:
        """Ask for the next batch, or read it; one thing at a time."""
        if self._is_reading or self._asked or self._is_closed or not self._can_count():
            return
        if self._read:
            self._ask()
            return
        if not self._soon and self._later and self._is_busy():
            self._again.start(BUSY_MS)
            return
        queue = self._soon or self._later
        ids = queue[:COUNTED_AT_ONCE]
        del queue[:COUNTED_AT_ONCE]
        if not ids:
            self._idle.start()
            return
        self._is_reading, key = True, self._key
        self._store.run(
            lambda store: _read(store, ids),
            lambda found: self._take(key, found),
            lambda _error: self._take(key, []),
        )

    def _can_count(self) -> bool:
        return self._model is not None and self._unreadable != self._key

    def _take(self, key: str, found: list[tuple[str, Turns]]) -> None:
        self._is_reading = False
        if key == self._key:
            self._read = [one for one in found if (key, one[0]) not in self._known]
        if not self._is_closed:
            self._again.start(0)

    def _ask(self) -> None:
        """Ask for as many of those that were read as go into one request."""
        model, letters, count = self._model, 0, 0
        assert model is not None
        for _sum, turns in self._read:
            letters += sum(len(turn.content) for turn in turns)
            if count and letters > LETTERS_AT_ONCE:
                break
            count += 1
        some, self._read = self._read[:count], self._read[count:]
        if count == 1 and letters > MOST_LETTERS:
            self._keep(self._key, some[0][0], 0)
            self._again.start(0)
            return
        self._idle.stop()
        examples = tuple(
            tuple(ChatTurn(turn.role, turn.content) for turn in turns) for _sum, turns in some
        )
        self._asked = _Asked(new_id(), self._key, tuple(one for one, _turns in some))
        self._ready(model).ask(CountTokens(self._asked.request_id, model.path, examples))

    def _ready(self, model: ModelFile) -> EngineWorker:
        """The worker, started now if need be: one serves any model."""
        if self._worker is None:
            worker = self._worker = EngineWorker(model, self._folder, LoadOptions(), self)
            worker.answered.connect(self._answered)
            worker.failed.connect(self._failed)
            worker.gone.connect(lambda: self._gone(worker))
            worker.start()
        return self._worker

    def _answered(self, answer: object) -> None:
        asked = self._asked
        if not isinstance(answer, Counted) or asked is None:
            return
        self._asked = None
        for one, length in zip(asked.sums, answer.lengths, strict=True):
            self._keep(asked.model, one, length)
        self.counted.emit()
        self._again.start(0)

    def _failed(self, request_id: str, _error: BenchtopError) -> None:
        """Whoever looks goes on seeing letters: whether the model can be used is told where it is."""
        asked = self._asked
        if asked is not None and asked.request_id == request_id:
            self._asked, self._unreadable = None, asked.model
            self._again.start(0)

    def _keep(self, model: str, example_sum: str, length: int) -> None:
        self._known[model, example_sum] = length
        while len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)

    def _end_worker(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            self._ending.append(worker)
            worker.retire()

    def _gone(self, worker: EngineWorker) -> None:
        if worker is self._worker:
            self._worker = None
        if worker in self._ending:
            self._ending.remove(worker)
        worker.deleteLater()


def _read(store: Store, ids: Sequence[str]) -> list[tuple[str, Turns]]:
    """The sums and turns of examples; on the store's thread."""
    return [(one.sum, one.turns) for one in store.examples.of_ids(ids)]
