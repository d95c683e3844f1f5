"""The conversation on show: its tree in memory, and every change of it in the store as well."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from benchtop.domain.chat import Conversation, Message, MessageTree, PathStep, title_from_exchange
from benchtop.domain.generation import AdapterUse, SamplingParams
from benchtop.domain.models import ModelFile
from benchtop.services.store_thread import StoreThread
from benchtop.services.unsaved_writes import Words

if TYPE_CHECKING:
    from benchtop.store.database import Store


@dataclass(frozen=True, slots=True)
class ChatDefaults:
    """What a new conversation starts with."""

    model: ModelFile | None = None
    system_prompt: str = ""
    params: Mapping[str, Any] | None = None
    adapters: tuple[AdapterUse, ...] = ()


class BranchOnShow(QObject):
    """A conversation (None: a new one, kept once something is said) and the branch on show."""

    opened = Signal(object, list)
    """The Conversation or None, and its PathSteps: everything is to be drawn anew."""
    step_added = Signal(object)
    step_changed = Signal(object)
    conversation_changed = Signal(object)
    created = Signal(object)
    """A Conversation that was just begun with the defaults."""
    failed = Signal(object)
    """A BenchtopError."""

    def __init__(self, store: StoreThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._conversation: Conversation | None = None
        self._tree = MessageTree()
        self._last_time = 0.0
        self.writes = 0
        """How often something was changed from here: what was read before that is out of date."""
        self.defaults = ChatDefaults()

    @property
    def conversation(self) -> Conversation | None:
        """The conversation on show; None for a new one."""
        return self._conversation

    @property
    def tree(self) -> MessageTree:
        """All its messages."""
        return self._tree

    @property
    def here(self) -> Conversation:
        """The conversation on show, where there must be one."""
        if self._conversation is None:
            raise RuntimeError("no conversation is on show")
        return self._conversation

    @property
    def system_prompt(self) -> str:
        """The system prompt in force."""
        here = self._conversation
        return here.system_prompt if here else self.defaults.system_prompt

    @property
    def params(self) -> SamplingParams:
        """The sampling parameters in force; a kept value that makes no sense is left out."""
        return SamplingParams.tolerant(self._kept_params())[0]

    @property
    def wrong_params(self) -> tuple[str, ...]:
        """The names of the kept parameters that make no sense, and are not in force for that."""
        return SamplingParams.tolerant(self._kept_params())[1]

    @property
    def adapters(self) -> tuple[AdapterUse, ...]:
        """The adapters that are attached to the model which answers."""
        here = self._conversation
        return here.adapters if here else self.defaults.adapters

    def _kept_params(self) -> Mapping[str, Any]:
        kept = self._conversation.params if self._conversation else self.defaults.params
        return kept or {}

    def path(self) -> list[PathStep]:
        """The branch on show."""
        return self._tree.active_path(self._conversation.leaf_id if self._conversation else None)

    def messages(self) -> list[Message]:
        """The messages of the branch on show."""
        return [step.message for step in self.path()]

    def show(self, conversation: Conversation | None, tree: MessageTree) -> None:
        """Put another conversation on show."""
        self._conversation, self._tree = conversation, tree
        self.opened.emit(conversation, self.path())

    def take(self, conversation: Conversation, messages: list[Message]) -> None:
        """What the store holds of the conversation on show, after another program wrote to it."""
        if any(message.id not in self._tree for message in messages):
            self.show(replace(conversation, draft=self.here.draft), MessageTree(messages))
            return
        for message in messages:
            if message != self._tree.get(message.id):
                self.put(message)

    def show_leaf(self, leaf_id: str | None) -> None:
        """Put another branch of this conversation on show."""
        self.change(leaf_id=leaf_id)
        self.opened.emit(self._conversation, self.path())

    def create(self, first_words: str, model: ModelFile) -> Conversation:
        """Make the conversation that ``first_words`` begin; a new id, nothing said in it yet."""
        now = self.now()
        conversation = Conversation(
            uuid.uuid4().hex,
            title_from_exchange(first_words, ""),
            now,
            now,
            model_id=model.id,
            system_prompt=self.defaults.system_prompt,
            params=self.defaults.params or {},
            adapters=self.defaults.adapters,
        )
        self._conversation, self._tree = conversation, MessageTree()
        self._run(lambda store: store.conversations.add(conversation), conversation)
        self.conversation_changed.emit(conversation)
        self.created.emit(conversation)
        return conversation

    def change(self, **changes: Any) -> None:
        """Change named fields of the conversation."""
        conversation = replace(self.here, **changes)
        self._conversation = conversation
        self._run(
            lambda store: store.conversations.change(conversation.id, **changes), conversation
        )
        self.conversation_changed.emit(conversation)

    def set_system_prompt(self, text: str) -> None:
        """The system prompt of this conversation, or of new ones."""
        if self._conversation is None:
            self.defaults = replace(self.defaults, system_prompt=text)
        else:
            self.change(system_prompt=text)

    def set_params(self, params: SamplingParams) -> None:
        """The sampling parameters of this conversation, or of new ones."""
        if self._conversation is None:
            self.defaults = replace(self.defaults, params=params.to_json())
        else:
            self.change(params=params.to_json())

    def set_adapters(self, adapters: tuple[AdapterUse, ...]) -> None:
        """What is attached from the next reply on, in this conversation or in the new one."""
        if self._conversation is None:
            self.defaults = replace(self.defaults, adapters=adapters)
        elif [one.kept for one in adapters] != [one.kept for one in self._conversation.adapters]:
            self.change(adapters=adapters)

    def add(self, message: Message, *, clear_draft: bool = False) -> None:
        """Add a message and put its branch on show.

        The draft is cleared right after its words are kept, and not before.
        """
        here = self.here
        before, draft = here.leaf_id, "" if clear_draft else here.draft
        self._tree.add(message)
        self._conversation = replace(here, leaf_id=message.id, draft=draft)

        self._run(lambda store: store.messages.add(message), message)
        if clear_draft:
            cleared = self._conversation
            self._run(lambda store: store.conversations.change(here.id, draft=""), cleared)
        if message.parent_id == before:
            self.step_added.emit(self.path()[-1])
        else:
            self.opened.emit(self._conversation, self.path())

    def put(self, message: Message) -> None:
        """A newer state of a message, kept elsewhere already; told when it is on show."""
        if message.id not in self._tree:
            return
        self._tree.add(message)
        for step in self.path():
            if step.message.id == message.id:
                self.step_changed.emit(step)

    def reopen(self, message: Message) -> Message:
        """Make a reply one that is being written again; its text so far stays."""
        message = replace(message, state="streaming", note="", stop=None)
        text, thoughts = message.content, message.reasoning
        self._run(lambda store: store.messages.reopen(message.id, text, thoughts), message)
        self.put(message)
        return message

    def rate(self, message_id: str, rating: int) -> None:
        """Thumbs up (1), down (-1) or neither (0)."""
        self.put(replace(self._tree.get(message_id), rating=rating))
        self._run(lambda store: store.messages.rate(message_id, rating))

    def mark_example(self, message_id: str, example: bool) -> None:
        """Keep a reply for Teach, or no longer."""
        self.put(replace(self._tree.get(message_id), example=example))
        self._run(lambda store: store.messages.mark_example(message_id, example))

    def new_message(self, parent_id: str | None, role: Any, content: str) -> Message:
        """A message for this conversation, not added yet."""
        return Message(uuid.uuid4().hex, self.here.id, parent_id, role, content, self.now())

    def now(self) -> float:
        """The time, always later than the one given before: siblings are ordered by it."""
        self._last_time = max(time.time(), self._last_time + 1e-4)
        return self._last_time

    def _run(self, work: Callable[[Store], object], words: Words | None = None) -> None:
        self.writes += 1
        self._store.keep(work, words=words)
