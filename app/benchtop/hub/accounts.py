"""Whose access token is used: asked, kept and forgotten. A token comes in here and never goes out."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from benchtop.domain.hub_errors import TokenMalformed
from benchtop.hub.credentials import is_token
from benchtop.protocol.hub_messages import Account, AskAccount, ForgetToken, KeepToken

if TYPE_CHECKING:
    from benchtop.hub.client import HubClient
    from benchtop.hub.connections import Connections


class Accounts:
    """Answers the questions about the account with a client's credentials."""

    def __init__(self, client: HubClient, connections: Connections) -> None:
        self._client, self._connections = client, connections
        self._credentials = client.credentials

    def asked(self, message: AskAccount) -> Account:
        """Whose token it is. To be checked it is sent to the Hub; raises HubError and its kin then."""
        if not message.check:
            return self._account(message.request_id)
        self._credentials.read_again()
        with self._asking():
            name = self._client.account()
        if name and self._credentials.source in ("keyring", "file"):
            self._credentials.remember(name)
        return self._account(message.request_id, name)

    def keep(self, message: KeepToken) -> Account:
        """Keep a token that the Hub accepts; offline it cannot be asked. Raises HubError and its kin."""
        token = message.token.strip()
        if not token or not is_token(token):
            raise TokenMalformed(host=self._client.host, link=self._client.tokens_page)
        name = ""
        if not self._connections.offline:
            with self._asking():
                name = self._client.account_of(token)
        self._credentials.keep(token, name)
        own = self._credentials.source != "environment"
        return self._account(message.request_id, name if own else "")

    def forget(self, message: ForgetToken) -> Account:
        """Remove what is kept. Raises TokenNotForgotten and TokenFileStays."""
        self._credentials.forget()
        return self._account(message.request_id)

    def _asking(self) -> AbstractContextManager[None]:
        return self._connections.purpose("account", "", self._client.host)

    def _account(self, request_id: str, name: str = "") -> Account:
        known, source = self._credentials, self._credentials.source
        kept = known.name if source in ("keyring", "file") else ""
        return Account(
            request_id,
            name or kept,
            source,
            self._client.host,
            known.kept_in,
            known.file,
            checked=bool(name),
        )
