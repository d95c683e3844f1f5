"""One reply being written: answers in, text out, and the store told every 200 ms.

It lives apart from what is on show, so that a reply goes on when the person looks at another
conversation.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal

from benchtop.domain.chat import Message, MessageState
from benchtop.domain.errors import BenchtopError, WorkerError
from benchtop.domain.generation import Timings
from benchtop.protocol.messages import (
    Answer,
    Chunk,
    Finished,
    PromptProgress,
    Started,
    Waiting,
)
from benchtop.services.store_thread import StoreRunner

FLUSH_MS = 200
"""How often shown text reaches the disk while it streams; the promise is 250."""


@dataclass(frozen=True, slots=True)
class ReplyEnd:
    """How a reply ended: the message as it is kept, and the worker's last word or the error."""

    message: Message
    finished: Finished | None = None
    error: BenchtopError | None = None


class ReplyStream(QObject):
    """Collects the answers to one request into one message."""

    grown = Signal(str, str, str)
    """Message id, and what was added to its text and its reasoning."""
    progress = Signal(str, str)
    """Message id, and what is being done before the first word (empty: nothing any more)."""
    started = Signal(object)
    """The Started message: whose template was used."""
    ended = Signal(object)
    """A ReplyEnd, once."""

    def __init__(
        self, request_id: str, message: Message, store: StoreRunner, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.request_id = request_id
        self._base = message
        self._store = store
        self._text: list[str] = [message.content]
        self._reasoning: list[str] = [message.reasoning]
        self._params = dict(message.params)
        self._dirty = False
        self._over = False
        self._timer = QTimer(self, interval=FLUSH_MS)
        self._timer.timeout.connect(self.flush)
        self._timer.start()

    @property
    def conversation_id(self) -> str:
        """The conversation the reply is written in."""
        return self._base.conversation_id

    @property
    def message(self) -> Message:
        """The message with all text so far."""
        return replace(
            self._base,
            content="".join(self._text),
            reasoning="".join(self._reasoning),
            params=self._params,
        )

    def take(self, answer: Answer) -> None:
        """An answer of the worker to this request."""
        message_id = self._base.id
        match answer:
            case Waiting():
                self.progress.emit(
                    message_id, self.tr("Another model is writing: waiting for its turn")
                )
            case Started():
                self._params["seed"] = answer.seed
                self.started.emit(answer)
                self.progress.emit(message_id, "")
            case PromptProgress():
                done, total = f"{answer.done:,}", f"{answer.total:,}"
                text = self.tr("Reading the conversation: {done} of {total} tokens")
                self.progress.emit(message_id, text.format(done=done, total=total))
            case Chunk():
                self._grow(answer)
            case Finished():
                self._finish(answer)
            case _:
                return

    def fail(self, error: BenchtopError) -> None:
        """The request failed; what was written stays, marked, with the reason."""
        state: MessageState = "interrupted" if isinstance(error, WorkerError) else "failed"
        self._end(replace(self.message, state=state, note=explain(error)), error=error)

    def withdraw(self) -> None:
        """The person stopped it before its model was ready."""
        self._end(replace(self.message, state="stopped", stop="cancelled"))

    def flush(self) -> None:
        """Write what has come since the last time."""
        if not self._dirty or self._over:
            return
        self._dirty = False
        now = self.message
        self._store.keep(
            lambda store: store.messages.flush(now.id, now.content, now.reasoning),
            f"flush {now.id}",
            now,
        )

    def _grow(self, chunk: Chunk) -> None:
        self._text.append(chunk.text)
        self._reasoning.append(chunk.reasoning)
        self._dirty = True
        if chunk.text or chunk.reasoning:
            self.grown.emit(self._base.id, chunk.text, chunk.reasoning)

    def _finish(self, answer: Finished) -> None:
        state: MessageState = "stopped" if answer.stop == "cancelled" else "complete"
        timings = joined_timings(self._base.timings, answer.timings)
        done = replace(self.message, state=state, timings=timings, stop=answer.stop, note="")
        self._end(done, finished=answer)

    def _end(
        self,
        message: Message,
        finished: Finished | None = None,
        error: BenchtopError | None = None,
    ) -> None:
        if self._over:
            return
        self._over = True
        self._timer.stop()
        self._store.keep(lambda store: store.messages.finish(message), words=message)
        self.ended.emit(ReplyEnd(message, finished, error))


def joined_timings(before: Timings | None, after: Timings) -> Timings:
    """Timings of a reply that was continued: tokens and seconds of both parts, the first's start."""
    if before is None:
        return after
    return replace(
        after,
        completion_tokens=before.completion_tokens + after.completion_tokens,
        generation_seconds=before.generation_seconds + after.generation_seconds,
        first_token_seconds=before.first_token_seconds,
    )


def explain(error: BenchtopError) -> str:
    """The error's sentence in the language of the window."""
    template = QCoreApplication.translate("errors", type(error).sentence)
    try:
        return template.format(**error.facts)
    except (KeyError, IndexError, ValueError):
        return str(error)
