"""The person's own chats as text: what models are measured on, and counted over, when nothing else is
named. It never leaves this machine, and no measurement keeps it."""

from __future__ import annotations

from benchtop.domain.chat import MessageTree
from benchtop.domain.errors import PromptError
from benchtop.store.database import Store


def own_texts(store: Store) -> list[str]:
    """The branch on show of each conversation as one text, the oldest conversation first; empty ones and
    those in the bin are left out. Reasoning is not counted as said."""
    found = []
    for conversation in sorted(store.conversations.all(), key=lambda one: (one.created, one.id)):
        tree = MessageTree(store.messages.of(conversation.id))
        said = [message.content.strip() for message in tree.path_to(conversation.leaf_id)]
        text = "\n\n".join(part for part in said if part)
        if text:
            found.append(text)
    return found


def own_text(store: Store) -> str:
    """All of them as one text; raises PromptError where nobody has said anything."""
    text = "\n\n".join(own_texts(store))
    if not text:
        detail = "there are no chats yet to measure a model on: give it a text."
        raise PromptError(detail=detail)
    return text
