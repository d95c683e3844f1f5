"""The table of messages: the words themselves, and replies while they are being written."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from sqlite_utils import Database

from benchtop.domain.chat import Message, SearchHit
from benchtop.domain.errors import StoreError
from benchtop.store import search
from benchtop.store.connection import Connection
from benchtop.store.rows import (
    clean,
    clean_optional,
    pack,
    pack_adapters,
    pack_timings,
    unpack,
    unpack_adapters,
    unpack_timings,
)
from benchtop.store.table import TableFamily, marks
from benchtop.store.writer import Writer, mark_interrupted

COLUMNS = tuple(f.name for f in fields(Message))
_SELECT = f"select {', '.join(COLUMNS)} from messages"
_INSERT = (
    f"insert into messages ({', '.join(COLUMNS)}, writer_pid, writer_started)"
    f" values ({marks(len(COLUMNS) + 2)})"
)
_FINISHED = (
    "content", "reasoning", "state", "model_id", "model_name", "adapters", "params", "timings",
    "stop", "note",
)  # fmt: skip
"""What finish() sets: never who said it, where, when, or what the person thought of it."""
_MAY_GROW = (
    "((writer_pid = ? and writer_started = ?)"
    " or (state <> 'streaming' and instr(?, content) = 1 and instr(?, reasoning) = 1))"
)
"""A reply may be rewritten by who is writing it; one that has ended may only be added to."""


class MessageTable(TableFamily):
    """Messages of every conversation. Every method may raise the errors of a Connection."""

    def __init__(self, connection: Connection, writer: Writer) -> None:
        super().__init__(connection)
        self._writer = writer

    def of(self, conversation_id: str) -> list[Message]:
        """A conversation's messages in the order they were added; none for an unknown one.

        Replies whose process has died since the store was opened are marked as interrupted first.
        """
        found = self._of(conversation_id)
        if any(m.state == "streaming" for m in found) and mark_interrupted(self._connection):
            return self._of(conversation_id)
        return found

    def _of(self, conversation_id: str) -> list[Message]:
        with self._connection.reading() as database:
            rows = database.execute(
                f"{_SELECT} where conversation_id = ? order by seq", (conversation_id,)
            ).fetchall()
        return [_message(row) for row in rows]

    def get(self, message_id: str) -> Message:
        """One message; StoreError for an unknown one."""
        with self._connection.reading() as database:
            row = database.execute(f"{_SELECT} where id = ?", (message_id,)).fetchone()
        if row is None:
            raise self._unknown("message", message_id)
        return _message(row)

    def add(self, message: Message, *, show: bool = True) -> None:
        """Add a message and, unless ``show`` is False, make it the end of the branch on show.

        Raises ConversationUnknown, and StoreError when its id is taken or its parent is not in the
        same conversation.
        """
        values = [_packed(name, getattr(message, name)) for name in COLUMNS]
        writer = self._writer_values() if message.state == "streaming" else (None, None)
        with self._connection.writing() as database:
            if not database.execute(
                "select 1 from conversations where id = ?", (message.conversation_id,)
            ).fetchone():
                raise self._unknown_conversation(message.conversation_id)
            database.execute(_INSERT, (*values, *writer))
            if show:
                database.execute(
                    "update conversations set leaf_id = ?, updated = max(updated, ?) where id = ?",
                    (message.id, message.created, message.conversation_id),
                )

    def flush(self, message_id: str, content: str, reasoning: str) -> None:
        """Keep the text so far of a reply that is being written.

        Raises StoreError for an unknown message, for one that another process is writing, or that
        has ended with other words.
        """
        content, reasoning = clean(content), clean(reasoning)
        with self._connection.writing() as database:
            changed = database.execute(
                "update messages set content = ?, reasoning = ?, state = 'streaming', note = '',"
                f" writer_pid = ?, writer_started = ? where id = ? and {_MAY_GROW}",
                (
                    content, reasoning, *self._writer_values(), message_id,
                    *self._writer_values(), content, reasoning,
                ),
            ).rowcount  # fmt: skip
            if not changed:
                raise self._refused(message_id)

    def finish(self, message: Message) -> None:
        """Keep the final text, state, timings, stop and note of a reply.

        Rating and example stay as they are in the store. Raises what flush() raises.
        """
        values = [_packed(name, getattr(message, name)) for name in _FINISHED]
        assignments = ", ".join(f"{name} = ?" for name in _FINISHED)
        with self._connection.writing() as database:
            changed = database.execute(
                f"update messages set {assignments}, writer_pid = null, writer_started = null"
                f" where id = ? and {_MAY_GROW}",
                (*values, message.id, *self._writer_values(), *values[:2]),
            ).rowcount
            if not changed:
                raise self._refused(message.id)
            database.execute(
                "update conversations set updated = max(updated, ?) where id = ?",
                (time.time(), message.conversation_id),
            )

    def reopen(self, message_id: str, content: str, reasoning: str) -> None:
        """Go on with a reply that has ended with just these words, in its own place.

        Raises StoreError for an unknown message, for one of the person's own, and for one that
        another process is writing or has ended with other words.
        """
        me = self._writer_values()
        with self._connection.writing() as database:
            changed = database.execute(
                "update messages set state = 'streaming', note = '', stop = null,"
                " writer_pid = ?, writer_started = ? where id = ? and role = 'assistant'"
                f" and content = ? and reasoning = ? and {_MAY_GROW}",
                (*me, message_id, clean(content), clean(reasoning), *me, content, reasoning),
            ).rowcount
            if changed:
                return
        if self.get(message_id).role != "assistant":
            raise self._unknown("reply", message_id)
        raise self._refused(message_id)

    def rate(self, message_id: str, rating: int) -> None:
        """Set a rating of -1, 0 or 1; StoreError for an unknown message or another number."""
        self._set(message_id, "rating", rating)

    def mark_example(self, message_id: str, example: bool) -> None:
        """Keep a reply for Teach, or no longer; StoreError for an unknown message."""
        self._set(message_id, "example", int(example))

    def search(self, words: str, limit: int = 50) -> list[SearchHit]:
        """What contains all these words, as store.search describes; any text is a valid search."""
        with self._connection.reading() as database:
            return search.search(database, words, limit)

    def conversations_to_learn_from(self) -> list[str]:
        """The conversations outside the bin with a reply that is rated up, kept for Teach, or that no model
        wrote, as one that a person edited."""
        with self._connection.reading() as database:
            rows = database.execute(
                "select id from conversations where deleted is null and exists (select 1 from messages"
                " where conversation_id = conversations.id and role = 'assistant' and (rating > 0"
                " or example or (state = 'complete' and stop is null and timings = '')))"
            ).fetchall()
        return [row[0] for row in rows]

    def count(self) -> int:
        """How many messages there are, those of the bin included."""
        with self._connection.reading() as database:
            number: int = database.execute("select count(*) from messages").fetchone()[0]
        return number

    def _set(self, message_id: str, column: str, value: int) -> None:
        with self._connection.writing() as database:
            changed = database.execute(
                f"update messages set {column} = ? where id = ?", (value, message_id)
            )
            if not changed.rowcount:
                raise self._unknown("message", message_id)

    def _writer_values(self) -> tuple[int, float]:
        return self._writer.pid, self._writer.started

    def _refused(self, message_id: str) -> StoreError:
        """Why an update found no row that it may change."""
        if self.get(message_id).state == "streaming":
            detail = f"another program is writing the message {message_id}, whose words are kept."
        else:
            detail = f"the message {message_id} has ended with other words, which are kept."
        return StoreError(path=str(self._connection.path), detail=detail)


def insert(database: Database, message: Message) -> None:
    """Insert a finished message inside the caller's transaction, and nothing else."""
    values = [_packed(name, getattr(message, name)) for name in COLUMNS]
    database.execute(_INSERT, (*values, None, None))


def _packed(name: str, value: Any) -> Any:
    if name == "params":
        return pack(value)
    if name == "adapters":
        return pack_adapters(value)
    if name == "timings":
        return pack_timings(value)
    return clean_optional(value) if value is None or isinstance(value, str) else value


def _message(row: Sequence[Any]) -> Message:
    """A row of COLUMNS; by place, since a long conversation has thousands."""
    (
        one, conversation, parent, role, content, created, reasoning, state, model_id, model_name,
        adapters, params, timings, stop, rating, example, note,
    ) = row  # fmt: skip
    return Message(
        one, conversation, parent, role, content, created, reasoning, state, model_id, model_name,
        unpack_adapters(adapters), unpack(params), unpack_timings(timings), stop, rating,
        bool(example), note,
    )  # fmt: skip
