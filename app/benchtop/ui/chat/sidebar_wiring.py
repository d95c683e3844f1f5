"""What the conversation list asks for, done by the service of conversations; each with its Undo."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QFileDialog

from benchtop.domain.chat import Conversation, Folder, Preset, SearchHit
from benchtop.ui.chat.bin_dialog import BinDialog

if TYPE_CHECKING:
    from benchtop.ui.chat.chat_page import ChatPage


class SidebarWiring(QObject):
    """Connects the sidebar of a chat page."""

    def __init__(self, page: ChatPage) -> None:
        super().__init__(page)
        self._page = page
        self._service = page.services.conversations
        self._on_show_when_deleted: str | None = None
        self._known: dict[str, Conversation] = {}
        self._waiting_hit: tuple[str, str] | None = None
        self._bin: BinDialog | None = None
        self._soon = QTimer(self, singleShot=True, interval=50)
        self._soon.timeout.connect(self._service.refresh)
        self._connect_sidebar()
        self._service.listed.connect(self._listed)
        self._service.searched.connect(self._searched)
        self._service.deleted.connect(self._deleted)
        self._service.folder_removed.connect(self._folder_removed)
        self._service.bin_counted.connect(self._bin_changed)
        self._service.bin_listed.connect(self._bin_listed)
        self._service.purged.connect(page.undo_stack.forget)
        self._service.exported.connect(self._exported)
        self._service.imported.connect(self._imported)
        session = page.services.session
        self._service.changed_elsewhere.connect(session.read_again)
        session.branch.conversation_changed.connect(self._conversation_changed)
        session.branch.opened.connect(self._opened)

    def refresh_soon(self) -> None:
        """Read the list again shortly; several changes at once read it once."""
        self._soon.start()

    def known(self, conversation_id: str) -> Conversation | None:
        """A conversation of the list."""
        return self._known.get(conversation_id)

    def show_bin(self) -> None:
        """Open the bin; it shows what is in it once the store has answered."""
        if self._bin is None:
            days = self._page.services.settings.values.bin_days
            self._bin = BinDialog(days, self._page)
            self._bin.restore_requested.connect(self._restore)
            self._bin.purge_requested.connect(self._service.purge)
            self._bin.finished.connect(self._bin_closed)
        self._service.list_bin()
        self._bin.show()
        self._bin.raise_()
        self._bin.activateWindow()

    def _bin_closed(self) -> None:
        if self._bin is not None:
            self._bin.deleteLater()
            self._bin = None

    def _bin_changed(self, count: int) -> None:
        self._page.sidebar.set_bin_count(count)
        if self._bin is not None:
            self._service.list_bin()

    def _bin_listed(self, binned: list[Conversation | Preset]) -> None:
        if self._bin is not None:
            self._bin.set_binned(binned)

    def _restore(self, ids: list[str]) -> None:
        self._service.restore(ids)
        self._page.undo_stack.forget(ids)

    def delete(self, ids: Sequence[str]) -> None:
        """Move conversations to the bin; the page shows a new one when its own is among them."""
        here = self._page.services.session.branch.conversation
        self._on_show_when_deleted = here.id if here is not None and here.id in ids else None
        if here is not None and here.id in ids:
            self._known.setdefault(here.id, here)
            self._page.services.session.stop()
            self._page.open_conversation(None)
        for conversation_id in ids:
            self._page.services.engine.forget(conversation_id)
        self._service.delete(ids)

    def export(self, ids: Sequence[str] | None) -> None:
        """Ask for a file and write the conversations to it; None: all of them."""
        name = self.tr("conversations")
        if ids is not None and len(ids) == 1 and ids[0] in self._known:
            name = file_name(self._known[ids[0]].title)
        markdown, json = (
            self.tr("Markdown, to read (*.md)"),
            self.tr("JSON, to import again (*.json)"),
        )
        filters = f"{markdown};;{json}" if ids is not None else f"{json};;{markdown}"
        start = str(Path.home() / (f"{name}.md" if ids is not None else f"{name}.json"))
        path, chosen = QFileDialog.getSaveFileName(
            self._page, self.tr("Export conversations"), start, filters
        )
        if path:
            kind = "json" if path.endswith(".json") or chosen == json else "markdown"
            self._service.export(Path(path), kind, ids)

    def ask_import(self) -> None:
        """Ask for an exported file and add what is in it."""
        path, _chosen = QFileDialog.getOpenFileName(
            self._page,
            self.tr("Import conversations"),
            str(Path.home()),
            self.tr("Exported conversations (*.json)"),
        )
        if path:
            self.import_path(path)

    def import_path(self, path: str) -> None:
        """Add what is in an exported file; nothing here is overwritten."""
        self._service.import_file(Path(path))

    def _connect_sidebar(self) -> None:
        sidebar, service = self._page.sidebar, self._service
        settings = self._page.services.settings
        sidebar.close_folders(settings.values.closed_folders)
        sidebar.folders_folded.connect(
            lambda ids: settings.set("closed_folders", dict.fromkeys(sorted(ids), True))
        )
        sidebar.conversation_selected.connect(self._select)
        sidebar.new_requested.connect(self._page.new_chat)
        sidebar.renamed.connect(self._rename)
        sidebar.pin_toggled.connect(lambda i, pinned: service.change(i, pinned=pinned))
        sidebar.moved_to_folder.connect(service.move)
        sidebar.delete_requested.connect(self.delete)
        sidebar.export_requested.connect(self.export)
        sidebar.folder_created.connect(service.add_folder)
        sidebar.folder_renamed.connect(service.rename_folder)
        sidebar.folder_removed.connect(service.remove_folder)
        sidebar.search_changed.connect(self._search)
        sidebar.hit_selected.connect(self._go_to_hit)
        sidebar.bin_requested.connect(self.show_bin)

    def _select(self, conversation_id: str) -> None:
        here = self._page.services.session.branch.conversation
        if here is None or here.id != conversation_id:
            self._page.open_conversation(conversation_id)
        self._page.composer.focus_input()

    def _rename(self, conversation_id: str, title: str) -> None:
        branch = self._page.services.session.branch
        title = " ".join(title.split())
        here = branch.conversation
        if here is not None and here.id == conversation_id and title:
            branch.change(title=title, titled=True)
        else:
            self._service.rename(conversation_id, title)

    def _search(self, words: str) -> None:
        if words.strip():
            self._service.search(words)

    def _go_to_hit(self, conversation_id: str, message_id: str) -> None:
        self._waiting_hit = (conversation_id, message_id)
        here = self._page.services.session.branch.conversation
        if here is None or here.id != conversation_id:
            self._page.open_conversation(conversation_id)
        else:
            self._show_hit()

    def _opened(self, conversation: Conversation | None, _steps: object) -> None:
        if conversation is not None and self._waiting_hit is not None:
            QTimer.singleShot(0, self, self._show_hit)

    def _show_hit(self) -> None:
        hit, self._waiting_hit = self._waiting_hit, None
        session = self._page.services.session
        here = session.branch.conversation
        if hit is None or here is None or here.id != hit[0]:
            return
        if session.reveal(hit[1]):
            words = self._page.sidebar.search_words()
            self._page.transcript.scroll_to(hit[1], words)

    def _listed(self, conversations: list[Conversation], folders: list[Folder]) -> None:
        self._known = {c.id: c for c in conversations}
        self._page.sidebar.set_conversations(conversations, folders)

    def _searched(self, words: str, hits: list[SearchHit]) -> None:
        self._page.sidebar.show_hits(words, hits)

    def _conversation_changed(self, conversation: Conversation) -> None:
        self._page.sidebar.set_current(conversation.id)
        self.refresh_soon()

    def _deleted(self, ids: list[str]) -> None:
        days = self._page.services.settings.values.bin_days
        if len(ids) == 1 and ids[0] in self._known:
            text = self.tr("“{title}” is in the bin and stays there for {days} days.")
            text = text.format(title=self._known[ids[0]].title, days=days)
        else:
            text = self.tr("{count} conversations are in the bin and stay there for {days} days.")
            text = text.format(count=len(ids), days=days)
        was_on_show = self._on_show_when_deleted
        self._page.undo_stack.push(text, lambda left: self._put_back(left, was_on_show), ids)

    def _put_back(self, ids: list[str], was_on_show: str | None) -> None:
        """Undo a deletion; the page shows again what it showed, unless it shows another by now."""
        self._service.restore(ids)
        nothing_on_show = self._page.services.session.branch.conversation is None
        if was_on_show in ids and nothing_on_show:
            self._page.open_conversation(was_on_show)

    def _folder_removed(self, folder: Folder, ids: list[str]) -> None:
        text = self.tr("The folder “{name}” was removed; its conversations are still there.")
        if not ids:
            text = self.tr("The folder “{name}” was removed.")
        text = text.format(name=folder.name)
        self._page.undo_stack.push(text, lambda _left: self._service.put_folder(folder, ids))

    def _exported(self, path: Path) -> None:
        self._page.info.post(
            "info", self.tr("Saved to {path}.").format(path=path), timeout_ms=8_000
        )

    def _imported(self, result: Any) -> None:
        text = self.tr("Imported: {conversations} new conversations, {messages} new messages.")
        text = text.format(conversations=result.conversations_added, messages=result.messages_added)
        self._page.info.post("info", text, timeout_ms=8_000)


def file_name(title: str) -> str:
    """A title as a file's name: letters, digits, spaces and dashes, at most 60 of them."""
    kept = "".join(c if c.isalnum() or c in " -_" else " " for c in title)
    return " ".join(kept.split())[:60].strip() or "conversation"
