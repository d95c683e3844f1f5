"""The account on the Hub as the window sees it: whose it is, and where its access token lies.

The token itself passes through here on its way to the hub worker, and is kept nowhere on it.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from benchtop.domain.errors import BenchtopError
from benchtop.protocol.hub_messages import Account, AskAccount, ForgetToken, KeepToken
from benchtop.services.hub_service import HubService, Question, hub_address


class HubAccount(QObject):
    """One question at a time; each ends in ``changed`` or ``failed``."""

    changed = Signal(object)
    """An Account."""
    kept = Signal(object)
    """The same, after a token was kept."""
    failed = Signal(object)
    """A BenchtopError: everything is as it was, or as it says."""
    busy_changed = Signal(bool)

    def __init__(self, hub: HubService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hub = hub
        self.busy = False

    @property
    def tokens_page(self) -> str:
        """The address of the page where a person makes access tokens."""
        return hub_address("settings/tokens")

    def look(self) -> None:
        """What is known here; no connection is made and no keyring opened."""
        self._ask(AskAccount("", check=False))

    def check(self) -> None:
        """Ask the Hub whose token it is."""
        self._ask(AskAccount(""))

    def keep(self, token: str) -> None:
        """Keep a token; ``kept`` follows when that is done."""
        self._ask(KeepToken("", token), kept=True)

    def forget(self) -> None:
        """Forget the token that is kept."""
        self._ask(ForgetToken(""))

    def _ask(self, question: Question, *, kept: bool = False) -> None:
        if self.busy:
            return
        self._set_busy(busy=True)

        def answered(account: Account) -> None:
            self._set_busy(busy=False)
            self.changed.emit(account)
            if kept:
                self.kept.emit(account)

        def refused(error: BenchtopError) -> None:
            self._set_busy(busy=False)
            self.failed.emit(error)
            if question != AskAccount("", check=False):
                self.look()  # it may have been done in part

        self._hub.ask(question, answered, refused)

    def _set_busy(self, *, busy: bool) -> None:
        self.busy = busy
        self.busy_changed.emit(busy)
