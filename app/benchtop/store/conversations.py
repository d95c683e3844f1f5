"""The table of conversations, and the bin."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from sqlite_utils import Database

from benchtop.domain.chat import Conversation
from benchtop.store.rows import (
    clean,
    clean_optional,
    pack,
    pack_adapters,
    unpack,
    unpack_adapters,
)
from benchtop.store.table import TableFamily, marks

COLUMNS = tuple(f.name for f in fields(Conversation))
SHORTEST_PREFIX = 6
_CHANGEABLE = frozenset(COLUMNS) - {"id", "created", "updated", "deleted"}
_SELECT = f"select {', '.join(COLUMNS)} from conversations"
_INSERT = f"insert into conversations ({', '.join(COLUMNS)}) values ({marks(len(COLUMNS))})"
_TEXTS = ("id", "title", "system_prompt", "draft")
_OPTIONAL_TEXTS = ("folder_id", "leaf_id", "model_id", "dropped_before")


class ConversationTable(TableFamily):
    """Conversations without their messages. Every method may raise the errors of a Connection."""

    def all(self) -> list[Conversation]:
        """Those not in the bin: pinned ones first, then the newest."""
        return self._select("where deleted is null order by pinned desc, updated desc, id")

    def in_bin(self) -> list[Conversation]:
        """Those in the bin, the last deleted first."""
        return self._select("where deleted is not null order by deleted desc, id")

    def get(self, conversation_id: str) -> Conversation:
        """The conversation, also one in the bin; ConversationUnknown."""
        found = self._select("where id = ?", clean(conversation_id))
        if not found:
            raise self._unknown_conversation(conversation_id)
        return found[0]

    def find(self, id_or_prefix: str) -> Conversation:
        """The conversation of an id, or of the beginning (6 characters or more) of just one id.

        A beginning finds nothing in the bin. Raises ConversationUnknown, also for two matches.
        """
        wanted = clean(id_or_prefix)
        found = self._select("where id = ?", wanted)
        if not found and len(wanted) >= SHORTEST_PREFIX:
            found = self._select("where deleted is null and instr(id, ?) = 1 limit 2", wanted)
        if len(found) != 1:
            raise self._unknown_conversation(id_or_prefix)
        return found[0]

    def add(self, conversation: Conversation) -> None:
        """Add a new conversation; StoreError when its id is taken."""
        values = [_packed(name, getattr(conversation, name)) for name in COLUMNS]
        with self._connection.writing() as database:
            database.execute(_INSERT, values)

    def change(self, conversation_id: str, *, touch: bool = False, **changes: Any) -> Conversation:
        """Set fields by name and return the new state; ``touch`` makes it the newest of the list.

        The id and the times cannot be set; TypeError for those and for unknown names. Raises
        ConversationUnknown.
        """
        wrong = set(changes) - _CHANGEABLE
        if wrong:
            raise TypeError(f"no changeable fields of a conversation: {sorted(wrong)}")
        values = {name: _packed(name, value) for name, value in changes.items()}
        if touch:
            values["updated"] = time.time()
        with self._connection.writing() as database:
            if values:
                assignments = ", ".join(f"{name} = ?" for name in values)
                database.execute(
                    f"update conversations set {assignments} where id = ?",
                    (*values.values(), conversation_id),
                )
            return self.get(conversation_id)

    def delete(self, ids: Sequence[str]) -> None:
        """Move to the bin: all of them, or none and ConversationUnknown."""
        with self._connection.writing() as database:
            self._check_known(database, ids)
            now = time.time()
            database.conn.executemany(
                "update conversations set deleted = ? where id = ? and deleted is null",
                [(now, one) for one in ids],
            )

    def restore(self, ids: Sequence[str]) -> None:
        """Take out of the bin: all of them, or none and ConversationUnknown."""
        with self._connection.writing() as database:
            self._check_known(database, ids)
            database.conn.executemany(
                "update conversations set deleted = null where id = ?", [(one,) for one in ids]
            )

    def empty_bin(self, older_than: float) -> int:
        """Remove for good what was deleted before that time (seconds since 1970); how many.

        Their words leave the file as well: the index keeps those of deleted rows until its parts are
        merged (1.5 s for 100,000 messages), and the write-ahead log keeps old pages until it is cut.
        Snapshots made before an upgrade are older copies and stay as they are.
        """
        return self._purge("deleted < ?", (older_than,))

    def purge(self, ids: Sequence[str]) -> int:
        """Remove for good those of the ids that are in the bin, as empty_bin() does; how many."""
        return self._purge(f"deleted is not null and id in ({marks(len(ids))})", tuple(ids))

    def _purge(self, which: str, values: tuple[float | str, ...]) -> int:
        with self._connection.writing() as database:
            removed = database.execute(f"delete from conversations where {which}", values).rowcount
            if removed:
                for index in ("messages_fts", "titles_fts", "unspaced_fts"):
                    database.execute(f"insert into {index} ({index}) values ('optimize')")
        if removed:
            self._connection.cut_log()
        return removed

    def _check_known(self, database: Database, ids: Sequence[str]) -> None:
        for one in ids:
            if not database.execute("select 1 from conversations where id = ?", (one,)).fetchone():
                raise self._unknown_conversation(one)

    def _select(self, rest: str, *parameters: str) -> list[Conversation]:
        with self._connection.reading() as database:
            rows = database.execute(f"{_SELECT} {rest}", parameters).fetchall()
        return [_conversation(row) for row in rows]


def _packed(name: str, value: Any) -> Any:
    if name in _TEXTS:
        return clean(value)
    if name in _OPTIONAL_TEXTS:
        return clean_optional(value)
    if name == "params":
        return pack(value)
    if name == "adapters":
        return pack_adapters(value)
    return value


def _conversation(row: Sequence[Any]) -> Conversation:
    values = dict(zip(COLUMNS, row, strict=True))
    values["titled"] = bool(values["titled"])
    values["pinned"] = bool(values["pinned"])
    values["params"] = unpack(values["params"])
    values["adapters"] = unpack_adapters(values["adapters"])
    return Conversation(**values)
