"""What the window's actions, status bar, settings and help do."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from benchtop.domain.errors import BenchtopError
from benchtop.domain.models import bytes_text
from benchtop.services.data_folder import DataFolder
from benchtop.services.engine import EngineState
from benchtop.services.hub_services import HubServices
from benchtop.services.store_thread import StoreThread
from benchtop.ui.chat.chat_actions import ChatActions
from benchtop.ui.chat.chat_page import ChatPage
from benchtop.ui.main_window import MainWindow
from benchtop.ui.models_wiring import ModelsWiring
from benchtop.ui.theme import ThemeController
from benchtop.ui.welcome_wiring import WelcomeWiring

if TYPE_CHECKING:
    from benchtop.services.crash_reports import CrashReport
    from benchtop.ui.help.help_page import HelpPage
    from benchtop.ui.settings.hub_wiring import HubSettingsWiring
    from benchtop.ui.settings.settings_page import SettingsPage

RELOADING = ("threads", "context_length", "cache_megabytes")
"""Settings that hold for a model from its next load on."""


class WindowWiring(QObject):
    """Connects a window to the services of its chat page."""

    settings_made = Signal(object)
    """The SettingsPage, when it is first shown."""

    def __init__(
        self,
        window: MainWindow,
        chat: ChatPage,
        hub: HubServices,
        theme: ThemeController,
        *,
        store: StoreThread,
        folder: DataFolder,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._chat = chat
        self._theme = theme
        self._folder = folder
        self._settings = chat.services.settings
        self._hub = hub
        self._settings_page: SettingsPage | None = None
        self._hub_settings: HubSettingsWiring | None = None
        self._help_page: HelpPage | None = None
        self._bin_count = 0
        chat.services.conversations.bin_counted.connect(self._bin_counted)
        window.add_page("chat", lambda: chat)
        window.add_page("settings", self._make_settings)
        window.add_page("help", self._make_help)
        window.page_shown.connect(self._page_shown)
        self.models = ModelsWiring(window, chat, hub)
        chat.adapters_wiring.more_requested.connect(self.models.show_adapters)
        self.actions = ChatActions(window, chat)
        theme.changed.connect(self._theme_changed)
        self._settings.changed.connect(self._setting_changed)
        self._settings.failed.connect(self._failed)
        self.welcome = WelcomeWiring(window, chat, store, folder)
        self._connect_status()

    def _connect_status(self) -> None:
        status, engine = self._window.status, self._chat.services.engine
        status.set_offline(self._settings.offline)
        status.offline_toggled.connect(partial(self._settings.set, "offline"))
        status.model_clicked.connect(self._window.action_set["model.choose"].trigger)
        self._chat.errors.choose_model = self._window.action_set["model.choose"].trigger
        status.context_clicked.connect(self._open_context_help)
        self._chat.context_changed.connect(status.set_context)
        engine.state_changed.connect(self._show_model)
        status.set_model("", "")

    def _show_model(self, state: EngineState) -> None:
        if state.model is None:
            self._window.status.set_model("", "")
            return
        self._window.status.set_model(state.model.name, bytes_text(state.memory_bytes))

    def _open_context_help(self) -> None:
        self._window.show_page("help")
        if self._help_page is not None:
            self._help_page.show_page("chatting", "the-context")

    def _page_shown(self, key: str) -> None:
        self.actions.set_on_chat(on=key == "chat")
        if key == "settings":
            self._show_settings()
            self._chat.services.conversations.count_bin()
            if self._hub_settings is not None:
                self._hub_settings.look()
        if key == "chat":
            self._chat.composer.focus_input()

    def tell_crash(self, report: CrashReport) -> None:
        """Say what happened in the run before this one."""
        from benchtop.ui.crash_notice import CrashNotice  # noqa: PLC0415  (rarely needed)

        CrashNotice(report, self._window.info_bar, self._window)

    # Settings

    # These two pages are imported when they are first shown: not before the first paint.

    def _make_help(self) -> QWidget:
        from benchtop.ui.help.help_page import HelpPage  # noqa: PLC0415

        self._help_page = HelpPage()
        self._help_page.welcome_requested.connect(self.welcome.show)
        return self._help_page

    def _make_settings(self) -> QWidget:
        from benchtop.ui.settings.hub_wiring import HubSettingsWiring  # noqa: PLC0415
        from benchtop.ui.settings.settings_page import SettingsPage  # noqa: PLC0415

        page = SettingsPage()
        self._hub_settings = HubSettingsWiring(page.hub, self._hub, self._window.info_bar)
        page.changed.connect(self._change)
        page.open_data_folder_requested.connect(self._open_folder)
        page.empty_bin_requested.connect(self._empty_bin)
        self._settings_page = page
        self.settings_made.emit(page)
        self._show_settings()
        return page

    def _change(self, name: str, value: Any) -> None:
        self._settings.set(name, value)

    def _show_settings(self) -> None:
        if self._settings_page is None:
            return
        from benchtop.ui.settings.settings_view import SettingsView  # noqa: PLC0415

        values = self._settings.values
        facts = self._chat.services.engine.state.facts
        view = SettingsView(
            data_folder=str(self._folder.root),
            theme=values.theme,
            text_size=values.text_size,
            threads=values.threads,
            threads_in_use=facts.threads if facts else 0,
            measured_threads={int(n): s for n, s in values.thread_speeds.items() if n.isdigit()},
            most_threads=os.cpu_count() or 1,
            context_length=values.context_length,
            cache_megabytes=values.cache_megabytes,
            language=values.language,
            bin_days=values.bin_days,
            bin_count=self._bin_count,
            offline=self._settings.offline,
        )
        self._settings_page.set_values(view)

    def _setting_changed(self, name: str, value: Any) -> None:
        if name == "theme":
            self._theme.set_choice(value)
        elif name == "text_size":
            self._theme.set_text_size(value)
        elif name == "offline":
            self._window.status.set_offline(self._settings.offline)
        elif name in RELOADING:
            if name == "threads" and value is None:
                self._settings.set("thread_counts", {})  # automatic again: measured again
            self._reload()

    def _reload(self) -> None:
        """Load the model in use again with what was set."""
        model = self._chat.services.engine.state.model
        if model is not None and not self._chat.services.session.busy:
            self._chat.services.engine.choose(model)

    def _theme_changed(self) -> None:
        self._settings.set("theme", self._theme.choice)
        self._settings.set("text_size", self._theme.text_size)
        self._show_settings()

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._folder.root)))

    def _bin_counted(self, count: int) -> None:
        self._bin_count = count
        self._show_settings()

    def _empty_bin(self) -> None:
        self._chat.services.conversations.empty_bin(0)
        self._chat.undo_stack.forget_bin()

    def _failed(self, error: BenchtopError) -> None:
        self._chat.show_error(error)
