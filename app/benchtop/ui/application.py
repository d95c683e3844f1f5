"""The one QApplication."""

from __future__ import annotations

import os
import sys

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

import benchtop
from benchtop.domain.opening import OpenWish


class Application(QApplication):
    """Hears what macOS asks a program to open: it sends events to the application, where other systems say it
    on the command line. (No event filter: one of the application would see every event of every widget.)"""

    opened = Signal(object)
    """An OpenWish; files that are opened at once are one."""

    def __init__(self, words: list[str]) -> None:
        super().__init__(words)
        self._files: list[str] = []

    def event(self, event: QEvent) -> bool:
        """Take files; all else goes its way."""
        if event.type() == QEvent.Type.FileOpen and isinstance(event, QFileOpenEvent):
            file = event.file()  # empty: an address of something else
            if file:
                if not self._files:
                    QTimer.singleShot(0, self, self._tell)
                self._files.append(file)
                return True
        return super().event(event)

    def _tell(self) -> None:
        files, self._files = tuple(self._files), []
        self.opened.emit(OpenWish(files))


def make_application() -> Application:
    """Make the application object; one per process, before any widget."""
    app = Application(sys.argv[:1])
    app.setApplicationName("benchtop")
    app.setApplicationDisplayName("Benchtop")
    app.setApplicationVersion(benchtop.__version__)
    app.setDesktopFileName(desktop_file_name())
    return app


def desktop_file_name() -> str:
    """The name of the desktop entry, by which Wayland finds a window's icon: a Flatpak's is that of the
    application, which its environment tells."""
    return os.environ.get("FLATPAK_ID") or "benchtop"
