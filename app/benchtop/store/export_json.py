"""Conversations as JSON: the format "benchtop-conversations", version 1.

    {"format": "benchtop-conversations", "version": 1, "exported": TIME, "benchtop": "0.1.0",
     "folders": [{"id", "name"}...],                     in the person's order
     "conversations": [{"id", "title", "created", "updated", "titled", "pinned", "folder": NAME or null,
        "leaf_id", "model_id", "system_prompt", "params", "draft", "dropped_before",
        "adapters": [{"path", "scale"}...],
        "messages": [{"id", "parent_id", "role", "content", "reasoning", "created", "state",
           "model_id", "model_name", "adapters": [{"path", "scale"}...], "params", "timings": {} or null,
           "stop", "rating", "example", "note"}...]}...]}      parents before their children

Times are ISO 8601 in UTC. A message's ``parent_id`` is null at the top of the tree; ``leaf_id`` is the
end of the branch on show. What is in the bin is exported only when it is asked for by id.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import benchtop
from benchtop.domain.chat import Conversation, Message
from benchtop.domain.generation import AdapterUse
from benchtop.store.rows import clean
from benchtop.store.timestamps import to_iso

if TYPE_CHECKING:
    from benchtop.store.database import Store

FORMAT = "benchtop-conversations"
VERSION = 1
UNFINISHED_NOTE = "This reply was still being written when it was exported."


def export_json(store: Store, ids: Sequence[str] | None = None) -> dict[str, Any]:
    """The conversations of these ids (None: all but the bin's); raises ConversationUnknown."""
    chosen = chosen_conversations(store, ids)
    used = {conversation.folder_id for conversation in chosen}
    folders = [folder for folder in store.folders.all() if ids is None or folder.id in used]
    names = {folder.id: folder.name for folder in folders}
    return {
        "format": FORMAT,
        "version": VERSION,
        "exported": to_iso(time.time()),
        "benchtop": benchtop.__version__,
        "folders": [{"id": folder.id, "name": folder.name} for folder in folders],
        "conversations": [_conversation(one, names, store.messages.of(one.id)) for one in chosen],
    }


def export_json_text(store: Store, ids: Sequence[str] | None = None) -> str:
    """export_json() as text that any JSON reader takes, one value per line."""
    return clean(json.dumps(export_json(store, ids), ensure_ascii=False, indent=1)) + "\n"


def chosen_conversations(store: Store, ids: Sequence[str] | None) -> list[Conversation]:
    """The conversations of these ids, or all but the bin's."""
    if ids is None:
        return store.conversations.all()
    return [store.conversations.get(one) for one in dict.fromkeys(ids)]


def _conversation(
    conversation: Conversation, folders: dict[str, str], messages: Sequence[Message]
) -> dict[str, Any]:
    values = asdict(conversation)
    del values["deleted"]
    folder_id = values.pop("folder_id")
    return values | {
        "created": to_iso(conversation.created),
        "updated": to_iso(conversation.updated),
        "folder": folders.get(folder_id),
        "adapters": _adapters(conversation.adapters),
        "messages": [_message(message) for message in messages],
    }


def _message(message: Message) -> dict[str, Any]:
    values = asdict(message)
    del values["conversation_id"]
    values["created"] = to_iso(message.created)
    values["adapters"] = _adapters(message.adapters)
    if message.state == "streaming":
        values |= {"state": "interrupted", "note": UNFINISHED_NOTE}
    return values


def _adapters(adapters: Sequence[AdapterUse]) -> list[dict[str, Any]]:
    return [{"path": clean(adapter.path), "scale": adapter.scale} for adapter in adapters]
