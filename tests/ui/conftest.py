"""What tests of the window get: no dialog hangs them, no widget or look outlives them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QToolTip


@pytest.fixture(autouse=True, scope="session")
def empty_clipboard_at_the_end(qapp: QApplication) -> Iterator[None]:
    """What was copied goes before the application does.

    Without a screen Qt's clipboard outlives the application, and copied rich text cannot: the process would
    end in a crash after all tests passed.
    """
    yield
    qapp.clipboard().clear()


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
def look_as_found(qapp: QApplication) -> Iterator[None]:
    """The application's font, palette, style sheet and colour scheme are what they were.

    A theme takes the application's font for the system's, so one that is left behind makes the text
    of every window after it larger.
    """
    font, palette, sheet = qapp.font(), qapp.palette(), qapp.styleSheet()
    tip_font, tip_palette = QToolTip.font(), QToolTip.palette()
    yield
    qapp.styleHints().unsetColorScheme()
    qapp.setStyleSheet(sheet)
    qapp.setPalette(palette)
    qapp.setFont(font)
    QToolTip.setPalette(tip_palette)
    QToolTip.setFont(tip_font)


@pytest.fixture(autouse=True)
def no_widget_left(qapp: QApplication, look_as_found: None) -> Iterator[None]:
    """A widget that outlives its test fails it.

    Without an event loop Qt never carries out deleteLater, and each new style sheet would have to
    visit the windows of all tests before. The look is put back after that, for the same reason.
    """
    before = set(qapp.allWidgets())
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    left = [repr(widget) for widget in set(qapp.allWidgets()) - before]
    assert left == []
