"""The one QApplication."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QApplication

import benchtop


def make_application() -> QApplication:
    """Make the application object; one per process, before any widget."""
    app = QApplication(sys.argv[:1])
    app.setApplicationName("benchtop")
    app.setApplicationDisplayName("Benchtop")
    app.setApplicationVersion(benchtop.__version__)
    app.setDesktopFileName("benchtop")
    return app
