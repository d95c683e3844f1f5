"""What the shortcuts and menus do on the chat page."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit

from benchtop.domain.chat import Message
from benchtop.ui.chat.chat_page import ChatPage
from benchtop.ui.main_window import MainWindow


class ChatActions(QObject):
    """Connects the window's actions to a chat page; those that need it on show are off elsewhere."""

    def __init__(self, window: MainWindow, page: ChatPage) -> None:
        super().__init__(window)
        self._window = window
        self._page = page
        self._only_on_chat: list[str] = []
        self._connect_chats()
        self._connect_replies()
        self._connect_model()

    def set_on_chat(self, *, on: bool) -> None:
        """Whether the chat page is the one on show."""
        for name in self._only_on_chat:
            self._window.action_set[name].setEnabled(on)

    def _here(self, name: str, slot: Callable[[], object]) -> None:
        """An action for the chat page alone."""
        self._only_on_chat.append(name)
        self._window.action_set.on(name, slot)

    def _anywhere(self, name: str, slot: Callable[[], object]) -> None:
        """An action that goes to the chat page first."""

        def go() -> None:
            self._window.show_page("chat")
            slot()

        self._window.action_set.on(name, go)

    def _connect_chats(self) -> None:
        page = self._page
        self._anywhere("chat.new", page.new_chat)
        self._anywhere("chat.search", self._search)
        self._here("chat.rename", lambda: self._with_conversation(page.sidebar.begin_rename))
        self._here("chat.pin", lambda: self._with_conversation(self._pin))
        self._here("chat.move", lambda: self._with_conversation(page.sidebar.open_folder_menu))
        self._here("chat.new-folder", page.sidebar.begin_new_folder)
        self._here("chat.delete", lambda: self._with_conversation(self._delete))
        self._anywhere("chat.bin", page.sidebar_wiring.show_bin)
        self._window.action_set.on("chat.undo", self._undo)
        self._here(
            "chat.export",
            lambda: self._with_conversation(lambda i: page.sidebar_wiring.export([i])),
        )
        self._anywhere("chat.export-all", lambda: page.sidebar_wiring.export(None))
        self._anywhere("chat.import", page.sidebar_wiring.ask_import)
        self._anywhere("message.focus", page.composer.focus_input)
        self._here("message.edit-last", self._edit_last)
        self._here("window.sidebar", page.toggle_sidebar)

    def _connect_replies(self) -> None:
        page, session = self._page, self._page.services.session
        self._here("reply.stop", self._stop)
        self._here("reply.regenerate", lambda: self._with_reply(session.regenerate))
        self._here("reply.continue", lambda: self._with_reply(session.continue_reply))
        self._here("reply.previous", lambda: self._walk(-1))
        self._here("reply.next", lambda: self._walk(1))
        self._here("reply.copy", lambda: self._with_reply(page.transcript.copy_message))
        self._here("reply.rate-up", lambda: self._with_reply(lambda i: self._rate(i, 1)))
        self._here("reply.rate-down", lambda: self._with_reply(lambda i: self._rate(i, -1)))
        self._here("reply.example", lambda: self._with_reply(self._example))
        self._here("reply.teach", self._teach)

    def _connect_model(self) -> None:
        page = self._page
        self._anywhere("model.choose", page.header.open_models)
        self._anywhere("model.import", page.header_wiring.import_model)
        self._anywhere("model.system-prompt", page.header.open_system_prompt)
        self._anywhere("model.presets", page.header.open_presets)
        self._window.action_set.on("model.parameters", self._toggle_sampling)

    def _toggle_sampling(self) -> None:
        """Show or hide the panel; from another page it is always shown."""
        was_on_show = self._page.isVisible()
        self._window.show_page("chat")
        if was_on_show:
            self._page.header.toggle_sampling()
        else:
            self._page.header.open_sampling()

    def _with_conversation(self, act: Callable[[str], object]) -> None:
        here = self._page.services.session.branch.conversation
        if here is not None:
            act(here.id)

    def _with_reply(self, act: Callable[[str], object]) -> None:
        reply = self._page.last_reply_id()
        if reply is not None:
            act(reply)

    def _walk(self, step: int) -> None:
        """Versions of the message that has the focus, else of the last one that has several."""
        session = self._page.services.session
        several = [s.message.id for s in session.branch.path() if s.siblings > 1]
        focused = self._page.transcript.current_message_id()
        if several:
            session.show_sibling(focused if focused in several else several[-1], step)

    def _message(self, message_id: str) -> Message:
        return self._page.services.session.branch.tree.get(message_id)

    def _search(self) -> None:
        if not self._page.sidebar.isVisible():
            self._page.toggle_sidebar()
        self._page.sidebar.focus_search()

    def _pin(self, conversation_id: str) -> None:
        known = self._page.sidebar_wiring.known(conversation_id)
        if known is not None:
            self._page.services.conversations.change(conversation_id, pinned=not known.pinned)

    def _delete(self, conversation_id: str) -> None:
        self._page.sidebar_wiring.delete([conversation_id])

    def _undo(self) -> None:
        """What was done last: typing in the field that has the focus, or a removal."""
        focused = QApplication.focusWidget()
        in_field = isinstance(focused, QPlainTextEdit | QTextEdit | QLineEdit)
        if in_field and not focused.isReadOnly() and not self._page.undo_stack.is_newest:
            focused.undo()
            return
        self._page.undo_stack.undo()

    def _edit_last(self) -> None:
        own = self._page.last_own_id()
        if own is not None:
            self._page.transcript.edit_message(own)

    def _stop(self) -> None:
        """Esc stops a reply; when none is being written it closes the newest message."""
        if self._page.services.session.busy:
            self._page.services.session.stop()
        else:
            self._page.info.dismiss()

    def _rate(self, message_id: str, rating: int) -> None:
        known = self._message(message_id).rating
        self._page.services.session.branch.rate(message_id, 0 if known == rating else rating)

    def _example(self, message_id: str) -> None:
        known = self._message(message_id).example
        self._page.services.session.branch.mark_example(message_id, not known)

    def _teach(self) -> None:
        """From the message that has the focus, whoever wrote it, else from the last reply."""
        here = self._page.transcript.current_message_id()
        if here is not None:
            self._page.transcript.perform(here, "teach")
