"""A bare Debian in a folder, an ordinary user in it, and a screen to look at."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

USER = 1000
NAME = "person"
MOUNTS = (("proc", "/proc"), ("/dev", "/dev"), ("/tmp", "/tmp"))


def run(*words: str | Path, **options: object) -> str:
    """Run a command; what it printed."""
    done = subprocess.run(
        [*map(str, words)], capture_output=True, text=True, check=False, **options
    )  # type: ignore[call-overload]
    if done.returncode != 0:
        raise SystemExit(
            f"{' '.join(map(str, words))} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
        )
    return str(done.stdout)


class Debian:
    """A Debian in a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def make(self) -> None:
        """Debian 12 as debootstrap makes it, with a user."""
        mirror = re.search(r"^(?:URIs:|deb)\s+(http\S+/debian/?)\s", sources(), re.MULTILINE)
        if mirror is None:
            raise SystemExit("no mirror of Debian is named in this machine's sources")
        run("debootstrap", "--variant=minbase", "bookworm", self.root, mirror[1])
        self.within("useradd", "--create-home", "--uid", str(USER), NAME)
        assert not (self.root / "usr/bin/python3").exists()

    def within(self, *words: str) -> str:
        """Run a command inside, as root."""
        environment = {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "DEBIAN_FRONTEND": "noninteractive",
            "LC_ALL": "C.UTF-8",
        }
        return run("chroot", self.root, *words, env=environment)

    def install(self, deb: Path) -> float:
        """apt installs it with what it depends on; the seconds that took."""
        shutil.copyfile(deb, self.root / "root" / deb.name)
        begun = time.monotonic()
        self.within("apt-get", "install", "-y", "--no-install-recommends", f"/root/{deb.name}")
        (self.root / "root" / deb.name).unlink()
        return time.monotonic() - begun

    def files(self) -> set[str]:
        """All that lies in it, but for what apt and people keep."""
        not_ours = (
            "proc",
            "dev",
            "tmp",
            "home",
            "root",
            "var/lib/apt",
            "var/lib/dpkg",
            "var/cache",
            "var/log",
        )
        found: set[str] = set()
        for place, folders, names in os.walk(self.root):
            here = os.path.relpath(place, self.root)
            folders[:] = [
                one for one in folders if os.path.normpath(f"{here}/{one}") not in not_ours
            ]
            found.update(os.path.normpath(f"{here}/{name}") for name in names)
        return found

    @contextmanager
    def running(self) -> Iterator[None]:
        """With what a running system has."""
        with ExitStack() as steps:
            for source, place in MOUNTS:
                kind = ["-t", "proc", "proc"] if source == "proc" else ["--rbind", source]
                run("mount", *kind, f"{self.root}{place}")
                steps.callback(subprocess.run, ["umount", "-l", f"{self.root}{place}"], check=False)
            yield

    def command(self, *, network: bool, home: str = "") -> list[str]:
        """What the desktop entry starts, as the user would, seen from outside; ``home``: a folder of the user
        that is taken for the whole home."""
        entry = (self.root / "usr/share/applications/benchtop.desktop").read_text(encoding="utf-8")
        line = re.search(r"^Exec=(.*)$", entry, re.MULTILINE)
        assert line is not None
        words = [word for word in line[1].split() if not word.startswith("%")]
        own = ["env", f"HOME=/home/{NAME}/{home}"] if home else []
        return self.as_user([*own, *words], network=network)

    def as_user(self, words: Sequence[str], *, network: bool) -> list[str]:
        """A command inside, as the user who is already nobody else outside."""
        unplugged = [] if network else ["--net"]
        return [
            "unshare", "--user", "--map-current-user", *unplugged, f"--root={self.root}",
            f"--wd=/home/{NAME}", "env", f"HOME=/home/{NAME}", "PATH=/usr/local/bin:/usr/bin:/bin", *words,
        ]  # fmt: skip


def sources() -> str:
    """Where this machine takes Debian's packages from."""
    places = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]
    return "\n".join(one.read_text() for one in places if one.is_file())


@contextmanager
def screen() -> Iterator[str]:
    """A virtual screen with a window manager; its DISPLAY."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x900x24", "-ac", "-nolisten", "tcp"],
        pass_fds=[write], stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(write)
    with os.fdopen(read) as pipe:
        display = f":{pipe.readline().strip()}"
    manager = subprocess.Popen(
        ["openbox"], env={**os.environ, "DISPLAY": display}, stderr=subprocess.DEVNULL
    )
    try:
        yield display
    finally:
        for process in (manager, server):
            process.terminate()
            process.wait(30)


def as_person(display: str, words: Sequence[str | Path], seconds: float = 300) -> str:
    """Run a command as the user, in a session of their own."""
    with tempfile.TemporaryDirectory() as own:
        os.chown(own, USER, USER)
        environment = {
            "DISPLAY": display, "XDG_RUNTIME_DIR": own, "HOME": own, "XDG_SESSION_TYPE": "x11",
            "LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"],
        }  # fmt: skip
        return run(
            "setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", "dbus-run-session", "--",
            *words, env=environment, cwd="/tmp", timeout=seconds,
        )  # fmt: skip


def throw_away(folder: Path) -> None:
    """Delete a folder, unless something is mounted in it: that would be deleted as well."""
    if str(folder) in Path("/proc/self/mountinfo").read_text():
        sys.stderr.write(f"{folder} stays: something is mounted in it\n")
        return
    shutil.rmtree(folder)
