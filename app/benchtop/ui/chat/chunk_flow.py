"""Gathers streamed text so that the window takes it at about 30 Hz and never falls behind."""

from __future__ import annotations

from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Signal

FLUSH_MS = 33
REST = 3.0
"""A flush that took t is followed by at least REST times t of rest: a reply too long to be laid
out in FLUSH_MS slows its own stream down, never the window."""


class ChunkFlow(QObject):
    """``flushed`` carries a message's id and what came for it: text, reasoning."""

    flushed = Signal(str, str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: dict[str, tuple[list[str], list[str]]] = {}
        self._last_end = 0.0
        self._rest_ms = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.flush)

    def add(self, message_id: str, text: str, reasoning: str) -> None:
        """Take a piece; the first one after a pause goes on at once."""
        texts, reasonings = self._waiting.setdefault(message_id, ([], []))
        texts.append(text)
        reasonings.append(reasoning)
        if not self._timer.isActive():
            since = (perf_counter() - self._last_end) * 1e3
            self._timer.start(max(0, round(max(FLUSH_MS, self._rest_ms) - since)))

    def drop(self, message_id: str) -> None:
        """Forget what waits for a message: its final text is known."""
        self._waiting.pop(message_id, None)

    def clear(self) -> None:
        """Forget everything that waits."""
        self._waiting.clear()
        self._timer.stop()

    def flush(self) -> None:
        """Hand on everything that waits, now."""
        self._timer.stop()
        waiting, self._waiting = self._waiting, {}
        began = perf_counter()
        for message_id, (texts, reasonings) in waiting.items():
            self.flushed.emit(message_id, "".join(texts), "".join(reasonings))
        self._last_end = perf_counter()
        self._rest_ms = (self._last_end - began) * 1e3 * REST
