"""Conversations as Markdown to read: of each, the branch on show."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from benchtop.domain.chat import Conversation, Message, MessageTree
from benchtop.store.export_json import chosen_conversations
from benchtop.store.timestamps import to_iso

if TYPE_CHECKING:
    from benchtop.store.database import Store

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_ENDINGS = {
    "streaming": "Still being written.",
    "stopped": "Stopped.",
    "interrupted": "Interrupted.",
    "failed": "Failed.",
}


def export_markdown(store: Store, ids: Sequence[str] | None = None) -> str:
    """The conversations of these ids (None: all but the bin's); raises ConversationUnknown."""
    parts = [
        _conversation(one, store.messages.of(one.id)) for one in chosen_conversations(store, ids)
    ]
    return "\n---\n\n".join(parts)


def _conversation(conversation: Conversation, messages: Sequence[Message]) -> str:
    blocks = heading_blocks(conversation)
    for message in MessageTree(messages).path_to(conversation.leaf_id):
        blocks.extend(message_blocks(message))
    return "\n\n".join(blocks) + "\n"


def heading_blocks(conversation: Conversation) -> list[str]:
    """The title, the day it was started and the system prompt."""
    blocks = [
        f"# {_line(conversation.title) or 'Untitled'}",
        f"Started {_day(conversation.created)}.",
    ]
    if conversation.system_prompt.strip():
        blocks.append(_quote("System prompt: " + conversation.system_prompt.strip()))
    return blocks


def message_blocks(message: Message) -> list[str]:
    """A heading of who said it, and what was said."""
    who = "You" if message.role == "user" else _line(message.model_name) or "Assistant"
    blocks = [f"## {who}"]
    if message.reasoning.strip():
        reasoning = close_fences(message.reasoning.strip())
        blocks += ["<details><summary>Reasoning</summary>", _no_tag(reasoning), "</details>"]
    if message.content.strip():
        blocks.append(close_fences(message.content.strip("\n")))
    ending = _ENDINGS.get(message.state)
    if ending is not None:
        blocks.append(f"*{' '.join(filter(None, [ending, _line(message.note)]))}*")
    return blocks


def close_fences(text: str) -> str:
    """Close a code block that was left open, or it would swallow all that comes after.

    A fence ends at a line of as many of the same sign or more, and nothing else
    (CommonMark 0.31, section 4.5).
    """
    opened = ""
    for line in text.splitlines():
        found = _FENCE.fullmatch(line)
        if found is None:
            continue
        fence, rest = found[1], found[2]
        if not opened:
            if fence[0] == "~" or "`" not in rest:
                opened = fence
        elif fence.startswith(opened) and not rest.strip():
            opened = ""
    return f"{text}\n{opened}" if opened else text


def _no_tag(text: str) -> str:
    """Text that cannot close the <details> it stands in."""
    return re.sub(r"<(?=/?(details|summary)\b)", "&lt;", text, flags=re.IGNORECASE)


def _quote(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def _line(text: str) -> str:
    """One line of plain words: what Markdown would take for more than that is escaped."""
    return re.sub(r"([\\`*_\[\]<>#])", r"\\\1", " ".join(text.split()))


def _day(seconds: float) -> str:
    return to_iso(seconds)[:10]
