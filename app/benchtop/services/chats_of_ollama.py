"""The chats of Ollama's app: one SQLite file. `ollama run` keeps none.

Taken from Ollama's source (app/store: store.go for the place, schema.sql, the first that was released,
and database.go, its version 18): tables ``chats`` and ``messages``, with ``thinking`` and
``model_name``; no system prompt and no other attempts are kept.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from benchtop.domain.errors import ChatIncomplete, ChatUnreadable
from benchtop.services.chat_files import LARGEST_TEXT, MEGABYTE, each_of, is_file, time_of_file
from benchtop.services.foreign_database import ForeignDatabase, Row, open_to_count, read_at_rest
from benchtop.services.local_places import OLLAMA, Machine
from benchtop.services.local_walk import Cancelled, never
from benchtop.services.other_chats import Found, OtherChat, OtherMessage, part_thoughts, seconds

_COUNT = "select count(*) from chats"
_WITH_MESSAGES = "select count(*) from chats where id in (select chat_id from messages)"
_CHATS = "select id, title, created_at from chats order by created_at, id"
_WITHOUT_TITLES = "select id, '', created_at from chats order by created_at, id"
_IDS = "select id from messages where chat_id = ? order by id"
_MESSAGES = (
    "select role, content, thinking, model_name, created_at, {attachments}"
    " from messages where {which} = ? order by messages.id"
)
_ATTACHMENTS = "(select count(*) from attachments where message_id = messages.id)"
_ROLES = frozenset({"user", "assistant", "system", "tool"})


def count(machine: Machine, cancelled: Cancelled = never) -> int:
    """How many chats there are, without those that nothing was written in."""
    found = 0
    for path in _databases(machine):
        try:
            with open_to_count(path, cancelled) as database:
                database.rows(_COUNT)  # of what never ends this takes no room
                found += database.rows(_WITH_MESSAGES)[0][0]
        except ChatUnreadable:
            found += 1  # told of when it is read
    return found


def read(machine: Machine, cancelled: Cancelled = never) -> Iterator[Found]:
    """The chats, one file after the other; after a chat what could not be read of it."""

    def chats_in(path: Path) -> list[Found]:
        return read_at_rest(path, lambda database: list(_found(database)), cancelled, OLLAMA)

    yield from each_of(_databases(machine), chats_in, cancelled)


def _databases(machine: Machine) -> list[Path]:
    """Where the app keeps its file on this system."""
    if machine.platform in ("win32", "darwin"):
        folder = machine.local_data / "Ollama"
    else:
        folder = machine.home / ".ollama"
    path = folder / "db.sqlite"
    return [path] if is_file(path) else []


def _found(database: ForeignDatabase) -> Iterator[Found]:
    database.rows(_COUNT)  # of what never ends this takes no room, sorting it would
    try:
        chats = database.rows(_CHATS)
    except sqlite3.DataError:  # a title without an end
        chats = database.rows(_WITHOUT_TITLES)
    for row in chats:
        name = _text(row[1]) or str(row[0])
        try:
            yield from _chat(database, row)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            yield _unreadable(database, f"“{name}” in it is damaged")


def _chat(database: ForeignDatabase, row: Row) -> Iterator[Found]:
    """The chat, and what is wrong with it."""
    own_id, title, began = row
    created = seconds(began) or time_of_file(database.path)
    rows = _rows(database, own_id)
    messages = tuple(_messages(rows, created))
    name = _text(title) or ""
    if messages:
        yield OtherChat(OLLAMA, str(own_id), name, created, messages)
    large = sum(1 for one in rows if one is None)
    unknown = sum(1 for one in rows if one is not None and not _is_understood(one))
    if not large and not unknown:
        return
    detail = f"of “{name or own_id}” {_what_is_wrong(large, unknown)}"
    if messages:
        yield ChatIncomplete(path=str(database.path), detail=detail)
    else:
        yield _unreadable(database, detail)


def _what_is_wrong(large: int, unknown: int) -> str:
    details = (
        f"{_messages_are(large)} larger than {LARGEST_TEXT // MEGABYTE} MB" if large else "",
        f"{_messages_are(unknown)} in a form unknown here" if unknown else "",
    )
    return " and ".join(one for one in details if one)


def _messages_are(count: int) -> str:
    return "1 message is" if count == 1 else f"{count:,} messages are"


def _unreadable(database: ForeignDatabase, detail: str) -> ChatUnreadable:
    return ChatUnreadable(path=str(database.path), detail=detail)


def _rows(database: ForeignDatabase, chat_id: object) -> list[Row | None]:
    """The messages of a chat, None in the place of each that is too large."""
    known = "select 1 from sqlite_master where name = 'attachments'"
    attachments = _ATTACHMENTS if database.rows(known) else "0"  # since version 3
    try:
        return [*database.rows(_MESSAGES.format(attachments=attachments, which="chat_id"), chat_id)]
    except sqlite3.DataError:
        query = _MESSAGES.format(attachments=attachments, which="messages.id")
        return [_row(database, query, number) for (number,) in database.rows(_IDS, chat_id)]


def _row(database: ForeignDatabase, query: str, number: object) -> Row | None:
    try:
        return next(iter(database.rows(query, number)), None)
    except sqlite3.DataError:
        return None


def _messages(rows: list[Row | None], created: float) -> Iterator[OtherMessage]:
    parent = None
    for place, row in enumerate(rows):
        if row is None:
            continue
        role, content, thinking, model, time, files = row
        reasoning, text = part_thoughts(_text(content) or "")
        thoughts = (_text(thinking) or "").strip()
        reasoning = "\n\n".join(one for one in (thoughts, reasoning) if one)
        if role not in ("user", "assistant") or not (text or reasoning or files):
            continue
        # The app writes all messages of a chat anew when it is saved: their numbers do not last.
        name = str(place)
        yield OtherMessage(
            name,
            parent,
            "user" if role == "user" else "assistant",
            text,
            seconds(time) or created,
            reasoning=reasoning,
            model=_text(model) or "" if role == "assistant" else "",
            note="Files that were attached were left out." if files else "",
        )
        parent = name


def _is_understood(row: Row) -> bool:
    role, content, thinking, *_rest = row
    return role in _ROLES and _text(content) is not None and _text(thinking) is not None


def _text(value: object) -> str | None:
    """The words in a field; None where it holds something else."""
    if value is None:
        return ""
    if isinstance(value, bytes):
        try:
            text = value.decode()
        except UnicodeDecodeError:
            return None
        return None if "\0" in text else text
    return str(value)
