"""A suite out of a person's own chats: what they asked first, to ask other models the same."""

from __future__ import annotations

import uuid

from benchtop.domain.chat import MessageTree
from benchtop.domain.compare_errors import NoChatsForSuite
from benchtop.domain.contests import PromptTurn
from benchtop.domain.suites import Suite, SuitePrompt
from benchtop.services.suites import add_suite
from benchtop.store.database import Store

MOST_CHATS = 1_000


def suite_from_chats(store: Store, count: int, name: str) -> Suite:
    """Keep the messages that began the newest ``count`` conversations as a suite without checks, under
    ``name`` or with a number behind it, the newest first; the same words come once.

    System prompts stay behind: those of the contestants count. Raises NoChatsForSuite where nobody has
    said anything.
    """
    newest = sorted(store.conversations.all(), key=lambda one: (one.created, one.id), reverse=True)
    asked: dict[str, str] = {}
    for conversation in newest:
        if len(asked) >= count:
            break
        path = MessageTree(store.messages.of(conversation.id)).path_to(conversation.leaf_id)
        first = next((one.content for one in path if one.role == "user"), "")
        if first.strip():
            asked.setdefault(first, conversation.title)
    if not asked:
        raise NoChatsForSuite
    prompts = tuple(
        SuitePrompt(str(number), (PromptTurn("user", text),), name=title)
        for number, (text, title) in enumerate(asked.items(), 1)
    )
    return add_suite(store, Suite(uuid.uuid4().hex, name, prompts).checked())
