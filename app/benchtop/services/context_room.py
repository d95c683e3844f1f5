"""When the context is full: what a person can do, found with the worker's own token counts."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal

from benchtop.domain.chat import Message
from benchtop.domain.errors import BenchtopError
from benchtop.domain.models import ModelFile
from benchtop.protocol.messages import Answer, Render, Rendered
from benchtop.services.engine import Engine
from benchtop.services.turns import droppable, turns_of


@dataclass(frozen=True, slots=True)
class FullContext:
    """What does not fit: the branch, from where on it is sent, and the tokens needed and there."""

    message: Message
    model: ModelFile
    path: Sequence[Message]
    system_prompt: str
    dropped_before: str | None
    need: int
    context: int


@dataclass(frozen=True, slots=True)
class ContextQuestion:
    """What a person is asked when the context is full.

    ``need`` and ``context`` in tokens. ``drop_before`` is the first message that would still be sent
    (None when dropping cannot help), and ``drop_turns`` how many questions with their answers that
    leaves out. ``larger`` is a context that memory allows, or None, and ``larger_bytes`` what the
    model would take then; 0 when not memory but the model itself is the limit.
    """

    message_id: str
    need: int
    context: int
    drop_before: str | None
    drop_turns: int
    first_kept: str
    larger: int | None
    larger_bytes: int


def reply_room(context: int) -> int:
    """Tokens kept free for the reply when turns are dropped: a quarter, at most 1,024."""
    return max(16, min(context // 4, 1_024))


def questions_before(dropped: Sequence[Message]) -> int:
    """Turns in the sense people use: a question with its answer is one."""
    return sum(message.role == "user" for message in dropped)


class ContextRoom(QObject):
    """Finds, by halving, the least that has to be dropped, and the context that would hold all."""

    asked = Signal(object)
    """The ContextQuestion, once; then this object ends itself."""

    def __init__(self, engine: Engine, full: FullContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine, self._full = engine, full
        self._candidates = droppable(full.path, full.dropped_before)
        self._low, self._high = 0, len(self._candidates)
        self._request = ""
        engine.answered.connect(self._answer)
        engine.failed.connect(self._failed)

    def start(self) -> None:
        """Begin; ``asked`` follows."""
        if self._low >= self._high:
            chosen = self._candidates[self._low] if self._low < len(self._candidates) else None
            self._end(chosen)
            return
        self._request = uuid.uuid4().hex
        full = self._full
        turns = turns_of(full.path, full.system_prompt, self._candidates[self._middle()])
        self._engine.ask(full.model, Render(self._request, turns))

    def _middle(self) -> int:
        return (self._low + self._high) // 2

    def _answer(self, answer: Answer) -> None:
        if not isinstance(answer, Rendered) or answer.request_id != self._request:
            return
        if answer.tokens <= self._full.context - reply_room(self._full.context):
            self._high = self._middle()
        else:
            self._low = self._middle() + 1
        self.start()

    def _failed(self, request_id: str, _error: BenchtopError) -> None:
        if request_id == self._request:
            self._end(None)

    def _end(self, drop_before: str | None) -> None:
        self._request = ""
        full = self._full
        wanted = max(2 * full.context, full.need + reply_room(full.need))
        self._engine.largest_context(full.model, wanted, partial(self._ask, drop_before))

    def _ask(self, drop_before: str | None, context: int, size: int) -> None:
        """``context`` tokens are the most that could be had, for ``size`` bytes."""
        full = self._full
        ids = [message.id for message in full.path]
        start = ids.index(full.dropped_before) if full.dropped_before in ids else 0
        larger, larger_bytes = self._larger(context, size)
        question = ContextQuestion(
            message_id=full.message.id,
            need=full.need,
            context=full.context,
            drop_before=drop_before,
            drop_turns=questions_before(full.path[start : ids.index(drop_before)])
            if drop_before
            else 0,
            first_kept=full.path[ids.index(drop_before)].content if drop_before else "",
            larger=larger,
            larger_bytes=larger_bytes,
        )
        self.asked.emit(question)
        self.deleteLater()

    def _larger(self, context: int, size: int) -> tuple[int | None, int]:
        full = self._full
        if context > max(full.context, full.need):
            return context, size
        limit = full.model.context_length
        if limit and limit <= max(full.context, full.need):
            return None, 0  # the model itself reads no more, however much memory is free
        return None, size
