"""One window per data folder: a second start brings the first one's window forward.

No socket is used for it: the first holds a lock file, and the second writes a line into a file that the
first watches.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QLockFile, QObject, Signal

from benchtop.domain.opening import OpenWish, from_lines
from benchtop.services.data_folder import DataFolder, explain_write_error

NEW_SECONDS = 2


class SingleInstance(QObject):
    """The lock of a data folder's window."""

    raise_requested = Signal(object)
    """Someone started Benchtop again, with this OpenWish; emitted in the first instance only."""

    def __init__(self, folder: DataFolder, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._request = folder.raise_request
        self._read = 0
        self._lock = QLockFile(str(folder.window_lock))
        # The lock never goes stale by age: only when its process is gone.
        self._lock.setStaleLockTime(0)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(self._touched)

    def claim(self) -> bool:
        """True: this is the only window, and it listens for others. Raises a StoreError."""
        if not (self._lock.tryLock(0) or (self._is_left() and self._lock.tryLock(0))):
            if self._lock.error() == QLockFile.LockError.LockFailedError:
                return False
            error = OSError(0, "")
            raise explain_write_error(error, Path(self._lock.fileName()))
        self._write("", create=True)
        self._watcher.addPath(str(self._request))
        return True

    def _is_left(self) -> bool:
        """Whether the lock was only the file, as a copied or restored folder brings it from another machine,
        and is away now. The system itself knows of each living process that holds it: Qt takes no file away
        from one. A file of this moment may be one that is still being taken."""
        try:
            age = time.time() - Path(self._lock.fileName()).stat().st_mtime
        except OSError:
            return True  # it was given back meanwhile
        return not 0 <= age < NEW_SECONDS and self._lock.removeStaleLockFile()

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
