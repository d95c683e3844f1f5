"""A real keyring for tests: GNOME's, on a session bus of its own, in a folder of its own."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PROGRAMS = ("dbus-daemon", "gnome-keyring-daemon", "dbus-send")
SERVICE = "org.freedesktop.secrets"


@contextmanager
def session_bus(folder: Path) -> Iterator[str]:
    """A bus without a display, where nothing is started by being asked for; its address."""
    for program in PROGRAMS:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    config = folder / "bus.conf"
    config.write_text(
        "<!DOCTYPE busconfig PUBLIC '-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN' "
        "'http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd'>"
        f"<busconfig><type>session</type><listen>unix:dir={folder}</listen>"
        "<policy context='default'><allow send_destination='*' eavesdrop='true'/>"
        "<allow eavesdrop='true'/><allow own='*'/></policy></busconfig>",
        encoding="ascii",
    )
    words = ["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address=1"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as bus:
        assert bus.stdout is not None
        try:
            yield bus.stdout.readline().strip()
        finally:
            bus.terminate()


@contextmanager
def secret_service(folder: Path, *, unlocked: bool = True) -> Iterator[dict[str, str]]:
    """The variables that lead a process to the keyring. Locked, it asks for a password in a window
    that cannot come."""
    folder.mkdir(parents=True, exist_ok=True)
    with session_bus(folder) as address:
        environment = {
            "DBUS_SESSION_BUS_ADDRESS": address,
            "HOME": str(folder),
            "XDG_DATA_HOME": str(folder / "data"),
            "XDG_RUNTIME_DIR": str(folder),
            "PATH": "/usr/bin:/bin",
        }
        words = ["gnome-keyring-daemon", "--foreground", "--components=secrets"]
        words += ["--unlock"] if unlocked else []
        with subprocess.Popen(
            words,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as daemon:
            assert daemon.stdin is not None
            daemon.stdin.write(b"a password" if unlocked else b"")
            daemon.stdin.close()
            try:
                _wait_for_service(address)
                yield {
                    "DBUS_SESSION_BUS_ADDRESS": address,
                    "PYTHON_KEYRING_BACKEND": "keyring.backends.SecretService.Keyring",
                }
            finally:
                daemon.terminate()


def _wait_for_service(address: str) -> None:
    """Ask until it is there; each question takes as long as a process."""
    words = ["dbus-send", f"--bus={address}", "--print-reply", "--dest=org.freedesktop.DBus"]
    words += ["/", "org.freedesktop.DBus.NameHasOwner", f"string:{SERVICE}"]
    for _ in range(2_000):
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=30)
        if "boolean true" in done.stdout:
            return
    raise TimeoutError("gnome-keyring-daemon did not come onto the bus")
