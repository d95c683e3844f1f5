"""One connection to the store's file: private on the disk, durable, and plain about its failures.

A process that closes any descriptor of a file loses all locks that it holds on that file (POSIX; see "How To
Corrupt An SQLite Database File", 2.2). Another process would then take itself for the only one, and remove
the write-ahead log of those who are still there. So nothing but SQLite opens the file once a connection to it
is open in this process.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlite_utils import Database

from benchtop.store.sqlite_errors import is_busy, store_errors

BUSY_SECONDS = 5.0
opening = threading.RLock()
"""Held from the look at a file to the connection to it."""
_open_here: Counter[tuple[int, int]] = Counter()
"""Connections of this process, by device and inode; guarded by ``opening``."""


class Connection:
    """The store's Database. Use it from one thread at a time."""

    def __init__(self, path: Path, database: Database) -> None:
        self.path = path
        self._database = database
        self._file = _note_open(path)

    @contextmanager
    def reading(self) -> Iterator[Database]:
        """Read; raises StoreBusy, StoreDamaged, StoreReadOnly, StoreFull or StoreError."""
        with store_errors(self.path):
            yield self._database

    @contextmanager
    def writing(self) -> Iterator[Database]:
        """One transaction, all or nothing; inside another one it becomes part of that.

        Raises what reading() raises.
        """
        database = self._database
        with store_errors(self.path):
            if database.conn.in_transaction:
                yield database
                return
            # IMMEDIATE: a transaction that reads first and then finds another process writing
            # would fail at once instead of waiting for its turn.
            database.conn.execute("begin immediate")
            try:
                yield database
                database.conn.execute("commit")
            except BaseException:
                database.rollback()  # does nothing where SQLite has rolled back by itself
                raise

    def cut_log(self) -> None:
        """Empty the write-ahead log, which keeps old pages: what was removed leaves it as well."""
        with self.reading() as database:
            database.execute("pragma wal_checkpoint(truncate)").fetchone()

    def close(self) -> None:
        """Close the file; the last one to do so folds the write-ahead log into it."""
        with opening:
            self._database.close()
            file, self._file = self._file, None
            if file is not None:
                _open_here[file] -= 1


def is_open_here(path: Path) -> bool:
    """Whether this process has a connection to the file at ``path``."""
    with opening:
        file = _identity(path)
        return file is not None and _open_here[file] > 0


def _note_open(path: Path) -> tuple[int, int] | None:
    with opening:
        file = _identity(path)
        if file is not None:
            _open_here[file] += 1
    return file


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return (status.st_dev, status.st_ino)


def open_connection(path: Path) -> Connection:
    """Open or create the file at ``path`` for writing, readable by its owner only.

    Raises StoreReadOnly, StoreFull, StoreDamaged or StoreError.
    """
    with opening, store_errors(path):
        _make_private(path)
        raw = sqlite3.connect(
            path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            _use_wal(raw)
            raw.execute("pragma foreign_keys=on")
            raw.execute("pragma synchronous=full")
            raw.execute("pragma fullfsync=on")  # macOS: fsync alone does not reach the disk there
            raw.execute("pragma secure_delete=on")  # what leaves the bin leaves the file
            raw.execute("pragma journal_size_limit=16777216")
            database = Database(raw, execute_plugins=False)
        except BaseException:
            raw.close()
            raise
        return Connection(path, database)


@contextmanager
def open_read_only(path: Path) -> Iterator[Database]:
    """A connection that cannot change a byte of the file; raises sqlite3 errors as they are."""
    raw = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
    )
    try:
        yield Database(raw, execute_plugins=False)
    finally:
        raw.close()


def _make_private(path: Path) -> None:
    """The folder for its owner only (when it is new) and the file likewise (always).

    SQLite gives its -wal and -shm files the permissions of the file itself.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    # A file of someone else that we may write has permissions of their choosing.
    if os.name == "posix" and path.stat().st_uid == os.geteuid():
        path.chmod(0o600)


def _use_wal(raw: sqlite3.Connection) -> None:
    """Switch to write-ahead logging, which SQLite's own busy timeout does not cover."""
    deadline = time.monotonic() + BUSY_SECONDS
    pause = threading.Event()
    while True:
        try:
            raw.execute("pragma journal_mode=wal").fetchone()
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > deadline:
                raise
            pause.wait(0.01)
        else:
            return
