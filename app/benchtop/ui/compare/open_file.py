"""A file that was written, shown by the program that the system has for it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices


def open_file(path: Path) -> None:
    """Open a file of this machine."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
