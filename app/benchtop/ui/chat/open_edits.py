"""The edits that are open in the transcript: their words, whether their messages are in sight or not."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal


class OpenEdits(QObject):
    """Words by message id, of every conversation that was on show; a message has one edit at most.

    A message's widget goes when its conversation, its branch or its page does: the words stay here.
    """

    changed = Signal(str, str)
    """Message id and the words of its edit, at each key."""
    ended = Signal(str)
    """The message whose edit was saved or given up."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words: dict[str, str] = {}

    def get(self, message_id: str) -> str | None:
        """The words of an edit; None where nothing was typed."""
        return self._words.get(message_id)

    def restore(self, words: Mapping[str, str]) -> None:
        """Take what was kept of an earlier day; nothing is told, and newer words stay."""
        self._words = {**words, **self._words}

    def put(self, message_id: str, text: str) -> None:
        """These words stand in an edit now."""
        self._words[message_id] = text
        self.changed.emit(message_id, text)

    def drop(self, message_id: str) -> None:
        """The edit was saved or given up."""
        if self._words.pop(message_id, None) is not None:
            self.ended.emit(message_id)
