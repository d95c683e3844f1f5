"""Whether the program's file is still the one that runs: a package manager may put another in its place, or
take it away, while the window is open."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import (
    QFileSystemWatcher,
    QObject,
    QProcess,
    QProcessEnvironment,
    QTimer,
    Signal,
)

LOOK_MS = 30_000
"""Nobody tells of a folder above that is moved or deleted."""
SETTLED_MS = 5_000
"""A package manager takes the old file away some time before the new one is there."""


class ProgramFile(QObject):
    """Watches the file at ``path``. Tells once of each change."""

    replaced = Signal()
    """Another one lies there now: a start would begin that."""
    gone = Signal()
    """There is none any more."""

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path, self._known = path, _identity(path)
        self._watcher = QFileSystemWatcher([str(path)], self)
        self._settled = QTimer(self, singleShot=True, interval=SETTLED_MS)
        self._settled.timeout.connect(self._look)
        self._watcher.fileChanged.connect(self.look_soon)
        self._now_and_then = QTimer(self, interval=LOOK_MS)
        self._now_and_then.timeout.connect(self._look)
        self._now_and_then.start()

    def look_soon(self, _why: object = None) -> None:
        """Look once it has settled."""
        if not self._settled.isActive():
            self._settled.start()

    def _look(self) -> None:
        now = _identity(self._path)
        if now is not None and not self._watcher.files():
            self._watcher.addPath(str(self._path))
        if now == self._known:
            return
        self._known = now
        (self.gone if now is None else self.replaced).emit()


def _identity(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_mtime_ns


def frozen_program() -> Path | None:
    """The file of a frozen Benchtop; None where it runs from its source."""
    return Path(sys.executable) if getattr(sys, "frozen", False) else None


def can_start_again() -> bool:
    """Whether a program lies there that may be started."""
    return os.access(sys.executable, os.X_OK)


def start_again() -> bool:
    """Start the program that lies there now, or the same source; whether that could be done."""
    process = QProcess()
    process.setProgram(sys.executable)
    process.setArguments(["open"] if frozen_program() else ["-m", "benchtop", "open"])
    environment = QProcessEnvironment.systemEnvironment()
    # It is no part of this one (PyInstaller's manual, "Starting a new, independent instance").
    environment.insert("PYINSTALLER_RESET_ENVIRONMENT", "1")
    process.setProcessEnvironment(environment)
    started: object = process.startDetached()
    # PySide gives the process's number beside it in some versions.
    return bool(started[0] if isinstance(started, tuple) else started)
