"""Edits of messages that are not saved yet, kept in the store while they are typed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from benchtop.domain.chat import MessageEdit
from benchtop.services.store_thread import StoreRunner

if TYPE_CHECKING:
    from benchtop.store.database import Store

KEEP_MS = 200
"""How long typed words are at most in memory only."""


class MessageEdits(QObject):
    """Writes what is typed into open edits, and reads it again at the next start."""

    loaded = Signal(list)
    """Every MessageEdit in the store."""

    def __init__(self, store: StoreRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._typed: dict[str, MessageEdit] = {}
        # Never started anew by the next key, or steady typing would put the writing off for ever.
        self._timer = QTimer(self, singleShot=True, interval=KEEP_MS)
        self._timer.timeout.connect(self.flush)

    def load(self) -> None:
        """Read what is open; ``loaded`` follows."""
        self._store.run(lambda store: store.edits.all(), self.loaded.emit)

    def keep(self, edit: MessageEdit) -> None:
        """Keep the words of an edit, 200 ms from now at the latest."""
        self._typed[edit.message_id] = edit
        if not self._timer.isActive():
            self._timer.start()

    def drop(self, message_id: str, conversation_id: str) -> None:
        """The edit was saved or given up."""
        self._typed.pop(message_id, None)
        self._write(MessageEdit(message_id, conversation_id, ""), gone=True)

    def flush(self) -> None:
        """Keep now what was typed last."""
        self._timer.stop()
        typed, self._typed = self._typed, {}
        for edit in typed.values():
            self._write(edit)

    def _write(self, edit: MessageEdit, *, gone: bool = False) -> None:
        work = partial(_remove if gone else _put, edit)
        self._store.keep(work, f"edit of {edit.message_id}", edit)


def _put(edit: MessageEdit, store: Store) -> None:
    store.edits.put(edit.message_id, edit.text)


def _remove(edit: MessageEdit, store: Store) -> None:
    store.edits.remove(edit.message_id)
