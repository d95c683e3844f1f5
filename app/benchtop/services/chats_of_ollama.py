"""The chats of Ollama's app: one SQLite file. `ollama run` keeps none.

Taken from Ollama's source (app/store: store.go for the place, schema.sql, the first that was released,
and database.go, its version 18): tables ``chats`` and ``messages``, with ``thinking`` and
``model_name``; no system prompt and no other attempts are kept. The file may be open in Ollama at that
moment, with what is newest in its write-ahead log: both are copied into a folder for temporary files,
and the copy is read.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchtop.domain.errors import ChatUnreadable
from benchtop.services.local_places import OLLAMA, Machine
from benchtop.services.other_chats import (
    Found,
    OtherChat,
    OtherMessage,
    is_file,
    part_thoughts,
    seconds,
    time_of_file,
)

_CHATS = "select id, title, created_at from chats order by created_at, id"
_MESSAGES = (
    "select messages.id, role, content, thinking, model_name, created_at, {attachments}"
    " from messages where chat_id = ? order by messages.id"
)
_ATTACHMENTS = "(select count(*) from attachments where message_id = messages.id)"


def count(machine: Machine) -> int:
    """How many chats there are."""
    found = 0
    for path in _databases(machine):
        try:
            with _copy(path) if _has_log(path) else _as_it_lies(path) as database:
                found += database.execute("select count(*) from chats").fetchone()[0]
        except ChatUnreadable:
            found += 1  # told of when it is read
    return found


def read(machine: Machine) -> Iterator[Found]:
    """The chats, one file after the other."""
    for path in _databases(machine):
        try:
            with _copy(path) as database:
                chats = [_chat(database, row, path) for row in database.execute(_CHATS)]
        except ChatUnreadable as error:
            yield error
            continue
        yield from (chat for chat in chats if chat.messages)


def _databases(machine: Machine) -> list[Path]:
    """Where the app keeps its file on this system."""
    if machine.platform in ("win32", "darwin"):
        folder = machine.local_data / "Ollama"
    else:
        folder = machine.home / ".ollama"
    path = folder / "db.sqlite"
    return [path] if is_file(path) else []


def _log_of(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def _has_log(path: Path) -> bool:
    """Whether something of it is in its write-ahead log only: Ollama is running, or ended badly."""
    log = _log_of(path)
    return is_file(log) and log.stat().st_size > 0


@contextmanager
def _copy(path: Path) -> Iterator[sqlite3.Connection]:
    """A copy of the file as it is now, open; raises ChatUnreadable for all that may be wrong with it."""
    with _explained(path), TemporaryDirectory(prefix="benchtop-") as folder:
        copy = Path(folder) / "db.sqlite"
        shutil.copyfile(path, copy)
        if _has_log(path):
            shutil.copyfile(_log_of(path), _log_of(copy))
        with closing(sqlite3.connect(copy)) as database:
            database.text_factory = lambda data: data.decode("utf-8", "replace")
            yield database


@contextmanager
def _as_it_lies(path: Path) -> Iterator[sqlite3.Connection]:
    """The file itself, which SQLite then neither locks nor writes anything beside."""
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    with _explained(path), closing(sqlite3.connect(address, uri=True)) as database:
        yield database


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise ChatUnreadable(path=str(path), detail="it is damaged") from error
    except OSError as error:
        detail = (error.strerror or "it cannot be read").lower()
        raise ChatUnreadable(path=str(path), detail=detail) from error


def _chat(
    database: sqlite3.Connection, row: tuple[object, object, object], path: Path
) -> OtherChat:
    own_id, title, began = row
    created = seconds(began) or time_of_file(path)
    return OtherChat(
        OLLAMA,
        str(own_id),
        str(title or ""),
        created,
        tuple(_messages(database, own_id, created)),
    )


def _messages(
    database: sqlite3.Connection, chat_id: object, created: float
) -> Iterator[OtherMessage]:
    known = "select 1 from sqlite_master where name = 'attachments'"
    with_files = database.execute(known).fetchone() is not None  # since version 3
    query = _MESSAGES.format(attachments=_ATTACHMENTS if with_files else "0")
    parent = None
    for place, row in enumerate(database.execute(query, (chat_id,)).fetchall()):
        _number, role, content, thinking, model, time, files = row
        reasoning, text = part_thoughts(str(content or ""))
        reasoning = "\n\n".join(one for one in (str(thinking or "").strip(), reasoning) if one)
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
            model=str(model or "") if role == "assistant" else "",
            note="Files that were attached were left out." if files else "",
        )
        parent = name
