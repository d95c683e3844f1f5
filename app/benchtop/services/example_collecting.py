"""Examples out of a person's own chats: what they rated up, kept for Teach, or wrote better themselves.

An edit of a reply is a sibling of it that no model wrote (ChatSession.edit()); of several originals it is
the one whose words it kept most of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from benchtop.domain.chat import Conversation, Message, MessageTree
from benchtop.domain.examples import Dataset, Example, Origin, Turn
from benchtop.domain.teach_errors import NothingToCollect
from benchtop.services.datasets import new_dataset
from benchtop.store.database import Store
from benchtop.store.example_reader import CHANGED


@dataclass(frozen=True, slots=True)
class AddedRange:
    """An example of a picked range, as it is kept, and the data set it went into, made for it where
    ``is_new``."""

    dataset: Dataset
    example: Example
    is_new: bool


def new_from_chats(store: Store, dataset_id: str, since: float = 0.0) -> list[Example]:
    """What the chats outside the bin hold that the data set does not, in the order it was said; kept nowhere
    yet. Only replies written after ``since`` (seconds since 1970, UTC).

    A reply that is in the data set already comes again only where something is new in it, such as a worse
    answer beside it, and not at all where its example was changed there or thrown away.
    """
    known = store.examples.from_chats(dataset_id)
    found: list[tuple[float, Example]] = []
    for conversation_id in store.messages.conversations_to_learn_from():
        conversation = store.conversations.get(conversation_id)
        tree = MessageTree(store.messages.of(conversation_id))
        for reply, example in _examples(conversation, tree):
            sums = known.get(reply.id, set())
            if reply.created > since and CHANGED not in sums and example.sum not in sums:
                found.append((reply.created, example))
    return [example for _created, example in sorted(found, key=lambda pair: pair[0])]


def collect_from_chats(store: Store, dataset: Dataset, since: float = 0.0) -> list[Example]:
    """Add what new_from_chats() finds, all or nothing; as it is kept. Raises NothingToCollect
    where that is nothing."""
    with store.connection.writing():
        found = new_from_chats(store, dataset.id, since)
        if not found:
            raise NothingToCollect
        return store.examples.add(dataset.id, found)


def example_of_range(store: Store, first_id: str, last_id: str) -> Example:
    """One example of the turns from one message to another of a branch, the system prompt before them; kept
    nowhere yet. It begins with a question and ends with an answer: the question before a first answer
    comes along, and a last question stays behind.

    A first message that is not on the way to the last one stands for the beginning. Raises StoreError for
    an unknown last message.
    """
    last = store.messages.get(last_id)
    conversation = store.conversations.get(last.conversation_id)
    path = MessageTree(store.messages.of(conversation.id)).path_to(last_id)
    return _example(conversation, turns_of_range(path, first_id, last_id))


def turns_of_range(path: Sequence[Message], first_id: str, last_id: str) -> Sequence[Message]:
    """The messages of a branch that example_of_range() takes; none where no answer is among them.

    Both ids are looked for on the ``path``; one that is not on it stands for the path's own end.
    """
    places = {one.id: place for place, one in enumerate(path)}
    begin, end = places.get(first_id, 0), places.get(last_id, len(path) - 1) + 1
    while begin and path[begin].role == "assistant":
        begin -= 1
    while end > begin and not (path[end - 1].role == "assistant" and path[end - 1].content.strip()):
        end -= 1
    return path[begin:end]


def add_range(store: Store, into: Dataset | str, first_id: str, last_id: str) -> AddedRange:
    """Keep example_of_range() in a data set, or in a new one of a name, all or nothing.

    Raises NothingToCollect where the range has no answer, DatasetUnknown for a data set that has gone
    meanwhile, and what example_of_range() raises.
    """
    with store.connection.writing():
        example = example_of_range(store, first_id, last_id)
        if example.problem():
            raise NothingToCollect
        dataset = new_dataset(store, into) if isinstance(into, str) else into
        kept = store.examples.add(dataset.id, [example])[0]
        return AddedRange(dataset, kept, isinstance(into, str))


def take_range_back(store: Store, added: AddedRange) -> None:
    """Undo add_range(): the example into the bin, and the data set that was made for it, unless
    something else has gone into it since."""
    with store.connection.writing():
        store.examples.delete([added.example.id])
        if added.is_new and not store.examples.count(added.dataset.id):
            store.datasets.delete(added.dataset.id)


def _examples(conversation: Conversation, tree: MessageTree) -> Iterator[tuple[Message, Example]]:
    replies = [one for one in tree.messages() if _is_sound(one)]
    originals = {one.id: _original(one, tree) for one in replies}
    better = _newest_edits(replies, originals)
    replaced = {original.id for one in better if (original := originals[one.id])}
    for reply in replies:
        chosen = reply.rating > 0 or reply.example
        edited = originals[reply.id]
        if reply.rating < 0 or not (reply in better or (chosen and reply.id not in replaced)):
            continue
        worse = edited or _rated_down(reply, tree)
        yield reply, _example(conversation, tree.path_to(reply.id), worse.content if worse else "")


def _newest_edits(
    replies: Iterable[Message], originals: dict[str, Message | None]
) -> list[Message]:
    """Of every edited reply the newest edit that is not rated down."""
    newest: dict[str, Message] = {}
    for one in sorted(replies, key=lambda reply: reply.created):
        original = originals[one.id]
        if original is not None and one.rating >= 0:
            newest[original.id] = one
    return list(newest.values())


def _is_sound(message: Message) -> bool:
    return (
        message.role == "assistant"
        and message.state != "streaming"
        and bool(message.content.strip())
    )


def _is_by_a_model(reply: Message) -> bool:
    """Whether a model wrote it, be it not to its end; an edit has neither timings nor a stop."""
    return reply.stop is not None or reply.timings is not None or reply.state != "complete"


def _original(reply: Message, tree: MessageTree) -> Message | None:
    """The reply that a person edited to this one, or None where a model wrote it."""
    if _is_by_a_model(reply):
        return None
    earlier = [
        one
        for one in tree.siblings(reply.id)
        if one.created < reply.created
        and _is_sound(one)
        and _is_by_a_model(one)
        and one.content != reply.content
    ]
    if len(earlier) < 2:
        return earlier[0] if earlier else None
    words = SequenceMatcher(None, b=reply.content.split(), autojunk=False)

    def likeness(other: Message) -> tuple[float, float]:
        words.set_seq1(other.content.split())
        return words.ratio(), other.created

    return max(earlier, key=likeness)


def _rated_down(reply: Message, tree: MessageTree) -> Message | None:
    """The newest other answer to the same question that a person rated down."""
    worse = [
        one
        for one in tree.siblings(reply.id)
        if one.rating < 0 and one.id != reply.id and _is_sound(one) and one.content != reply.content
    ]
    return worse[-1] if worse else None


def _example(conversation: Conversation, path: Sequence[Message], rejected: str = "") -> Example:
    turns: list[Turn] = []
    if conversation.system_prompt.strip():
        turns.append(Turn("system", conversation.system_prompt))
    for message in path:
        if not message.content.strip():  # a reply that failed before its first word
            continue
        if turns and turns[-1].role == message.role:
            turns[-1] = Turn(message.role, f"{turns[-1].content}\n\n{message.content}")
        else:
            turns.append(Turn(message.role, message.content))
    last = path[-1] if path else None
    origin = Origin(
        "chat", last.model_name if last else "", conversation.id, last.id if last else ""
    )
    return Example(tuple(turns), rejected, origin=origin)
