"""What SQLite and the disk complain about, as the errors a person is shown."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchtop.domain.errors import (
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreReadOnly,
)
from benchtop.store.whole_file import FULL_ERRNOS

# SQLite reports a full disk as FULL only for ENOSPC. A quota or a limit on the file's size comes as
# a failed write, and no room for the shared-memory file as IOERR_SHMSIZE.
_FULL = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE)
_READ_ONLY = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_READ_ONLY_ERRNOS = (errno.EACCES, errno.EPERM, errno.EROFS)


@contextmanager
def store_errors(path: Path) -> Iterator[None]:
    """Turn sqlite3's and the system's errors about the store at ``path`` into BenchtopErrors.

    A ProgrammingError (such as the use of a closed store) is a mistake of ours and stays what it is.
    """
    try:
        yield
    except sqlite3.ProgrammingError:
        raise
    except sqlite3.Error as error:
        raise explain_sqlite(error, path) from error
    except OSError as error:
        raise explain_os(error, path) from error


def explain_sqlite(error: sqlite3.Error, path: Path) -> StoreError:
    """StoreFull, StoreReadOnly, StoreDamaged or StoreBusy by SQLite's result code, else a StoreError."""
    code = result_code(error)
    name = str(path)
    if code in _FULL or code & 0xFF in _FULL:
        return StoreFull(path=name)
    if code & 0xFF in _READ_ONLY:
        return StoreReadOnly(path=name)
    if code & 0xFF in _DAMAGED:
        return StoreDamaged(path=name, detail=str(error))
    if is_busy(error):
        return StoreBusy(path=name)
    return StoreError(path=name, detail=f"SQLite says “{error}”.")


def explain_os(error: OSError, path: Path) -> StoreError:
    """StoreFull or StoreReadOnly by the system's error number, else a StoreError."""
    if error.errno in FULL_ERRNOS:
        return StoreFull(path=str(path))
    if error.errno in _READ_ONLY_ERRNOS:
        return StoreReadOnly(path=str(path))
    return StoreError(path=str(path), detail=f"the system says “{error.strerror or error}”.")


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another connection held the lock."""
    return result_code(error) & 0xFF in _BUSY


def result_code(error: sqlite3.Error) -> int:
    """SQLite's extended result code, or -1 for an error that Python's module raised itself."""
    code = getattr(error, "sqlite_errorcode", None)
    return code if isinstance(code, int) else -1
