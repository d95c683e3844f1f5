"""Edits of messages: kept while they are typed, open again where they were left, gone once saved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from benchtop.domain.chat import MessageEdit

if TYPE_CHECKING:
    from benchtop.ui.chat.chat_page import ChatPage


class EditsWiring(QObject):
    """Connects the transcript of a chat page with what keeps its edits."""

    def __init__(self, page: ChatPage) -> None:
        super().__init__(page)
        self._session, self._kept = page.services.session, page.services.edits
        self._open = page.transcript.edits
        self._open.changed.connect(self._typed)
        self._open.ended.connect(self._ended)
        self._kept.loaded.connect(self._loaded)
        page.transcript.edit_submitted.connect(self._save)

    def _loaded(self, edits: Sequence[MessageEdit]) -> None:
        self._open.restore({edit.message_id: edit.text for edit in edits})

    def _typed(self, message_id: str, text: str) -> None:
        self._kept.keep(MessageEdit(message_id, self._session.branch.here.id, text))

    def _ended(self, message_id: str) -> None:
        self._kept.drop(message_id, self._session.branch.here.id)

    def _save(self, message_id: str, text: str) -> None:
        tree = self._session.branch.tree
        before = len(tree)
        self._session.edit(message_id, text)
        if len(tree) > before:  # after the message: its words are never in neither place
            self._open.drop(message_id)
