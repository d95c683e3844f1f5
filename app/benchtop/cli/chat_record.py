"""What `benchtop chat` keeps: the same conversations the window shows."""

from __future__ import annotations

import time
import uuid
from dataclasses import replace
from types import TracebackType

from PySide6.QtCore import QCoreApplication

from benchtop.domain.chat import Conversation, Message, MessageTree, title_from
from benchtop.domain.errors import BenchtopError, ConversationUnknown, ReplyNotKept, StoreError
from benchtop.domain.generation import AdapterUse, SamplingParams
from benchtop.domain.models import ModelFile
from benchtop.protocol.messages import Answer, ChatTurn
from benchtop.services.data_folder import DataFolder
from benchtop.services.replies import empty_reply
from benchtop.services.reply_stream import ReplyStream
from benchtop.services.store_thread import NoStore, StoreRunner, StoreThread
from benchtop.services.turns import turns_of
from benchtop.store.database import open_store


class ChatRecord:
    """A conversation that goes on or begins; with ``keep`` False nothing is written.

    The store is opened at once, so that one that cannot be used is known before a model is loaded.
    What is typed is written when the reply begins, and the reply while it comes.
    Raises ConversationUnknown and what open_store raises; leaving raises ReplyNotKept with why.
    """

    def __init__(
        self, folder: DataFolder, model: ModelFile, conversation: str | None, *, keep: bool
    ) -> None:
        self._model = model
        self._keep = keep
        self._database = folder.database
        self._thread: StoreThread | None = None
        self._runner: StoreRunner = NoStore()
        self._refused: list[BenchtopError] = []
        self._stream: ReplyStream | None = None
        self._conversation: Conversation | None = None
        self._path: list[Message] = []
        if keep or conversation is not None:
            self._read(conversation)

    def __enter__(self) -> ChatRecord:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._stream is not None:
            self._stream.withdraw()  # only when it has not ended by itself
        if self._thread is None:
            return
        self._thread.close()
        # What the thread said in the end waits for an event loop that runs no more.
        QCoreApplication.sendPostedEvents(self._thread)
        refused = self._thread.held_by or next(iter(self._refused), None)
        if refused is not None and error is None:
            raise ReplyNotKept(path=str(self._database), detail=str(refused)) from refused

    @property
    def conversation_id(self) -> str | None:
        """The id of the conversation that is kept, or None."""
        return self._conversation.id if self._conversation and self._keep else None

    @property
    def params(self) -> SamplingParams:
        """The parameters of the conversation that goes on, or the model's. Raises StoreError."""
        if self._conversation is None:
            return self._model.suggested_params
        try:
            kept = SamplingParams.from_json(self._conversation.params)
        except (TypeError, ValueError) as error:
            detail = f"the parameters of {self._conversation.id} make no sense ({error})."
            raise StoreError(path=str(self._database), detail=detail) from error
        return replace(kept, logprobs=None)  # what is printed is the command's to say

    @property
    def adapters(self) -> tuple[AdapterUse, ...]:
        """Those of the conversation that goes on, where the same model goes on with it."""
        here = self._conversation
        return here.adapters if here is not None and here.model_id == self._model.id else ()

    def turns(self, system: str, prompt: str) -> tuple[ChatTurn, ...]:
        """The turns to send: what was said before, then the prompt."""
        here = self._conversation
        prompt_turn = (ChatTurn("user", prompt),)
        if here is None:
            return turns_of([], system) + prompt_turn
        kept = system or here.system_prompt
        return turns_of(self._path, kept, here.dropped_before) + prompt_turn

    def begin(
        self,
        system: str,
        prompt: str,
        params: SamplingParams,
        adapters: tuple[AdapterUse, ...],
    ) -> None:
        """Keep the prompt, and open the reply; needs a QCoreApplication."""
        if self._keep:
            self._thread = StoreThread(self._database)
            self._thread.failed.connect(self._refused.append)
            self._runner = self._thread
        here = self._conversation or self._new(system, prompt, params, adapters)
        self._conversation = here
        now = time.time()
        user = Message(uuid.uuid4().hex, here.id, here.leaf_id, "user", prompt, now)
        reply = Message(uuid.uuid4().hex, here.id, user.id, "assistant", "", now + 1e-4)
        reply = empty_reply(reply, self._model, params, adapters)
        self._runner.keep(lambda store: store.messages.add(user))
        self._runner.keep(lambda store: store.messages.add(reply))
        self._stream = ReplyStream("", reply, self._runner)

    def take(self, answer: Answer) -> None:
        """An answer to the request, kept as it comes."""
        if self._stream is not None:
            self._stream.take(answer)

    def fail(self, error: BenchtopError) -> None:
        """The request failed: what was written stays, marked."""
        if self._stream is not None:
            self._stream.fail(error)

    def _read(self, conversation: str | None) -> None:
        store = open_store(self._database)
        try:
            if conversation is None:
                return
            found = store.conversations.find(conversation)
            if found.deleted is not None:
                raise ConversationUnknown(conversation=conversation, path=str(self._database))
            self._conversation = found
            self._path = MessageTree(store.messages.of(found.id)).path_to(found.leaf_id)
        finally:
            store.close()

    def _new(
        self,
        system: str,
        prompt: str,
        params: SamplingParams,
        adapters: tuple[AdapterUse, ...],
    ) -> Conversation:
        now = time.time()
        here = Conversation(
            uuid.uuid4().hex,
            title_from(prompt),
            now,
            now,
            titled=True,
            model_id=self._model.id,
            system_prompt=system,
            params=params.to_json(),
            adapters=adapters,
        )
        self._runner.keep(lambda store: store.conversations.add(here))
        return here
