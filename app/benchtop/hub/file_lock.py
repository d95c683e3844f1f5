"""One writer per file, across processes: whoever writes a file holds its lock.

In the Hub's cache the lock is the one that huggingface_hub takes too, and its file stays there, as that
library leaves it. In a folder of the person's own it lies beside the file, so that programs with
another cache, or on another machine that shares the folder, are kept out as well; there it is removed
once it is let go. It is deleted while it is still held: who has opened it by then gets a lock on a file
without a name, which filelock sees (st_nlink) and takes for no lock. Windows deletes no file that is
open, so there it goes after that, unless somebody else has it open by then.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, SoftFileLock, Timeout

from benchtop.domain.hub_errors import DownloadElsewhere


@contextmanager
def alone(target: Path, lock: Path, name: str) -> Iterator[None]:
    """Nobody else writes ``target`` meanwhile; the system lets the lock go when we die.

    Raises DownloadElsewhere at once where another process has it, and OSError. ``name`` is what the
    file is called on the Hub.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    held = FileLock(lock, timeout=0)
    try:
        held.acquire()
    except Timeout as error:
        raise DownloadElsewhere(file=name) from error
    goes = lock.parent == target.parent and not isinstance(held, SoftFileLock)
    try:
        yield
    finally:
        if goes:
            _remove(lock)
        held.release()
        if goes and os.name == "nt":
            _remove(lock)


def _remove(lock: Path) -> None:
    with suppress(OSError):
        lock.unlink()
