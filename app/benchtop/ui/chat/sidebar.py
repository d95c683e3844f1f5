"""The chat page's sidebar: a search field, a button for a new conversation, and the list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from benchtop.domain.chat import Conversation, Folder, SearchHit
from benchtop.domain.search_words import parse_search
from benchtop.ui.chat.conversation_menu import conversations_menu, section_menu
from benchtop.ui.chat.conversation_view import ConversationView
from benchtop.ui.chat.folder_menu import folder_menu
from benchtop.ui.chat.search_field import SearchField
from benchtop.ui.chat.search_results import SearchResults
from benchtop.ui.icons import set_icon, spaced
from benchtop.ui.theme import set_tone

SEARCH_DELAY_MS = 80


class Sidebar(QWidget):
    """Every conversation by date and folder. It knows no service: data in, signals out.

    A name for a new folder comes with ``folder_created``; conversations that were to be moved into
    it follow with ``moved_to_folder`` once ``set_conversations`` has brought the folder's id.
    """

    conversation_selected = Signal(str)
    new_requested = Signal()
    renamed = Signal(str, str)
    pin_toggled = Signal(str, bool)
    moved_to_folder = Signal(list, object)
    delete_requested = Signal(list)
    export_requested = Signal(list)
    folder_created = Signal(str)
    folder_renamed = Signal(str, str)
    folder_removed = Signal(str)
    search_changed = Signal(str)
    hit_selected = Signal(str, str)
    bin_requested = Signal()
    folders_folded = Signal(set)
    """The ids of the folders that are folded now."""

    def __init__(
        self, parent: QWidget | None = None, *, now: Callable[[], datetime] | None = None
    ) -> None:
        super().__init__(parent)
        self._now = now or (lambda: datetime.now().astimezone())
        self._current: str | None = None
        self._to_new_folder: list[str] = []
        self._new_folder_name: str | None = None
        self._searched = ""
        self.setObjectName("chat.sidebar")
        self.setAccessibleName(self.tr("Conversations"))
        # Made in the order in which they stand: Tab follows it.
        self._search = SearchField(self)
        self._new_folder = self._button("folder-plus", "chat.folder.new", self.tr("New folder"))
        self._new = self._button("plus", "chat.new", self.tr("New conversation"), "Ctrl+N")
        self._results = SearchResults(self)
        self._list = ConversationView(self, now=now)
        self._empty = QLabel(self)
        self._stack = QStackedWidget(self)
        self._bin = self._button("trash", "chat.bin", self.tr("Bin"))
        self._search_timer = QTimer(self, singleShot=True, interval=SEARCH_DELAY_MS)
        self._midnight = QTimer(self, singleShot=True)
        self._build()
        self._connect()
        self._wait_for_midnight()
        self.set_conversations((), ())

    # what the page tells it

    def set_conversations(
        self, conversations: Sequence[Conversation], folders: Sequence[Folder]
    ) -> None:
        """Show these; what is selected, folded and in sight stays so."""
        model = self._list.list_model()
        known = {folder.id for folder in model.folders()}
        was_there = self._current is not None and model.index_of(self._current).isValid()
        self._list.show_conversations(conversations, folders)
        if self._current is not None and not was_there:
            self._list.show_open(self._current)
        nothing = not conversations and not folders
        if self._stack.currentWidget() is not self._results:
            self._stack.setCurrentWidget(self._empty if nothing else self._list)
        self._move_into_new_folder([f for f in folders if f.id not in known])

    def set_empty_words(self, words: str) -> None:
        """What stands in the place of the list while nothing is in it."""
        self._empty.setText(words)

    def close_folders(self, ids: Iterable[str]) -> None:
        """Fold these folders, before they are shown."""
        self._list.close_folders(ids)

    def set_current(self, conversation_id: str | None) -> None:
        """Mark the conversation the page shows; None for a new one."""
        if conversation_id != self._current or conversation_id is None:
            self._current = conversation_id
            self._list.show_open(conversation_id)

    def set_bin_count(self, count: int) -> None:
        """How many things are in the bin."""
        words = self.tr("Bin ({count})").format(count=count) if count else self.tr("Bin")
        self._bin.setText(spaced(words))
        self._bin.setAccessibleName(words)

    def show_hits(self, words: str, hits: Sequence[SearchHit]) -> None:
        """Show what was found; too late once the search was left."""
        if self._search.text().strip():
            self._results.show_hits(words, hits)
            self._stack.setCurrentWidget(self._results)

    def begin_rename(self, id: str) -> None:  # noqa: A002
        """Open the field over a conversation's title, where it stands in the list."""
        self.clear_search()
        self._list.begin_rename(id)

    def begin_folder_rename(self, folder_id: str) -> None:
        """Open the field over a folder's name."""
        self._list.begin_folder_rename(folder_id)

    def begin_new_folder(self, moving: Sequence[str] = ()) -> None:
        """Ask for a folder's name in place; ``moving`` go into it once it exists."""
        self.clear_search()
        self._to_new_folder, self._new_folder_name = list(moving), None
        self._stack.setCurrentWidget(self._list)
        self._list.begin_new_folder()

    def focus_search(self) -> None:
        """Give the keyboard to the search field, with what is in it selected."""
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    def search_words(self) -> list[str]:
        """The words and phrases that are searched for; none while there is no search."""
        return parse_search(self._search.text()).texts

    def open_folder_menu(self, conversation_id: str) -> None:
        """Open "Move to folder" beneath a conversation's row."""
        model = self._list.list_model()
        index = model.index_of(conversation_id)
        conversation = model.conversation(index)
        if conversation is None:
            return
        self.clear_search()
        menu = folder_menu(
            self,
            [conversation],
            model.folders(),
            move=lambda folder_id: self.file_under([conversation_id], folder_id),
            move_to_new=lambda: self.begin_new_folder([conversation_id]),
        )
        self._pop_up(menu, self._list.place_beneath(index))

    def clear_search(self) -> None:
        """Leave the search and show the list again."""
        self._search.clear()

    # what the menus ask for

    def open_conversation(self, conversation_id: str) -> None:
        """Ask for a conversation."""
        self.conversation_selected.emit(conversation_id)

    def new_conversation(self) -> None:
        """Ask for a new conversation."""
        self.new_requested.emit()

    def pin(self, ids: Sequence[str], pinned: bool) -> None:
        """Ask for conversations to be pinned or not."""
        for one in ids:
            self.pin_toggled.emit(one, pinned)

    def file_under(self, ids: Sequence[str], folder_id: str | None) -> None:
        """Ask for conversations to be moved into a folder, or out of any."""
        self.moved_to_folder.emit(list(ids), folder_id)

    def export(self, ids: Sequence[str]) -> None:
        """Ask for conversations to be exported."""
        self.export_requested.emit(list(ids))

    def delete(self, ids: Sequence[str]) -> None:
        """Ask for conversations to be deleted."""
        self.delete_requested.emit(list(ids))

    def remove_folder(self, folder_id: str) -> None:
        """Ask for a folder to be removed; its conversations stay."""
        self.folder_removed.emit(folder_id)

    # inside

    def _build(self) -> None:
        self._list.setObjectName("chat.conversations")
        self._list.setAccessibleName(self.tr("Conversations"))
        self._empty.setText(self.tr("No conversations yet"))
        self._empty.setObjectName("chat.conversations.empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._empty.setContentsMargins(16, 32, 16, 16)
        self._empty.setWordWrap(True)
        set_tone(self._empty, "muted")
        for page in (self._empty, self._list, self._results):
            self._stack.addWidget(page)
        top = QHBoxLayout()
        top.setContentsMargins(12, 12, 8, 8)
        top.setSpacing(2)
        top.addWidget(self._search, 1)
        top.addSpacing(4)
        top.addWidget(self._new_folder)
        top.addWidget(self._new)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self._stack, 1)
        self._bin.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._bin.setToolTip(self.tr("Deleted conversations and presets (Ctrl+Shift+B)"))
        self.set_bin_count(0)
        foot = QHBoxLayout()
        foot.setContentsMargins(8, 4, 8, 8)
        foot.addWidget(self._bin)
        foot.addStretch(1)
        layout.addLayout(foot)

    def _button(self, icon_name: str, name: str, text: str, keys: str = "") -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setToolTip(f"{text} ({keys})" if keys else text)
        set_icon(button, icon_name)
        return button

    def _connect(self) -> None:
        self._new.clicked.connect(self.new_requested)
        self._new_folder.clicked.connect(lambda _=False: self.begin_new_folder())
        self._bin.clicked.connect(self.bin_requested)
        self._search.textChanged.connect(self._on_search_text)
        self._search.returnPressed.connect(self._on_search_return)
        self._search.went_down.connect(self._go_down)
        self._search.left.connect(self.clear_search)
        self._search_timer.timeout.connect(self._search_now)
        self._midnight.timeout.connect(self._on_midnight)
        self._results.hit_selected.connect(self.hit_selected)
        self._results.left.connect(self._leave_results)
        self._results.left_upwards.connect(self.focus_search)
        self._list.opened.connect(self.conversation_selected)
        self._list.delete_requested.connect(self.delete_requested)
        self._list.folder_removed.connect(self.folder_removed)
        self._list.folded.connect(lambda: self.folders_folded.emit(self._list.closed_folders()))
        self._list.menu_requested.connect(self._show_menu)
        self._list.left_upwards.connect(self.focus_search)
        model = self._list.list_model()
        model.renamed.connect(self.renamed)
        model.folder_renamed.connect(self.folder_renamed)
        model.folder_named.connect(self._on_folder_named)
        model.dropped.connect(self.moved_to_folder)

    def _on_search_text(self, text: str) -> None:
        if text.strip():
            self._search_timer.start()
        else:
            self._search_now()

    def _search_now(self) -> None:
        self._search_timer.stop()
        words = self._search.text().strip()
        if not words:
            nothing = not self._list.list_model().rowCount()
            self._stack.setCurrentWidget(self._empty if nothing else self._list)
        if words != self._searched:
            self._searched = words
            self.search_changed.emit(words)

    def _on_search_return(self) -> None:
        if self._search_timer.isActive():
            self._search_now()
        elif self._stack.currentWidget() is self._results:
            self._results.choose_first()

    def _go_down(self) -> None:
        if self._stack.currentWidget() is self._results:
            self._results.enter()
        else:
            self._list.focus_first()

    def _leave_results(self) -> None:
        self.clear_search()
        self._search.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_folder_named(self, name: str) -> None:
        self._new_folder_name = name if self._to_new_folder else None
        self.folder_created.emit(name)

    def _move_into_new_folder(self, fresh: Sequence[Folder]) -> None:
        """Once the folder asked for is there, ask for the move that waited for its id."""
        made = next((f for f in fresh if f.name == self._new_folder_name), None)
        if made is not None and self._to_new_folder:
            ids, self._to_new_folder = self._to_new_folder, []
            self._new_folder_name = None
            self.moved_to_folder.emit(ids, made.id)

    def menu(self) -> QMenu:
        """The menu for what is selected."""
        model, ids = self._list.list_model(), self._list.selected_ids()
        found = [model.conversation(model.index_of(one)) for one in ids]
        chosen = [one for one in found if one is not None]
        if chosen:
            return conversations_menu(self, chosen, model.folders(), self)
        folder = self._list.selected_folder()
        held = [
            one.id
            for one in model.conversations()
            if folder is not None and one.folder_id == folder.id
        ]
        return section_menu(self, folder, held, self)

    def _show_menu(self, place: QPoint) -> None:
        self._pop_up(self.menu(), place)

    def _pop_up(self, menu: QMenu, place: QPoint) -> None:
        # Not at once: the chosen action is triggered after the menu hides.
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    def _wait_for_midnight(self) -> None:
        now = self._now()
        tomorrow = (now + timedelta(days=1)).replace(hour=0, minute=0, second=5, microsecond=0)
        self._midnight.start(max(int((tomorrow - now).total_seconds() * 1000), 1000))

    def _on_midnight(self) -> None:
        self._list.regroup()
        self._wait_for_midnight()
