"""Bringing a view up to date: soon, once for many changes, and only while somebody looks at it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

WAIT_MS = 100


class WhenVisible(QObject):
    """Calls ``refresh`` a moment after ask(); for a view that is hidden, when it is shown."""

    def __init__(
        self, view: QWidget, refresh: Callable[[], object], wait_ms: int = WAIT_MS
    ) -> None:
        super().__init__(view)
        self._view, self._refresh = view, refresh
        self._asked = False
        self._timer = QTimer(self, singleShot=True, interval=wait_ms)
        self._timer.timeout.connect(self._run)
        view.installEventFilter(self)

    def ask(self) -> None:
        """Something changed."""
        self._asked = True
        if self._view.isVisible() and not self._timer.isActive():
            self._timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Watch for the view to be shown; take nothing away."""
        if event.type() == QEvent.Type.Show and self._asked:
            self._timer.start(0)
        return super().eventFilter(watched, event)

    def _run(self) -> None:
        if self._asked and self._view.isVisible():
            self._asked = False
            self._refresh()
