"""What a person does in the conversation on show, one short method per action."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from benchtop.domain.chat import Conversation, Message, MessageTree, title_from_exchange
from benchtop.domain.errors import BenchtopError, ContextFull, ConversationUnknown
from benchtop.domain.generation import AdapterUse
from benchtop.domain.models import ModelFile
from benchtop.protocol.messages import Answer, ChatTurn, Render, Rendered, Started
from benchtop.services.branch_on_show import BranchOnShow, ChatDefaults
from benchtop.services.context_room import ContextQuestion, ContextRoom, FullContext
from benchtop.services.engine import Engine
from benchtop.services.replies import Replies, ReplyOrder, empty_reply
from benchtop.services.reply_stream import ReplyEnd
from benchtop.services.store_thread import StoreThread
from benchtop.services.turns import turns_of

if TYPE_CHECKING:
    from benchtop.store.database import Store


class ChatSession(QObject):
    """One conversation at a time is on show (``branch``); replies in others go on.

    Every method returns at once. What happens is told by the signals here and those of ``branch``,
    and kept in the store.
    """

    grown = Signal(str, str, str)
    """Message id, text and reasoning that were added to a reply on show."""
    progress = Signal(str, str)
    """Message id, and what is being done before its first word."""
    busy_changed = Signal(bool)
    """Whether a reply on show is being written."""
    model_changed = Signal(object)
    """The ModelFile that answers next."""
    context_changed = Signal(int, int)
    """Tokens used and tokens there are; 0, 0 when unknown."""
    context_filled = Signal(object)
    """A ContextQuestion: answer with drop_oldest(), enlarge_context() or nothing."""
    reply_ended = Signal(object)
    """The Message of a reply that has ended, on show or not."""
    fallback_used = Signal(str, str)
    """A model's name and why Benchtop's plain template stands in for its own."""

    def __init__(self, store: StoreThread, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.branch = BranchOnShow(store, self)
        self._store = store
        self._engine = engine
        self._replies = Replies(store, engine, self)
        self._model: ModelFile | None = None
        self._count_request = ""
        self._opening = 0
        engine.answered.connect(self._counted)
        self._replies.grown.connect(self._grown)
        self._replies.progress.connect(self._progressed)
        self._replies.started.connect(self._started)
        self._replies.ended.connect(self._ended)

    @property
    def model(self) -> ModelFile | None:
        """The model that answers next."""
        return self._model

    @property
    def busy(self) -> bool:
        """Whether a reply on show is being written."""
        here = self.branch.conversation
        return here is not None and self._replies.of_conversation(here.id) is not None

    def set_defaults(self, defaults: ChatDefaults) -> None:
        """What new conversations start with; taken over at once when a new one is on show."""
        self.branch.defaults = defaults
        if self.branch.conversation is None and defaults.model is not None:
            self._use(defaults.model)

    def open(
        self,
        conversation_id: str | None,
        model_of: Callable[[str], ModelFile | None],
        *,
        or_new: bool = False,
    ) -> None:
        """Show a conversation, or an empty new one for None; ``model_of`` finds a model by its id.

        ``or_new``: that there is no such conversation any more is no failure, only a new one.
        """
        self._opening += 1
        mine = self._opening
        if conversation_id is None:
            self._show(None, MessageTree(), self.branch.defaults.model)
            return

        def read(store: Store) -> tuple[Conversation, list[Message]]:
            return store.conversations.get(conversation_id), store.messages.of(conversation_id)

        def shown(found: tuple[Conversation, list[Message]]) -> None:
            if mine != self._opening:
                return
            conversation, messages = found
            tree = MessageTree(messages)
            writing = self._replies.of_conversation(conversation.id)
            if writing is not None:
                tree.add(writing)
            model = model_of(conversation.model_id or "") or self.branch.defaults.model
            self._show(conversation, tree, model)

        def refused(error: BenchtopError) -> None:
            if not (or_new and isinstance(error, ConversationUnknown)):
                self.branch.failed.emit(error)
            if mine == self._opening and self.branch.conversation is None:
                self._show(None, MessageTree(), self.branch.defaults.model)

        self._store.run(read, shown, refused)

    def read_again(self) -> None:
        """Show what another program has written to the conversation on show."""
        here, writes = self.branch.conversation, self.branch.writes
        if here is None or self.busy or self._store.held_by is not None:
            return  # what is held is on show, and not yet in the store

        def read(store: Store) -> tuple[Conversation, list[Message]]:
            return store.conversations.get(here.id), store.messages.of(here.id)

        def shown(found: tuple[Conversation, list[Message]]) -> None:
            now = self.branch.conversation
            if now is None or now.id != here.id or self.busy:
                return
            if self.branch.writes != writes:
                self.read_again()
                return
            self.branch.take(*found)
            self.count_context()

        self._store.run(read, shown, lambda _error: None)

    def send(self, text: str) -> bool:
        """Say something and let the model answer; False while a reply is being written."""
        model = self._model
        if self.busy or model is None or not text.strip():
            return False
        here = self.branch.conversation or self.branch.create(text, model)
        user = self.branch.new_message(here.leaf_id, "user", text)
        self.branch.add(user, clear_draft=True)
        self._reply_to(user.id)
        return True

    def stop(self) -> None:
        """Stop the reply on show after the token at hand; what was written stays."""
        here = self.branch.conversation
        if here is not None:
            self._replies.stop(here.id)

    def regenerate(self, message_id: str) -> None:
        """Another answer beside this one."""
        message = self.branch.tree.get(message_id)
        if self._may_answer(message):
            self._reply_to(message.parent_id)

    def retry(self, message_id: str) -> None:
        """Answer again after a failure: in its place when nothing was written, else beside it."""
        message = self.branch.tree.get(message_id)
        if not self._may_answer(message):
            return
        if message.content or message.reasoning:
            self._reply_to(message.parent_id)
        else:
            self._rewrite(message)

    def continue_reply(self, message_id: str) -> None:
        """Let the model go on where a reply ended."""
        message = self.branch.tree.get(message_id)
        if self._may_answer(message) and message.content:
            self._rewrite(message)

    def edit(self, message_id: str, text: str) -> None:
        """A new branch with other words; what was there stays beside it."""
        message = self.branch.tree.get(message_id)
        if self.busy or not text.strip() or text == message.content:
            return
        changed = self.branch.new_message(message.parent_id, message.role, text)
        changed = replace(changed, model_id=message.model_id, model_name=message.model_name)
        self.branch.add(changed)
        if message.role == "user":
            self._reply_to(changed.id)

    def show_sibling(self, message_id: str, step: int) -> None:
        """Walk to the branch before (-1) or after (+1)."""
        if not self.busy:
            self.branch.show_leaf(self.branch.tree.sibling_leaf(message_id, step))
            self.count_context()

    def reveal(self, message_id: str) -> bool:
        """Show the branch that holds a message; False when it is not in this conversation."""
        if message_id not in self.branch.tree:
            return False
        if message_id not in {message.id for message in self.branch.messages()} and not self.busy:
            self.branch.show_leaf(self.branch.tree.newest_leaf(message_id))
        return True

    def save_draft(self, text: str) -> None:
        """Keep what is typed and not sent. A new conversation's draft is the settings' affair."""
        here = self.branch.conversation
        if here is not None and text != here.draft:
            self.branch.change(draft=text)

    def set_model(self, model: ModelFile) -> None:
        """The model that answers from now on."""
        if self.branch.conversation is not None:
            self.branch.change(model_id=model.id)
        self._use(model)
        self.count_context()

    def drop_oldest(self, question: ContextQuestion) -> None:
        """Leave out the oldest turns, as the question proposed, and try again."""
        if question.drop_before is not None and question.message_id in self.branch.tree:
            self.branch.change(dropped_before=question.drop_before)
            self._try_again(question.message_id)

    def enlarge_context(self, question: ContextQuestion) -> None:
        """Load the model with a larger context and try again."""
        on_show = question.message_id in self.branch.tree
        if on_show and self._model is not None and question.larger is not None:
            self._engine.choose(self._model, question.larger)
            self._try_again(question.message_id)

    def count_context(self) -> None:
        """Ask how many tokens the branch on show takes, when its model is loaded."""
        facts = self._engine.state.facts
        if self._model is None or facts is None or not self._engine.is_ready(self._model):
            self.context_changed.emit(0, 0)
            return
        here = self.branch.conversation
        turns = self._turns(here.leaf_id if here else None)
        if not turns:
            self.context_changed.emit(0, facts.context_length)
            return
        self._count_request = uuid.uuid4().hex
        self._engine.ask_loaded(self._model, Render(self._count_request, turns))

    def flush(self) -> None:
        """Keep what has come so far of every reply that is still being written."""
        self._replies.flush_all()

    def close(self) -> None:
        """Keep what has come of every reply that is still being written."""
        self._replies.keep_all()

    def _show(
        self, conversation: Conversation | None, tree: MessageTree, model: ModelFile | None
    ) -> None:
        self.branch.show(conversation, tree)
        if model is not None:
            self._use(model)
        self.busy_changed.emit(self.busy)
        self.count_context()

    def _use(self, model: ModelFile) -> None:
        self._model = model
        self.model_changed.emit(model)

    def _may_answer(self, message: Message) -> bool:
        """Whether there is a reply to do again, which no one is writing, here or elsewhere."""
        return not self.busy and message.role == "assistant" and message.state != "streaming"

    def _reply_to(self, parent_id: str | None) -> None:
        """A new, empty reply under a message, and the order for it."""
        if self._model is None:
            return
        message = self.branch.new_message(parent_id, "assistant", "")
        reply = empty_reply(message, self._model, self.branch.params, self.branch.adapters)
        self.branch.add(reply)
        self._begin(self.branch.tree.get(message.id), continue_last=False)

    def _rewrite(self, message: Message) -> None:
        """Go on with a reply in its own place; who answers now is noted, beside who began it."""
        if self._model is None:
            return
        reply = empty_reply(message, self._model, self.branch.params, self.branch.adapters)
        begun = bool(message.content)
        if begun:
            reply = replace(reply, adapters=joined(message.adapters, reply.adapters))
        if begun and message.model_id != self._model.id and message.model_name:
            reply = replace(reply, model_name=f"{message.model_name} + {self._model.name}")
        self._begin(self.branch.reopen(reply), continue_last=begun)

    def _begin(self, message: Message, *, continue_last: bool) -> None:
        if self._model is None:
            return
        turns, branch = self._turns(message.id), self.branch
        order = ReplyOrder(
            message, self._model, turns, branch.params, continue_last, branch.adapters
        )
        self._replies.begin(order)
        self.busy_changed.emit(self.busy)

    def _turns(self, last_id: str | None) -> tuple[ChatTurn, ...]:
        """What is sent of the branch that ends with a message; what comes after it is not."""
        here = self.branch.conversation
        dropped = here.dropped_before if here else None
        path = self.branch.tree.path_to(last_id)
        return turns_of(path, self.branch.system_prompt, dropped)

    def _try_again(self, message_id: str) -> None:
        message = self.branch.tree.get(message_id)
        if message.content and message.state != "failed":
            self.continue_reply(message_id)
        else:
            self.retry(message_id)

    def _counted(self, answer: Answer) -> None:
        if isinstance(answer, Rendered) and answer.request_id == self._count_request:
            facts = self._engine.state.facts
            self.context_changed.emit(answer.tokens, facts.context_length if facts else 0)

    def _started(self, model_name: str, started: Started) -> None:
        if started.template == "fallback":
            self.fallback_used.emit(model_name, started.template_problem)

    def _grown(self, message_id: str, text: str, reasoning: str) -> None:
        if message_id in self.branch.tree:
            self.grown.emit(message_id, text, reasoning)

    def _progressed(self, message_id: str, text: str) -> None:
        if message_id in self.branch.tree:
            self.progress.emit(message_id, text)

    def _ended(self, end: ReplyEnd) -> None:
        message = end.message
        here = self.branch.conversation
        # A rating given while it was written is in the tree, not in the stream.
        if message.id in self.branch.tree:
            known = self.branch.tree.get(message.id)
            message = replace(message, rating=known.rating, example=known.example)
        self.branch.put(message)
        self.reply_ended.emit(message)
        if here is None or message.conversation_id != here.id:
            return
        self.busy_changed.emit(self.busy)
        self._title(message)
        self._look_at_context(end, message)

    def _look_at_context(self, end: ReplyEnd, message: Message) -> None:
        if isinstance(end.error, ContextFull):
            facts = end.error.facts
            self._ask_for_room(message, int(facts["need"]), int(facts["context"]))
        elif end.finished is not None:
            used, context = end.finished.context_used, end.finished.context_length
            self.context_changed.emit(used, context)
            if end.finished.context_full:
                self._ask_for_room(message, used, context)

    def _title(self, reply: Message) -> None:
        if self.branch.here.titled or reply.state != "complete":
            return
        first = self.branch.messages()[0]
        if first.role == "user":
            title = title_from_exchange(first.content, reply.content)
            self.branch.change(title=title, titled=True)

    def _ask_for_room(self, message: Message, need: int, context: int) -> None:
        if self._model is None:
            return
        path, dropped = self.branch.tree.path_to(message.id), self.branch.here.dropped_before
        full = FullContext(
            message, self._model, path, self.branch.system_prompt, dropped, need, context
        )
        room = ContextRoom(self._engine, full, self)
        room.asked.connect(self.context_filled)
        room.start()


def joined(before: tuple[AdapterUse, ...], after: tuple[AdapterUse, ...]) -> tuple[AdapterUse, ...]:
    """All that a reply was written with: what began it, then what is new of those that went on."""
    return (*before, *(one for one in after if one not in before))
