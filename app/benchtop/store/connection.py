"""One connection to the store's file: private on the disk, durable, and plain about its failures."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from benchtop.store.sqlite_errors import is_busy, store_errors

BUSY_SECONDS = 5.0


class Connection:
    """The store's Database. Use it from one thread at a time."""

    def __init__(self, path: Path, database: Database) -> None:
        self.path = path
        self._database = database

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
        self._database.close()


def open_connection(path: Path) -> Connection:
    """Open or create the file at ``path`` for writing, readable by its owner only.

    Raises StoreReadOnly, StoreFull, StoreDamaged or StoreError.
    """
    with store_errors(path):
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
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        # A file of someone else that we may write has permissions of their choosing.
        if os.name == "posix" and os.fstat(descriptor).st_uid == os.geteuid():
            os.fchmod(descriptor, 0o600)
    finally:
        os.close(descriptor)


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
