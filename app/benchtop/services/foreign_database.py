"""Reading the SQLite file of another program, which may have it open: without a lock on it, a change to it,
or a copy of it on a disk.

What lies still is read as it lies. What has something in its write-ahead log only is put together in
memory. Where the program has written meanwhile all is read again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from benchtop.domain.errors import ChatUnreadable
from benchtop.services.chat_files import (
    LARGEST_FILE,
    LARGEST_TEXT,
    MEGABYTE,
    SECONDS_OF_A_FILE,
    TOO_LONG,
    checked_size,
    read_bytes,
    size_of,
    told,
)
from benchtop.services.local_walk import Cancelled
from benchtop.services.sqlite_in_memory import with_log

if TYPE_CHECKING:
    from benchtop.services.other_chats import Found

SECONDS = 5.0
"""No statement on a person's chats takes longer."""
LARGEST_AT_REST = 4096 * MEGABYTE
"""Bytes of a file that is read as it lies: most of it are pictures and the like, which are not read."""
_COUNTED = 64 * MEGABYTE
_STEPS = 10_000  # of SQLite's machine, between two looks at the clock
_TRIES = 3

Row = tuple[Any, ...]


class ForeignDatabase:
    """An open file of a stranger's: no statement takes longer than SECONDS, or goes on when cancelled.

    What is a table to us may be a view that never ends.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, cancelled: Cancelled) -> None:
        self.path = path
        self._connection, self._cancelled = connection, cancelled
        self._last = monotonic() + SECONDS_OF_A_FILE  # nobody waits for it any longer
        self._end = 0.0
        self._room = LARGEST_FILE
        self.stopped = False
        connection.text_factory = lambda data: data.decode("utf-8", "replace")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_TEXT)
        connection.execute("pragma temp_store = memory")
        connection.set_progress_handler(self._stop, _STEPS)

    def rows(self, query: str, *values: object) -> list[Row]:
        """All that a query finds; sqlite3.DataError where that is more than Benchtop reads."""
        self._end = min(monotonic() + SECONDS, self._last)
        found: list[Row] = []
        room = LARGEST_TEXT
        for row in self._connection.execute(query, values):
            room -= sum(len(value) for value in row if isinstance(value, str | bytes))
            if room < 0:
                raise sqlite3.DataError
            found.append(row)
        self._room -= LARGEST_TEXT - room
        if self._room < 0:
            detail = f"what it says is more than {LARGEST_FILE // MEGABYTE} MB"
            raise ChatUnreadable(path=str(self.path), detail=detail)
        return found

    def _stop(self) -> bool:
        self.stopped = self._cancelled() or monotonic() > self._end
        return self.stopped


def read_at_rest(
    path: Path,
    read: Callable[[ForeignDatabase], list[Found]],
    cancelled: Cancelled,
    program: str,
) -> list[Found]:
    """What ``read`` finds, of one moment; raises ChatUnreadable for all that may be wrong with the file."""
    for _ in range(_TRIES):
        before = _state(path)
        found: list[Found]
        try:
            with _open(path, cancelled, program) as database:
                found = read(database)
        except ChatUnreadable as error:
            found = [told(error, path)]
        if before == _state(path):
            return found
    detail = f"{program} is writing to it: quit {program}, then bring it in again"
    raise ChatUnreadable(path=str(path), detail=detail)


@contextmanager
def open_to_count(path: Path, cancelled: Cancelled) -> Iterator[ForeignDatabase]:
    """The file as it is now; where it is large without what is in its log only."""
    in_memory = _has_log(path) and size_of(path) + size_of(_log_of(path)) <= _COUNTED
    with (_in_memory if in_memory else _as_it_lies)(path, cancelled) as database:
        yield database


@contextmanager
def _open(path: Path, cancelled: Cancelled, program: str) -> Iterator[ForeignDatabase]:
    size = checked_size(path, LARGEST_AT_REST) + size_of(_log_of(path))
    if _has_log(path) and size > LARGEST_FILE:
        detail = (
            f"it has {size // MEGABYTE:,} MB and is open in {program}: quit {program}, then bring it in"
            " again"
        )
        raise ChatUnreadable(path=str(path), detail=detail)
    with (_in_memory if _has_log(path) else _as_it_lies)(path, cancelled) as database:
        yield database


def _log_of(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def _has_log(path: Path) -> bool:
    """Whether something of it is in its write-ahead log only: its program is running, or ended badly."""
    return size_of(_log_of(path)) > 0


def _state(path: Path) -> list[tuple[int, int]]:
    """What changes when something is written."""
    found: list[tuple[int, int]] = []
    for one in (path, _log_of(path)):
        with suppress(OSError):  # the log may go at any moment
            facts = one.stat()
            if facts.st_size:
                found.append((facts.st_size, facts.st_mtime_ns))
    return found


@contextmanager
def _in_memory(path: Path, cancelled: Cancelled) -> Iterator[ForeignDatabase]:
    whole = with_log(read_bytes(path, LARGEST_FILE), read_bytes(_log_of(path), LARGEST_FILE))
    with _explained(path), closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(whole)
        del whole
        with _within_limits(path, connection, cancelled) as database:
            yield database


@contextmanager
def _as_it_lies(path: Path, cancelled: Cancelled) -> Iterator[ForeignDatabase]:
    """The file itself, which SQLite then neither locks nor writes anything beside."""
    checked_size(path, LARGEST_AT_REST)
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    with (
        _explained(path),
        closing(sqlite3.connect(address, uri=True)) as connection,
        _within_limits(path, connection, cancelled) as database,
    ):
        yield database


@contextmanager
def _within_limits(
    path: Path, connection: sqlite3.Connection, cancelled: Cancelled
) -> Iterator[ForeignDatabase]:
    database = ForeignDatabase(path, connection, cancelled)
    try:
        yield database
    except sqlite3.DataError as error:
        detail = f"what it says is more than {LARGEST_TEXT // MEGABYTE} MB"
        raise ChatUnreadable(path=str(path), detail=detail) from error
    except sqlite3.OperationalError as error:
        if database.stopped:
            raise ChatUnreadable(path=str(path), detail=TOO_LONG) from error
        raise


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise ChatUnreadable(path=str(path), detail="it is damaged") from error
