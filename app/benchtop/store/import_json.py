"""Merge an export into the store: what is missing is added, what is there is never overwritten.

A message is the same when its id, place, role and words are. One whose id is taken by other words is
kept apart: it comes in beside those as a sibling, under an id made from its content, so that the
same file merged again finds it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sqlite_utils import Database

from benchtop.domain.chat import Folder, Message
from benchtop.store.export_file import read_export
from benchtop.store.import_reader import Export, ImportedConversation, read_values
from benchtop.store.messages import insert

if TYPE_CHECKING:
    from benchtop.store.database import Store

_Words = tuple[str, str | None, str, str, str]
"""Conversation, parent, role, content and reasoning: what makes a message the same as another."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What a merge did. Every message of the file is in one of the last three counts.

    ``restored`` conversations were in the bin and came back out of it.
    """

    conversations_added: int = 0
    messages_added: int = 0
    unchanged: int = 0
    kept_apart: int = 0
    restored: int = 0

    def __add__(self, other: ImportResult) -> ImportResult:
        return ImportResult(
            self.conversations_added + other.conversations_added,
            self.messages_added + other.messages_added,
            self.unchanged + other.unchanged,
            self.kept_apart + other.kept_apart,
            self.restored + other.restored,
        )


def import_file(store: Store, path: Path) -> ImportResult:
    """import_json() of the file at ``path``."""
    return import_json(store, read_export(path), str(path))


def import_json(store: Store, data: object, source: str = "This export") -> ImportResult:
    """Merge the parsed JSON of an export, all of it or nothing; ``source`` names it in a complaint.

    A conversation that is there keeps its title, settings and the branch on show; one that is in the
    bin comes back. Raises ImportInvalid, and what writing to the store may raise.
    """
    export = read_values(data, source)
    result = ImportResult()
    with store.connection.writing() as database:
        folders = _merge_folders(store, export)
        for item in export.conversations:
            result += _merge_conversation(store, database, item, folders)
    return result


def _merge_folders(store: Store, export: Export) -> dict[str, str]:
    """The ids of the folders by name; those that are missing are added at the end."""
    there = store.folders.all()
    ids = {folder.name: folder.id for folder in reversed(there)}
    taken = {folder.id for folder in there}
    used = [Folder("", item.folder) for item in export.conversations if item.folder is not None]
    for folder in (*export.folders, *used):
        if folder.name not in ids:
            wanted = folder.id if folder.id not in taken else None
            ids[folder.name] = store.folders.add(folder.name, wanted or None).id
            taken.add(ids[folder.name])
    return ids


def _merge_conversation(
    store: Store, database: Database, item: ImportedConversation, folders: dict[str, str]
) -> ImportResult:
    here = item.conversation
    known = database.execute(
        "select leaf_id, deleted from conversations where id = ?", (here.id,)
    ).fetchone()
    if known is None:
        folder = folders[item.folder] if item.folder is not None else None
        store.conversations.add(replace(here, folder_id=folder, leaf_id=None, dropped_before=None))
    names, counts = _merge_messages(database, item.messages)
    last = names[item.messages[-1].id] if item.messages else None
    leaf = names.get(here.leaf_id, last) if here.leaf_id is not None else None
    if known is None:
        dropped = names.get(here.dropped_before or "")
        store.conversations.change(here.id, leaf_id=leaf, dropped_before=dropped)
        return counts + ImportResult(conversations_added=1)
    if known[0] is None and leaf is not None:
        store.conversations.change(here.id, leaf_id=leaf)
    if known[1] is not None:
        store.conversations.restore([here.id])
        return counts + ImportResult(restored=1)
    return counts


def _merge_messages(
    database: Database, messages: Sequence[Message]
) -> tuple[dict[str, str], ImportResult]:
    """Add what is missing; returns the id in the store of each id of the file, and the counts."""
    names: dict[str, str] = {}
    unchanged = kept_apart = 0
    for message in messages:
        parent = names[message.parent_id] if message.parent_id is not None else None
        wanted = replace(message, parent_id=parent)
        words = _words(wanted)
        name = message.id
        there = _words_of(database, name)
        while there is not None and there != words:
            name = _apart(name, words)
            there = _words_of(database, name)
        names[message.id] = name
        if there is None:
            insert(database, replace(wanted, id=name))
            kept_apart += name != message.id
        else:
            unchanged += 1
    added = len(messages) - unchanged - kept_apart
    return names, ImportResult(messages_added=added, unchanged=unchanged, kept_apart=kept_apart)


def _words(message: Message) -> _Words:
    return (
        message.conversation_id, message.parent_id, message.role, message.content, message.reasoning,
    )  # fmt: skip


def _words_of(database: Database, message_id: str) -> _Words | None:
    row: _Words | None = database.execute(
        "select conversation_id, parent_id, role, content, reasoning from messages where id = ?",
        (message_id,),
    ).fetchone()
    return row


def _apart(message_id: str, words: _Words) -> str:
    """An id for other words under a taken id: the same words always get the same."""
    return hashlib.sha256(json.dumps([message_id, *words]).encode()).hexdigest()[:32]
