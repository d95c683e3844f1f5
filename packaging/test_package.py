"""Install the .deb in a bare Debian, use it as a person does, upgrade it, and take it away again.

    test_package.py DEB [--keep FOLDER]

Run as root, with debootstrap, Xvfb, openbox, xdotool, at-spi2-core and python3-pyatspi here. The Debian
(release 12, without Python) lies in a folder of its own; only apt changes anything in it. An ordinary user
starts the Exec line of the desktop entry; the person at the screen is the one of tests/e2e. Prints one JSON
object: sizes in bytes, times in seconds.
"""

from __future__ import annotations

import argparse
import json
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

TREE = Path(__file__).resolve().parents[1]
USER = 1000
NAME = "person"
OLDER = "0.0.9"
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
        found = set()
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

    def command(self, *, network: bool) -> list[str]:
        """What the desktop entry starts, as the user would, seen from outside."""
        entry = (self.root / "usr/share/applications/benchtop.desktop").read_text(encoding="utf-8")
        line = re.search(r"^Exec=(.*)$", entry, re.MULTILINE)
        assert line is not None
        words = [word for word in line[1].split() if not word.startswith("%")]
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


def as_person(display: str, words: Sequence[str | Path]) -> str:
    """Run a command as the user, in a session of their own."""
    with tempfile.TemporaryDirectory() as own:
        os.chown(own, USER, USER)
        environment = {
            "DISPLAY": display, "XDG_RUNTIME_DIR": own, "HOME": own, "XDG_SESSION_TYPE": "x11",
            "LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"],
        }  # fmt: skip
        return run(
            "setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", "dbus-run-session", "--",
            *words, env=environment, cwd="/tmp", timeout=300,
        )  # fmt: skip


def journey(name: str, debian: Debian, *, network: bool) -> dict[str, dict[str, object]]:
    """Make a journey of tests/e2e; what was said at each step."""
    with screen() as display, tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)  # the user may not read the tree
        for file in ("person.py", "journeys.py"):
            shutil.copyfile(TREE / "tests" / "e2e" / file, Path(place) / file)
        told = as_person(
            display,
            [
                "/usr/bin/python3",
                f"{place}/journeys.py",
                name,
                *debian.command(network=network),
            ],
        )
    lines = [json.loads(line) for line in told.splitlines() if line.startswith("{")]
    return {line["step"]: line for line in lines}


def first_paint(debian: Debian) -> float:
    """Seconds from the start to a window on the screen, the best of five warm starts."""
    script = """
import subprocess, sys, time
best, find = 1e9, ["xdotool", "search", "--onlyvisible", "--name", "Benchtop"]
for _ in range(6):
    begun = time.monotonic()
    process = subprocess.Popen(sys.argv[1:], stderr=subprocess.DEVNULL)
    while not (windows := subprocess.run(find, capture_output=True, text=True).stdout.split()):
        time.sleep(0.005)
    best = min(best, time.monotonic() - begun)
    time.sleep(2)
    subprocess.run(["xdotool", "windowclose", windows[0]])
    process.kill()
    process.wait()
    time.sleep(1)
print(best)
"""
    with screen() as display:
        return float(
            as_person(
                display, ["/usr/bin/python3", "-c", script, *debian.command(network=True)]
            ).splitlines()[-1]
        )


def older(deb: Path, folder: Path) -> Path:
    """The same program as a package of an earlier version, to be upgraded from."""
    root = folder / "older"
    run("dpkg-deb", "-R", deb, root)
    control = root / "DEBIAN" / "control"
    control.write_text(
        re.sub(r"^Version: .*$", f"Version: {OLDER}", control.read_text(), flags=re.MULTILINE)
    )
    target = folder / f"benchtop_{OLDER}.deb"
    run("dpkg-deb", "--root-owner-group", "-Znone", "--build", root, target)
    shutil.rmtree(root)
    return target


def main() -> None:
    """All of it, in the order in which a person would."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("deb", type=Path)
    parser.add_argument("--keep", type=Path, help="a folder for the Debian, which stays there")
    told = parser.parse_args()
    found: dict[str, object] = {"packed_bytes": told.deb.stat().st_size}
    if (
        "BENCHTOP_OWN_MOUNTS" not in os.environ
    ):  # what is mounted here is seen by nobody else, and ends with us
        os.environ["BENCHTOP_OWN_MOUNTS"] = "1"
        os.execvp("unshare", ["unshare", "--mount", sys.executable, *sys.argv])
    folder = Path(tempfile.mkdtemp(prefix="benchtop-package-")) if told.keep is None else told.keep
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    debian = Debian(folder / "debian")
    try:
        debian.make()
        with debian.running():
            check(debian, told.deb, folder, found)
    finally:
        if told.keep is None:
            throw_away(folder)
    sys.stdout.write(json.dumps(found, indent=1) + "\n")


def throw_away(folder: Path) -> None:
    """Delete a folder, unless something is mounted in it: that would be deleted as well."""
    if str(folder) in Path("/proc/self/mountinfo").read_text():
        sys.stderr.write(f"{folder} stays: something is mounted in it\n")
        return
    shutil.rmtree(folder)


def check(debian: Debian, deb: Path, folder: Path, found: dict[str, object]) -> None:
    """Each claim of the package, one after the other."""
    before = debian.files()
    old = older(deb, folder)
    found["install_seconds"] = round(debian.install(old), 1)
    old.unlink()
    inside = debian.root / "opt/benchtop"
    sizes = (
        one.lstat().st_size for one in inside.rglob("*") if one.is_file() and not one.is_symlink()
    )
    found["unpacked_bytes"] = sum(sizes)
    assert not (debian.root / "usr/bin/python3").exists(), "apt brought a Python"
    found["first_reply"] = journey("installed", debian, network=True)
    home = debian.root / f"home/{NAME}"
    kept = sorted(one for one in home.rglob("*.sqlite3"))
    assert kept, "nothing was kept"
    found["first_paint_seconds"] = round(first_paint(debian), 3)
    found["upgrade_seconds"] = round(debian.install(deb), 1)
    found["version"] = debian.within("dpkg-query", "-W", "-f", "${Version}", "benchtop")
    found["unplugged"] = journey("upgraded", debian, network=False)
    said = debian.within("apt-get", "purge", "-y", "benchtop")
    assert ".local/share/benchtop" in said, said
    assert all(one.is_file() for one in kept), "a purge took what a person wrote"
    debian.within("apt-get", "autoremove", "--purge", "-y")
    left = sorted(one for one in debian.files() - before if "benchtop" in one.lower())
    assert not left, left
    found["left_after_purge"] = left


if __name__ == "__main__":
    main()
