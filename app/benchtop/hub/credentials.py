"""Which access token goes to the Hub, and where one that Benchtop keeps lies. Only this file imports keyring.

In this order, the first that is there is used:

1. the environment's: HF_TOKEN, for whoever starts Benchtop with one knows what they want;
2. the one that Benchtop keeps for this Hub, since it was given to Benchtop itself;
3. that of `hf auth login`, which huggingface_hub keeps for every program and sends to HF_ENDPOINT.

What Benchtop keeps is kept for one origin (scheme, host and port of HF_ENDPOINT), so that a token for
one Hub never reaches a mirror. It lies in the system's keyring, else in the account file (see
``account_file``). In either case that file says that there is one, so that nobody's keyring is opened,
which may ask for a password, who never kept a token there.

The file is written before the keyring and removed after it: whenever this dies, nothing lies in the
keyring that the file does not tell of.
"""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from benchtop.domain.hub import KeptIn, TokenSource
from benchtop.domain.hub_errors import KeyringClosed, TokenNotForgotten
from benchtop.hub.account_file import AccountFile, Note

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "Benchtop"
"""What the entry is called in the keyring; its user name is the origin."""
SECONDS = "BENCHTOP_KEYRING_SECONDS"
"""The variable that says how long a keyring is waited for, which may show a window and ask a person."""
DEFAULT_SECONDS = 30.0
MOST_LETTERS = 1_000
_NO_KEYRING = ("keyrings.alt", "keyring.backends.fail", "keyring.backends.null")
"""Modules of backends that keep nothing, or keep it in a file that any program can read."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Token:
    """A token, empty where there is none or it cannot be had, and where it comes from."""

    value: str = field(default="", repr=False)
    source: TokenSource = "none"


class GivenTokens(Protocol):
    """The tokens that are not ours to keep. Reading one may ask the Hub to make it last longer."""

    def in_environment(self) -> bool: ...

    def in_login(self) -> bool: ...

    def read(self) -> str: ...


class KeyringUnusableError(Exception):
    """``why`` goes on after "the system keyring". It is never what a backend says, which may hold
    what it was to keep. ``unsure``: it may have done what it was asked, or do it later."""

    def __init__(self, why: str, *, unsure: bool = False) -> None:
        super().__init__(why)
        self.why, self.unsure = why, unsure


def is_token(text: str) -> bool:
    """Whether a header can carry it."""
    return text.isascii() and text.isprintable() and " " not in text and len(text) <= MOST_LETTERS


class Credentials:
    """The tokens for one Hub. Threads may share it; a locked keyring holds them all up."""

    def __init__(self, host: str, origin: str, home: Path | None, given: GivenTokens) -> None:
        self._host, self._origin, self._given = host, origin, given
        self._file = AccountFile(host, origin, home)
        self._lock = threading.RLock()
        self._read: str | None = None
        self.problem: KeyringClosed | None = None
        """Why the keyring did not give out the token that it holds."""

    @property
    def source(self) -> TokenSource:
        """Where the token that is used comes from; no keyring is opened to know it."""
        if self._given.in_environment():
            return "environment"
        return self.kept_in or ("hub login" if self._given.in_login() else "none")

    @property
    def kept_in(self) -> KeptIn:
        """Where Benchtop keeps a token for this Hub; empty: nowhere."""
        note = self._file.read()
        if note is None:
            return ""
        return "file" if note.token else "keyring"

    @property
    def name(self) -> str:
        """Whose token is kept, if it was ever checked."""
        note = self._file.read()
        return note.name if note else ""

    @property
    def file(self) -> str:
        """The file that holds the kept token; empty where none does."""
        return str(self._file.path) if self.kept_in == "file" else ""

    def in_use(self) -> Token:
        """The token to send. Where the keyring does not give it out, it is empty and ``problem`` set."""
        if self._given.in_environment():
            return Token(self._given.read(), "environment")
        with self._lock:
            note = self._file.read()
            if note is not None:
                value = note.token or self._from_keyring()
                if value or self.problem is not None:
                    return Token(value, "file" if note.token else "keyring")
        if self._given.in_login():
            return Token(self._given.read(), "hub login")
        return Token()

    def read_again(self) -> None:
        """Forget what the keyring said: it may be open now, or hold another token."""
        with self._lock:
            self._read = self.problem = None

    def keep(self, token: str, name: str) -> None:
        """Keep it in the keyring, else in the file. ``name`` is the account's; empty: not known.

        Raises TokenNotKept; what was kept before may then be kept still.
        """
        with self._lock:
            self.read_again()
            before = self._file.read()
            self._file.write(Note(name, in_keyring=True))
            try:
                _in_time(lambda: _put(self._origin, token))
            except KeyringUnusableError as error:
                in_keyring = error.unsure or (before is not None and before.in_keyring)
                self._file.write(Note(name, token, in_keyring))

    def remember(self, name: str) -> None:
        """The Hub said whose the kept token is."""
        with self._lock:
            note = self._file.read()
            if note is not None and note.name != name:
                self._file.write(replace(note, name=name))

    def forget(self) -> None:
        """Remove it from the keyring and the file. Raises TokenNotForgotten and TokenFileStays."""
        with self._lock:
            self.read_again()
            note = self._file.read()
            if note is None or not note.in_keyring:
                self._file.remove()
                return
            if note.token:  # gone at once, and not only after the keyring was waited for
                self._file.write(replace(note, token=""))
            try:
                _in_time(lambda: _remove(self._origin))
            except KeyringUnusableError as error:
                self._file.remove()
                raise TokenNotForgotten(host=self._host, detail=error.why) from error
            self._file.remove()

    def _from_keyring(self) -> str:
        if self._read is None and self.problem is None:
            try:
                self._read = _in_time(lambda: _get(self._origin))
            except KeyringUnusableError as error:
                self.problem = KeyringClosed(host=self._host, detail=error.why)
        return self._read or ""


def _in_time(step: Callable[[], T]) -> T:
    """Have another thread do it, and wait for as long as a person may take to unlock a keyring.

    Raises KeyringUnusableError. A thread that hangs is left behind; it ends with the process.
    """
    answers: queue.SimpleQueue[Callable[[], T]] = queue.SimpleQueue()

    def work() -> None:
        try:
            value = step()
        except Exception as fault:  # noqa: BLE001  (a backend may raise anything)
            error = fault if isinstance(fault, KeyringUnusableError) else _explained(fault)
            answers.put(lambda: _raise(error))
        else:
            answers.put(lambda: value)

    threading.Thread(target=work, name="keyring", daemon=True).start()
    seconds = _seconds()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        why = f"did not answer within {seconds:g} seconds"
        raise KeyringUnusableError(why, unsure=True) from None
    return answer()


def _raise(error: KeyringUnusableError) -> Any:
    raise error


def _seconds() -> float:
    try:
        seconds = float(os.environ.get(SECONDS, ""))
    except ValueError:
        return DEFAULT_SECONDS
    return seconds if 0 < seconds <= 3_600 else DEFAULT_SECONDS


def _explained(error: Exception) -> KeyringUnusableError:
    from keyring import errors  # noqa: PLC0415  (with its first use only, as below)

    match error:
        case errors.NoKeyringError():
            return KeyringUnusableError("is not there")
        case errors.KeyringLocked():
            return KeyringUnusableError("is locked")
        case _:
            return KeyringUnusableError(f"could not be opened ({type(error).__name__})")


def _backend() -> KeyringBackend:
    """The system's keyring. Raises KeyringUnusableError where there is none that deserves the name."""
    import keyring  # noqa: PLC0415
    from keyring.backends.chainer import ChainerBackend  # noqa: PLC0415

    chosen = keyring.get_keyring()
    several = chosen.backends if isinstance(chosen, ChainerBackend) else [chosen]
    for one in several:
        if _is_safe(one):
            return one
    raise KeyringUnusableError("is not there")


def _is_safe(backend: KeyringBackend) -> bool:
    kind = type(backend)
    plain = kind.__module__.startswith(_NO_KEYRING) or "plaintext" in kind.__name__.lower()
    return not plain and float(kind.priority) >= 1  # less is what keyring itself does not recommend


def _get(origin: str) -> str:
    return _backend().get_password(SERVICE, origin) or ""


def _put(origin: str, token: str) -> None:
    keyring = _backend()
    keyring.set_password(SERVICE, origin, token)
    if keyring.get_password(SERVICE, origin) != token:
        raise KeyringUnusableError("did not keep it", unsure=True)


def _remove(origin: str) -> None:
    from keyring.errors import PasswordDeleteError  # noqa: PLC0415

    keyring = _backend()
    with suppress(PasswordDeleteError):  # so they say as well that there is none
        keyring.delete_password(SERVICE, origin)
    if keyring.get_password(SERVICE, origin) is not None:
        raise KeyringUnusableError("did not delete it")
