"""One prompt asked of several contestants: who is heard when, and what becomes of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from PySide6.QtCore import QObject, QTimer, Signal

from benchtop.domain.contests import ContestAnswer
from benchtop.domain.errors import BenchtopError
from benchtop.domain.models import ModelFile
from benchtop.protocol.messages import Answer, Chunk, Finished, Started, Waiting
from benchtop.services.compare_column import Column
from benchtop.services.compare_order import running_order
from benchtop.services.compare_workers import CompareWorkers

Stage = Literal["checking", "loading", "waiting", "reading", "writing", "idle"]


@dataclass(frozen=True, slots=True)
class CompareTurn:
    """Whose turn it is, and what is done: the files are read for their sums, the model is loaded (how
    far, from 0 to 1), another window or the chat is writing, the prompt is read, the answer is written.
    ``place`` is None while it is nobody's turn."""

    place: int | None = None
    stage: Stage = "idle"
    fraction: float | None = None


class CompareRound(QObject):
    """The turns of one prompt after another. Contestants of one model are heard together."""

    turn_changed = Signal(object)
    """A CompareTurn."""
    grown = Signal(int, str, str)
    """A place, and what was added to its text and its reasoning."""
    answered = Signal(object)
    """A ContestAnswer that has come to its end, good or bad."""
    ended = Signal()
    """All who were asked have been heard."""

    def __init__(self, workers: CompareWorkers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workers = workers
        self._asked: tuple[Column, ...] = ()
        self._queue: list[Column] = []
        self._round = object()
        self.is_running = False
        self.turn = CompareTurn()
        workers.ready.connect(self._ready)
        workers.refused.connect(self._refused)
        workers.loading.connect(self._loading)
        workers.answered.connect(self._take)
        workers.failed.connect(self._failed)

    def start(self, columns: Sequence[Column]) -> None:
        """Hear these, whose prompts are set."""
        paths = [column.model.path for column in columns]
        order = running_order(paths, self._workers.paths())
        self._asked = tuple(columns)
        self._queue = [columns[place] for place in order]
        self._round = object()
        self.is_running = True
        self._next()

    def cancel(self, column: Column) -> None:
        """Stop one contestant: what it wrote stays, the others go on."""
        if column not in self._queue:
            return
        is_first = column is self._queue[0]
        if is_first and column.request_id:
            self._workers.cancel(column.request_id)
            return
        self._queue.remove(column)
        self.answered.emit(column.stop())
        if is_first:
            self._go_on_without(column.model)

    def cancel_all(self) -> None:
        """Stop all contestants that are still to be heard."""
        for column in reversed(list(self._queue)):
            self.cancel(column)

    def abandon(self) -> None:
        """Stop all at once, without waiting for the one at hand; ``ended`` does not follow."""
        self.cancel_all()
        queue, self._queue = self._queue, []
        for column in queue:
            self.answered.emit(column.stop())
        self._round, self.is_running = object(), False

    def set_turn(self, turn: CompareTurn) -> None:
        """Say whose turn it is."""
        if turn != self.turn:
            self.turn = turn
            self.turn_changed.emit(turn)

    def _next(self) -> None:
        """The turn of the first in the queue."""
        if not self._queue:
            self.is_running = False
            self.set_turn(CompareTurn())
            self.ended.emit()
            return
        column = self._queue[0]
        if column.problem is not None:
            self._end_first(column.fail(column.problem))
            return
        is_there = column.model.path in self._workers.paths()
        self.set_turn(CompareTurn(column.place, "reading" if is_there else "loading"))
        self._workers.want(column.model)

    def _soon(self) -> None:
        """The next turn through the event loop: a worker that has died has left by then."""
        here = self._round

        def go_on() -> None:
            if here is self._round and self.turn.stage == "idle":
                self._next()

        self.turn = CompareTurn()
        QTimer.singleShot(0, self, go_on)

    def _ready(self, path: str) -> None:
        column = self._first()
        if column is None or column.request_id or column.model.path != path:
            return
        heard = [one for one in self._asked if one not in self._queue]
        sibling = next((one for one in heard if one.has_read_for(column)), None)
        request = column.request(sibling)
        self.set_turn(CompareTurn(column.place, "reading"))
        self._workers.ask(path, request)

    def _refused(self, path: str, error: BenchtopError) -> None:
        """No contestant of this model can be heard."""
        refused = [column for column in self._queue if column.model.path == path]
        self._queue = [column for column in self._queue if column not in refused]
        for column in refused:
            self.answered.emit(column.fail(error))
        self._soon()

    def _loading(self, path: str, fraction: float) -> None:
        column = self._first()
        if column is not None and column.model.path == path:
            self.set_turn(CompareTurn(column.place, "loading", fraction))

    def _take(self, answer: Answer) -> None:
        column = self._first()
        if column is None or getattr(answer, "request_id", None) != column.request_id:
            return
        match answer:
            case Waiting():
                self.set_turn(CompareTurn(column.place, "waiting"))
            case Started():
                column.start(answer)
                self.set_turn(CompareTurn(column.place, "reading"))
            case Chunk():
                column.grow(answer)
                self.set_turn(CompareTurn(column.place, "writing"))
                if answer.text or answer.reasoning:
                    self.grown.emit(column.place, answer.text, answer.reasoning)
            case Finished():
                self._end_first(column.finish(answer))
            case _:
                return

    def _failed(self, request_id: str, error: BenchtopError) -> None:
        column = self._first()
        if column is not None and request_id == column.request_id:
            self._end_first(column.fail(error))

    def _end_first(self, answer: ContestAnswer) -> None:
        self._queue.pop(0)
        self.answered.emit(answer)
        self._soon()

    def _go_on_without(self, model: ModelFile) -> None:
        """The first was stopped before it was asked anything; others may need the model it waited for."""
        if self.turn.stage == "idle":  # its turn had not come: that of the next one does
            return
        following = self._first()
        if following is not None and following.model.path == model.path:
            self.set_turn(replace(self.turn, place=following.place))
            return
        self._workers.give_up()
        self._soon()

    def _first(self) -> Column | None:
        return self._queue[0] if self._queue else None
