"""What tests of the window get: no dialog may hang them, no widget may outlive them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication, QDialog


@pytest.fixture(autouse=True)
def no_stray_dialog(qapp: QApplication) -> Iterator[None]:
    """Reject a modal dialog that a test did not expect, and fail that test.

    A modal dialog blocks in its own event loop, where no other time limit reaches it. A test that
    expects one answers it within the interval.
    """
    seen: list[str] = []

    def reject() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QDialog):
            seen.append(f"{type(dialog).__name__}: {dialog.windowTitle()}")
            dialog.reject()

    timer = QTimer(interval=3_000)
    timer.timeout.connect(reject)
    timer.start()
    yield
    timer.stop()
    assert not seen, f"unexpected dialogs: {seen}"


@pytest.fixture(autouse=True)
def no_widget_left(qapp: QApplication) -> Iterator[None]:
    """A widget that outlives its test fails it.

    Without an event loop Qt never carries out deleteLater, and each new style sheet would have to
    visit the windows of all tests before.
    """
    before = set(qapp.allWidgets())
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    left = [repr(widget) for widget in set(qapp.allWidgets()) - before]
    assert left == []
