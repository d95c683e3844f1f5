"""The settings of models from the Hub: the account, the folder, whether newer files are looked for."""

from __future__ import annotations

from PySide6.QtCore import Signal

from benchtop.ui.settings.account_rows import (
    AccountRow,
    ControlRow,
    TokenRow,
    fact_label,
    make_button,
)
from benchtop.ui.settings.hub_view import AccountView, FolderView
from benchtop.ui.settings.setting_row import SettingCard, SettingRow
from benchtop.ui.theme import Tone
from benchtop.ui.widgets.breaking_label import with_breaks
from benchtop.ui.widgets.switch import Switch


class HubCard(SettingCard):
    """Takes views and tells what a person asks for."""

    keep_requested = Signal(str)
    """An access token, which whoever takes it hands on at once."""
    forget_requested = Signal()
    check_requested = Signal()
    make_requested = Signal()
    choose_folder_requested = Signal()
    use_cache_requested = Signal()
    check_revisions_changed = Signal(bool)

    def __init__(self) -> None:
        self._choose = make_button("folder", "", "", "folder")
        self._use_cache = make_button("use_cache", "", "")
        tr = self._choose.tr
        super().__init__(tr("Models from the Hub"))
        self._account, self._token = AccountRow(), TokenRow()
        self._revisions = Switch()
        self._offline, self._busy = True, False
        self.add(self._account)
        self.add(self._token)
        self.add(self._folder_row())
        self.add(self._revisions_row())
        self._connect()
        self.set_folder(FolderView())
        self._show_state()

    def set_account(self, account: AccountView, tokens_page: str) -> None:
        """Show who is signed in; ``tokens_page`` is the address where tokens are made."""
        self._account.show_account(account)
        self._token.set_host(account.host, tokens_page)

    def set_folder(self, folder: FolderView) -> None:
        """Show where downloads go."""
        words = folder.chosen or self.tr(
            "The Hub's cache, which other programs share: {path}"
        ).format(path=folder.cache)
        self._path.setText(with_breaks(words))
        self._path.setAccessibleDescription(words)
        had_focus = self._use_cache.hasFocus()
        self._use_cache.setVisible(bool(folder.chosen))
        self._controls.updateGeometry()
        if had_focus and not folder.chosen:
            self._choose.setFocus()

    def set_check_revisions(self, *, on: bool) -> None:
        """Show the switch so, without telling anyone."""
        self._revisions.blockSignals(True)
        self._revisions.setChecked(on)
        self._revisions.blockSignals(False)
        self._revisions.update()

    def set_offline(self, *, offline: bool) -> None:
        """Whether the Hub cannot be asked."""
        self._offline = offline
        self._show_state()

    def set_busy(self, *, busy: bool) -> None:
        """Whether a question about the account is under way."""
        self._busy = busy
        self._show_state()

    def tell(self, words: str, tone: Tone = "normal") -> None:
        """Say beside the token's field how it went."""
        self._token.tell(words, tone)

    def clear_token(self) -> None:
        """Empty the field."""
        self._token.clear()

    def _folder_row(self) -> SettingRow:
        self._choose.setText(self._choose.text() + self.tr("Choose…"))
        self._choose.setAccessibleName(self.tr("Choose a folder for models"))
        self._use_cache.setText(self.tr("Use the Hub's cache"))
        self._use_cache.setAccessibleName(self.tr("Keep downloads in the Hub's cache"))
        self._controls = ControlRow(self._choose, self._use_cache)
        row = SettingRow(
            self.tr("Models folder"),
            self.tr("Downloads go here. What was downloaded before stays where it is."),
            self._controls,
        )
        self._path = fact_label(row, "settings.hub.path", self.tr("Folder for models"))
        return row

    def _revisions_row(self) -> SettingRow:
        self._revisions.setObjectName("settings.hub.check_revisions")
        words = self.tr(
            "This is the only request that Benchtop makes at start-up, and it is made only when "
            "Benchtop is online."
        )
        row = SettingRow(
            self.tr("Look for newer revisions when Benchtop starts"),
            self.tr("Asks the Hub whether the makers of your models have published newer files."),
            self._revisions,
        )
        self._revisions.setToolTip(words)
        self._revisions.setAccessibleDescription(f"{row.explanation.text()} {words}")
        return row

    def _connect(self) -> None:
        self._account.check_requested.connect(self.check_requested)
        self._account.forget_requested.connect(self.forget_requested)
        self._token.keep_requested.connect(self.keep_requested)
        self._token.make_requested.connect(self.make_requested)
        self._choose.clicked.connect(self.choose_folder_requested)
        self._use_cache.clicked.connect(self.use_cache_requested)
        self._revisions.toggled.connect(self.check_revisions_changed)

    def _show_state(self) -> None:
        self._account.set_state(offline=self._offline, busy=self._busy)
        self._token.set_busy(busy=self._busy)
