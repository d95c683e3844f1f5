"""`benchtop models account | login | logout`: the access token for the Hub."""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import Any

from benchtop.cli.common import one_line, print_json
from benchtop.cli.hub_run import add_network_options, asking_the_hub
from benchtop.domain.errors import Interrupted
from benchtop.protocol.hub_messages import Account, AskAccount, ForgetToken, KeepToken
from benchtop.services.hub_service import hub_address

MOST_BYTES = 10_000
"""Read of a line that is piped in: far more than any token has."""


def add_action(actions: Any) -> None:
    """Add the actions to `benchtop models`."""
    _add(actions, "account", "whose access token for the Hub is used, and where it lies", _account)
    _add(
        actions,
        "login",
        "keep an access token for the Hub; it is asked for, or read from stdin",
        _login,
    )
    _add(actions, "logout", "forget the access token that Benchtop keeps", _logout)


def _add(actions: Any, name: str, text: str, run: Any) -> None:
    parser = actions.add_parser(name, help=text, description=text)
    parser.add_argument("--json", action="store_true", help="print JSON; never the token")
    add_network_options(parser)
    parser.set_defaults(run=run)


def as_json(account: Account) -> dict[str, Any]:
    """The facts that `--json` prints of an account."""
    return {
        "host": account.host,
        "name": account.name or None,
        "source": account.source,
        "kept_in": account.kept_in or None,
        "file": account.file or None,
        "checked": account.checked,
    }


def sentences(account: Account) -> str:
    """Who is signed in, and where the token lies."""
    host = account.host
    if account.source == "none":
        return f"Not signed in to {host}. `benchtop models login` keeps an access token."
    who = f" as {one_line(account.name)}" if account.name else ""
    checked = "" if account.checked else " This was not checked just now."
    return f"Signed in to {host}{who}. {_place(account)}{checked}"


def _place(account: Account) -> str:
    match account.source:
        case "environment":
            return "The access token is that of the variable HF_TOKEN."
        case "keyring":
            return "The access token lies in the system keyring."
        case "file":
            return (
                "There is no system keyring that can be used, so the access token lies in the file "
                f"{one_line(account.file)}, which only you can read."
            )
        case _:
            return "The access token is that of `hf auth login`."


def _account(arguments: argparse.Namespace) -> int:
    with asking_the_hub(arguments) as hub:
        account: Account = hub.ask(AskAccount("", check=not hub.offline))
    _tell(account, sentences(account), json=arguments.json)
    return 0


def _login(arguments: argparse.Namespace) -> int:
    token = _typed()
    with asking_the_hub(arguments) as hub:
        account: Account = hub.ask(KeepToken("", token))
    if account.source == "environment":
        words = "The access token is kept, but HF_TOKEN is set and goes before it."
    elif account.checked:
        words = sentences(account)
    else:
        words = (
            f"The access token is kept unchecked, because Benchtop is offline. {_place(account)}"
        )
    _tell(account, words, json=arguments.json)
    return 0


def _logout(arguments: argparse.Namespace) -> int:
    with asking_the_hub(arguments) as hub:
        before: Account = hub.ask(AskAccount("", check=False))
        account: Account = hub.ask(ForgetToken(""))
    if before.kept_in:
        words = f"The access token for {account.host} is forgotten."
    else:
        words = f"Benchtop kept no access token for {account.host}."
    if account.source != "none":
        words += f" Another is still used. {_place(account)}"
    _tell(account, words, json=arguments.json)
    return 0


def _typed() -> str:
    """The token, typed unseen or piped in: on the command line every program could read it."""
    if sys.stdin is None:
        return ""
    if not sys.stdin.isatty():
        return sys.stdin.buffer.readline(MOST_BYTES).decode("utf-8", "replace")
    sys.stderr.write(f"Make an access token at {hub_address('settings/tokens')}\n")
    try:
        return getpass.getpass("Access token: ")
    except EOFError:
        raise Interrupted from None


def _tell(account: Account, words: str, *, json: bool) -> None:
    if json:
        print_json(as_json(account))
    else:
        sys.stdout.write(f"{words}\n")
