"""One window per data folder: a second start brings the first one's window forward.

No socket is used for it: the first holds a lock file, and the second writes a line into a file that the
first watches.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QLockFile, QObject, Signal

from benchtop.domain.opening import OpenWish, from_lines
from benchtop.services.data_folder import DataFolder, explain_write_error

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

NEW_SECONDS = 2


def _may_be_locked(place: Path) -> bool:
    """Whether a window of this person could hold it: else nobody can say that one is open."""
    return place.is_file() and os.access(place, os.W_OK)


@contextmanager
def _alone(guard: Path) -> Iterator[bool]:
    """Whether this is the one process that does what follows; the system lets go of it when the process dies.
    Where there are no such locks (Windows) a file that is held cannot be taken away in any case."""
    if fcntl is None:
        yield True
        return
    try:
        descriptor = os.open(guard, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        yield False
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield True
    finally:
        os.close(descriptor)


class SingleInstance(QObject):
    """The lock of a data folder's window."""

    raise_requested = Signal(object)
    """Someone started Benchtop again, with this OpenWish; emitted in the first instance only."""

    def __init__(self, folder: DataFolder, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._request = folder.raise_request
        self._read = 0
        self._guard = folder.window_guard
        self._lock = QLockFile(str(folder.window_lock))
        # The lock never goes stale by age: only when its process is gone.
        self._lock.setStaleLockTime(0)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(self._touched)

    def claim(self) -> bool:
        """True: this is the only window, and it listens for others. Raises a StoreError."""
        if not (self._lock.tryLock(0) or self._take_what_was_left()):
            place = Path(self._lock.fileName())
            refused = self._lock.error() != QLockFile.LockError.LockFailedError
            if refused or (place.exists() and not _may_be_locked(place)):
                raise explain_write_error(OSError(0, ""), place)
            return False
        self._write("", create=True)
        self._watcher.addPath(str(self._request))
        return True

    def _take_what_was_left(self) -> bool:
        """Take the lock where it is only a file, as a copied or restored folder brings it from elsewhere.

        The system itself knows of each living process that holds it: Qt takes no file away from one. One
        process at a time does this: between Qt's look and its removal another one may have put its own file
        there. A file of this moment may be one that is still being taken.
        """
        place = Path(self._lock.fileName())
        with _alone(self._guard) as alone:
            if not alone:
                return False
            with suppress(OSError):
                if 0 <= time.time() - place.stat().st_mtime < NEW_SECONDS:
                    return False
                place.chmod(0o600)  # it may have come as one that nobody may write
                if not self._lock.removeStaleLockFile():
                    return False
            return self._lock.tryLock(0)

    def call_first(self, wish: OpenWish) -> None:
        """Ask the first instance to come forward and to do this. Raises a StoreError."""
        self._write(wish.line(), create=False)

    def release(self) -> None:
        """Let another window have this data folder."""
        paths = self._watcher.files()
        if paths:
            self._watcher.removePaths(paths)
        self._lock.unlock()

    def _write(self, line: str, *, create: bool) -> None:
        flags = os.O_WRONLY | (os.O_CREAT | os.O_TRUNC if create else os.O_APPEND)
        try:
            descriptor = os.open(self._request, flags, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                stream.write(line)
        except OSError as error:
            raise explain_write_error(error, self._request) from error

    def _touched(self, path: str) -> None:
        if path not in self._watcher.files() and self._request.exists():
            self._watcher.addPath(path)  # an editor or a backup replaced the file
        for wish in self._wishes():
            self.raise_requested.emit(wish)

    def _wishes(self) -> list[OpenWish]:
        """What was written since the last look."""
        try:
            with self._request.open("rb") as stream:
                stream.seek(self._read)
                new = stream.read()
        except OSError:
            return [OpenWish()]
        whole = new[: new.rfind(b"\n") + 1]
        self._read += len(whole)
        return from_lines(whole.decode("utf-8", "replace").splitlines())
