"""Keyrings for the hub worker, chosen by PYTHON_KEYRING_BACKEND; their file is that of KEYRING_FILE."""

from __future__ import annotations

import json
import os
import signal
import threading
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import KeyringError, KeyringLocked, PasswordDeleteError


class InFile(KeyringBackend):
    """A keyring as it should be."""

    priority = 5  # type: ignore[assignment]

    @property
    def path(self) -> Path:
        return Path(os.environ["KEYRING_FILE"])

    def entries(self) -> dict[str, str]:
        return dict(json.loads(self.path.read_text())) if self.path.exists() else {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self.path.write_text(json.dumps(self.entries() | {f"{service} {username}": password}))

    def delete_password(self, service: str, username: str) -> None:
        entries = self.entries()
        if entries.pop(f"{service} {username}", None) is None:
            raise PasswordDeleteError("No such password!")
        self.path.write_text(json.dumps(entries))


class PlaintextKeyring(InFile):
    """Called as one of keyrings.alt is: its file is no keyring."""


class NotRecommended(InFile):
    """Below what keyring takes by itself."""

    priority = 0.5  # type: ignore[assignment]


class Locked(InFile):
    """Somebody said no to the window that asks for its password."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("Failed to unlock the collection!")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked(f"Failed to unlock the collection for {password}!")

    def delete_password(self, service: str, username: str) -> None:
        raise KeyringLocked("Failed to unlock the collection!")


class Broken(InFile):
    """It says in its failure what it was to keep."""

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringError(f"{password} could not be kept")


class Forgetful(InFile):
    """It keeps nothing and does not say so."""

    def set_password(self, service: str, username: str, password: str) -> None:
        pass


class Hanging(InFile):
    """It shows a window that nobody sees."""

    def get_password(self, service: str, username: str) -> str | None:
        threading.Event().wait()
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        threading.Event().wait()

    def delete_password(self, service: str, username: str) -> None:
        threading.Event().wait()


class Deadly(InFile):
    """The worker dies with the token on its way."""

    def set_password(self, service: str, username: str, password: str) -> None:
        os.kill(os.getpid(), signal.SIGKILL)
