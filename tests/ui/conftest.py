"""What tests of the window get: no dialog may hang them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTimer
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
