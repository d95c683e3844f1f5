"""Connects the settings of models from the Hub to the account and the settings."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from benchtop.domain.errors import BenchtopError
from benchtop.protocol.hub_messages import Account
from benchtop.services.hub_cache import cache_folder
from benchtop.services.hub_service import hub_host
from benchtop.services.hub_services import HubServices
from benchtop.ui.settings.hub_card import HubCard
from benchtop.ui.settings.hub_view import AccountView, FolderView
from benchtop.ui.widgets.info_bar import InfoBar


class HubSettingsWiring(QObject):
    """What the card's buttons do, and what it shows."""

    def __init__(self, card: HubCard, services: HubServices, info: InfoBar) -> None:
        super().__init__(card)
        self._card, self._services, self._info = card, services, info
        self._account, self._settings = services.account, services.settings
        card.keep_requested.connect(self._account.keep)
        card.forget_requested.connect(self._forget)
        card.check_requested.connect(self._check)
        card.make_requested.connect(self._open_page)
        card.choose_folder_requested.connect(self._choose)
        card.use_cache_requested.connect(lambda: self._settings.set("models_folder", ""))
        card.check_revisions_changed.connect(self._set_revisions)
        self._account.changed.connect(self._show)
        self._account.kept.connect(self._kept)
        self._account.failed.connect(self._failed)
        self._account.busy_changed.connect(self._show_busy)
        self._settings.changed.connect(self._setting_changed)
        card.set_account(AccountView(host=hub_host()), self._account.tokens_page)
        self._show_settings()

    def look(self) -> None:
        """The settings are on show: say what is known of the account; nothing is asked of the Hub."""
        self._account.look()

    def _forget(self) -> None:
        self._card.tell("")
        self._account.forget()

    def _check(self) -> None:
        self._card.tell("")
        self._account.check()

    def _show(self, account: Account) -> None:
        view = AccountView(
            account.host, account.name, account.source, account.kept_in, account.file
        )
        self._card.set_account(view, self._account.tokens_page)
        if account.checked:
            words = self.tr("{host} knows this token: it is {name}'s.")
            self._card.tell(words.format(host=account.host, name=account.name), "good")

    def _kept(self, account: Account) -> None:
        self._card.clear_token()
        if account.source == "environment":
            words = self.tr("The token is kept, but HF_TOKEN is set and goes before it.")
            self._card.tell(words, "warning")
        elif not account.checked:
            words = self.tr(
                "The token is kept unchecked, because Benchtop is offline: press Check when it is online."
            )
            self._card.tell(words, "warning")
        else:
            words = self.tr("The token is kept: you are signed in as {name}.")
            self._card.tell(words.format(name=account.name), "good")

    def _failed(self, error: BenchtopError) -> None:
        self._card.tell(str(error), "bad")

    def _show_busy(self, busy: bool) -> None:
        self._card.set_busy(busy=busy)

    def _set_revisions(self, on: bool) -> None:
        self._settings.set("check_revisions", on)

    def _open_page(self) -> None:
        QDesktopServices.openUrl(QUrl(self._account.tokens_page))

    def _choose(self) -> None:
        now = self._settings.values.models_folder or str(Path.home())
        path = QFileDialog.getExistingDirectory(
            self._card, self.tr("Choose a folder for models"), now
        )
        if not path:
            return
        if not os.access(path, os.W_OK | os.X_OK):
            words = self.tr("{path} takes no files of yours: choose another folder for models.")
            self._info.post("error", words.format(path=path))
            return
        self._settings.set("models_folder", path)

    def _setting_changed(self, name: str, _value: Any) -> None:
        if name in ("models_folder", "check_revisions", "offline"):
            self._show_settings()

    def _show_settings(self) -> None:
        values = self._settings.values
        self._card.set_folder(FolderView(str(cache_folder()), values.models_folder))
        self._card.set_check_revisions(on=values.check_revisions)
        self._card.set_offline(offline=self._settings.offline)
