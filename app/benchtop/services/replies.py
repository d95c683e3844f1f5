"""Every reply that is being written, in whatever conversation."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from benchtop.domain.chat import Message
from benchtop.domain.errors import BenchtopError
from benchtop.domain.generation import AdapterUse, SamplingParams
from benchtop.domain.models import ModelFile
from benchtop.protocol.messages import Answer, ChatTurn, Generate, Started
from benchtop.services.adapter_check import AdapterCheck
from benchtop.services.engine import Engine
from benchtop.services.reply_stream import ReplyEnd, ReplyStream
from benchtop.services.store_thread import StoreThread


@dataclass(frozen=True, slots=True)
class ReplyOrder:
    """A reply to be written: the message it goes into, who writes it, with what attached, and from what."""

    message: Message
    model: ModelFile
    turns: tuple[ChatTurn, ...]
    params: SamplingParams
    continue_last: bool = False
    adapters: tuple[AdapterUse, ...] = ()


class Replies(QObject):
    """Passes answers to the reply they belong to; replies go on whatever is on show."""

    grown = Signal(str, str, str)
    """Message id, and what was added to its text and its reasoning."""
    progress = Signal(str, str)
    started = Signal(str, object)
    """The model's name and the Started message."""
    ended = Signal(object)
    """A ReplyEnd."""

    def __init__(self, store: StoreThread, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store, self._engine = store, engine
        self._streams: dict[str, ReplyStream] = {}
        self._looking: set[str] = set()
        self._check = AdapterCheck(engine.folder, self)
        engine.answered.connect(self._answered)
        engine.failed.connect(self._failed)

    def begin(self, order: ReplyOrder) -> None:
        """Ask the engine for the reply."""
        message = order.message
        stream = ReplyStream(uuid.uuid4().hex, message, self._store, self)
        self._streams[stream.request_id] = stream
        stream.grown.connect(self.grown)
        stream.progress.connect(self.progress)
        stream.started.connect(lambda started: self._started(order.model, started))
        stream.ended.connect(lambda end: self._ended(stream, end))
        request = Generate(
            stream.request_id,
            order.turns,
            params=order.params,
            adapters=order.adapters,
            conversation=message.conversation_id,
            continue_last=order.continue_last,
        )
        if not order.adapters:
            self._engine.ask(order.model, request)
            return
        # What does not fit must not reach llama.cpp; who stops it meanwhile asks nobody anything.
        self._looking.add(stream.request_id)
        self._check.run(order.model, order.adapters, partial(self._looked, order.model, request))

    def _looked(self, model: ModelFile, request: Generate, error: BenchtopError | None) -> None:
        self._looking.discard(request.request_id)
        stream = self._streams.get(request.request_id)
        if stream is None:
            return
        if error is not None:
            stream.fail(error)
        else:
            self._engine.ask(model, request)

    def of_conversation(self, conversation_id: str) -> Message | None:
        """The reply being written in a conversation, with its text so far."""
        stream = self._in(conversation_id)
        return stream.message if stream else None

    def stop(self, conversation_id: str) -> None:
        """Stop the reply in a conversation after the token at hand."""
        stream = self._in(conversation_id)
        if stream is None:
            return
        if stream.request_id in self._looking or self._engine.cancel(stream.request_id):
            stream.withdraw()

    def flush_all(self) -> None:
        """Write what has come of every reply so far; they go on."""
        for stream in self._streams.values():
            stream.flush()

    def keep_all(self) -> None:
        """Write what has come and mark it stopped: the program ends."""
        self._check.close()
        for stream in list(self._streams.values()):
            stream.withdraw()

    def _in(self, conversation_id: str) -> ReplyStream | None:
        for stream in self._streams.values():
            if stream.conversation_id == conversation_id:
                return stream
        return None

    def _answered(self, answer: Answer) -> None:
        stream = self._streams.get(getattr(answer, "request_id", ""))
        if stream is not None:
            stream.take(answer)

    def _failed(self, request_id: str, error: BenchtopError) -> None:
        stream = self._streams.get(request_id)
        if stream is not None:
            stream.fail(error)

    def _started(self, model: ModelFile, started: Started) -> None:
        self.started.emit(model.name, started)

    def _ended(self, stream: ReplyStream, end: ReplyEnd) -> None:
        self._streams.pop(stream.request_id, None)
        stream.deleteLater()
        self.ended.emit(end)


def empty_reply(
    message: Message,
    model: ModelFile,
    params: SamplingParams,
    adapters: tuple[AdapterUse, ...] = (),
) -> Message:
    """The message a reply will be written into."""
    return replace(
        message,
        state="streaming",
        model_id=model.id,
        model_name=model.name,
        params=params.to_json(),
        adapters=adapters,
    )
