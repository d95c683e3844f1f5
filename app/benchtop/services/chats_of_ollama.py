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
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from benchtop.domain.errors import ChatUnreadable
from benchtop.services.chat_files import LARGEST_TEXT, MEGABYTE, each_of, is_file, time_of_file
from benchtop.services.local_places import OLLAMA, Machine
from benchtop.services.local_walk import Cancelled, never
from benchtop.services.other_chats import Found, OtherChat, OtherMessage, part_thoughts, seconds

SECONDS = 5.0
"""No statement on a person's chats takes longer."""
_STEPS = 10_000  # of SQLite's machine, between two looks at the clock
_COUNT = "select count(*) from chats"
_CHATS = "select id, title, created_at from chats order by created_at, id"
_MESSAGES = (
    "select messages.id, role, content, thinking, model_name, created_at, {attachments}"
    " from messages where chat_id = ? order by messages.id"
)
_ATTACHMENTS = "(select count(*) from attachments where message_id = messages.id)"


def count(machine: Machine, cancelled: Cancelled = never) -> int:
    """How many chats there are."""
    found = 0
    for path in _databases(machine):
        opened = _copy if _has_log(path) else _as_it_lies
        try:
            with opened(path, cancelled) as database:
                found += database.rows(_COUNT)[0][0]
        except ChatUnreadable:
            found += 1  # told of when it is read
    return found


def read(machine: Machine, cancelled: Cancelled = never) -> Iterator[Found]:
    """The chats, one file after the other."""

    def chats_in(path: Path) -> Iterator[Found]:
        with _copy(path, cancelled) as database:
            database.rows(_COUNT)  # of what never ends this takes no room, sorting it would
            chats = [_chat(database, row, path) for row in database.rows(_CHATS)]
        yield from (chat for chat in chats if chat.messages)

    yield from each_of(_databases(machine), chats_in, cancelled)


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


class _Database:
    """An open file of a stranger's: no statement takes longer than SECONDS, or goes on when cancelled.

    What is a table to us may be a view that never ends.
    """

    def __init__(self, connection: sqlite3.Connection, cancelled: Cancelled) -> None:
        self._connection, self._cancelled = connection, cancelled
        self._end = 0.0
        self.stopped = False
        connection.text_factory = lambda data: data.decode("utf-8", "replace")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_TEXT)
        connection.set_progress_handler(self._stop, _STEPS)

    def rows(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        """All that a query finds."""
        self._end = monotonic() + SECONDS
        return self._connection.execute(query, values).fetchall()

    def _stop(self) -> bool:
        self.stopped = self._cancelled() or monotonic() > self._end
        return self.stopped


@contextmanager
def _copy(path: Path, cancelled: Cancelled) -> Iterator[_Database]:
    """A copy of the file as it is now, open; raises ChatUnreadable for all that may be wrong with it."""
    with _explained(path), TemporaryDirectory(prefix="benchtop-") as folder:
        copy = Path(folder) / "db.sqlite"
        shutil.copyfile(path, copy)
        if _has_log(path):
            shutil.copyfile(_log_of(path), _log_of(copy))
        with _opened(path, str(copy), cancelled) as database:
            yield database


@contextmanager
def _as_it_lies(path: Path, cancelled: Cancelled) -> Iterator[_Database]:
    """The file itself, which SQLite then neither locks nor writes anything beside."""
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    with _explained(path), _opened(path, address, cancelled) as database:
        yield database


@contextmanager
def _opened(path: Path, address: str, cancelled: Cancelled) -> Iterator[_Database]:
    with closing(sqlite3.connect(address, uri=address.startswith("file:"))) as connection:
        database = _Database(connection, cancelled)
        try:
            yield database
        except sqlite3.DataError as error:  # beyond the limit of length
            detail = f"a text in it is larger than {LARGEST_TEXT // MEGABYTE} MB"
            raise ChatUnreadable(path=str(path), detail=detail) from error
        except sqlite3.OperationalError as error:
            if database.stopped:
                raise ChatUnreadable(path=str(path), detail="reading it took too long") from error
            raise


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise ChatUnreadable(path=str(path), detail="it is damaged") from error
    except OSError as error:
        detail = (error.strerror or "it cannot be read").lower()
        raise ChatUnreadable(path=str(path), detail=detail) from error


def _chat(database: _Database, row: tuple[object, object, object], path: Path) -> OtherChat:
    own_id, title, began = row
    created = seconds(began) or time_of_file(path)
    return OtherChat(
        OLLAMA,
        str(own_id),
        str(title or ""),
        created,
        tuple(_messages(database, own_id, created)),
    )


def _messages(database: _Database, chat_id: object, created: float) -> Iterator[OtherMessage]:
    known = "select 1 from sqlite_master where name = 'attachments'"
    with_files = bool(database.rows(known))  # since version 3
    query = _MESSAGES.format(attachments=_ATTACHMENTS if with_files else "0")
    parent = None
    for place, row in enumerate(database.rows(query, (chat_id,))):
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
