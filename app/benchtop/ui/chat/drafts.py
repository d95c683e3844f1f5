"""What stands in the message box, kept for the conversation that it was typed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from benchtop.domain.chat import Conversation

if TYPE_CHECKING:
    from benchtop.ui.chat.chat_page import ChatPage


class Drafts(QObject):
    """Keeps the draft of each conversation, and that of a new one in the settings."""

    def __init__(self, page: ChatPage) -> None:
        super().__init__(page)
        self._composer = page.composer
        self._services = page.services
        self._shown = False
        self._conversation: Conversation | None = None
        self._kept = ""
        self._composer.draft_changed.connect(self._keep)
        self._services.session.branch.conversation_changed.connect(self._changed)

    def show(self, conversation: Conversation | None) -> None:
        """Another conversation's draft into the box; what was typed until now stays with the old."""
        typed = self._composer.text()
        if self._shown and _id(conversation) == _id(self._conversation):
            return
        if self._shown and typed != self._kept:
            self._keep(typed)
        self._shown, self._conversation = True, conversation
        kept = self._services.settings.values.new_chat_draft
        self._kept = conversation.draft if conversation else kept
        if typed != self._kept:
            self._composer.set_draft(self._kept)

    def sent(self) -> None:
        """Something was said: what stands in the box now belongs to where it was said."""
        was_new, here = self._conversation is None, self._services.session.branch.conversation
        self._conversation, self._kept = here, self._composer.text()
        self._services.session.save_draft(self._kept)
        if was_new and here is not None:
            self._services.settings.set("new_chat_draft", "")

    def _keep(self, text: str) -> None:
        self._kept = text
        here, typed_in = self._services.session.branch.conversation, self._conversation
        if typed_in is None:
            self._services.settings.set("new_chat_draft", text)
        elif here is not None and here.id == typed_in.id:
            self._services.session.save_draft(text)
        else:
            self._services.conversations.keep_draft(typed_in, text)

    def _changed(self, conversation: Conversation) -> None:
        if conversation.id == _id(self._conversation):
            self._conversation = conversation


def _id(conversation: Conversation | None) -> str | None:
    return conversation.id if conversation is not None else None
