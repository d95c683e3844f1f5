"""Install the .deb in a bare Debian, use it as a person does, upgrade it, and take it away again.

    test_package.py DEB [--keep FOLDER] [--teach [FOLDER...]]

Run as root, with debootstrap, Xvfb, openbox, xdotool, at-spi2-core and python3-pyatspi here. The Debian
(release 12, without Python) lies in a folder of its own; only apt changes anything in it. An ordinary user
starts the Exec line of the desktop entry; the person at the screen is the one of tests/e2e. Prints one JSON
object: sizes in bytes, times in seconds. --teach also sets up the training tools in it, about 200 MB from
pip's package index, and teaches the starter with them.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bare_debian import NAME, USER, Debian, as_person, run, screen, throw_away
from released_stores import upgraded_stores
from teach_installed import taught

TREE = Path(__file__).resolve().parents[1]
OLDER = "0.0.9"
PACKED_BYTES, UNPACKED_BYTES = 90_000_000, 220_000_000
"""What the package may take, packed and installed."""


def journey(
    name: str,
    debian: Debian,
    *,
    network: bool,
    home: str = "",
    when_ready: Callable[[], object] | None = None,
) -> dict[str, dict[str, object]]:
    """Make a journey of tests/e2e; what was said at each step. ``when_ready`` is done beside it, once the
    window is there."""
    with screen() as display, tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o777)  # the user may not read the tree
        for file in ("person.py", "journeys.py"):
            shutil.copyfile(TREE / "tests" / "e2e" / file, Path(place) / file)
        command = debian.command(network=network, home=home)
        words = ["/usr/bin/python3", f"{place}/journeys.py", name, *command]
        with ThreadPoolExecutor(1) as beside:
            going = beside.submit(as_person, display, words)
            while when_ready is not None and not going.done():
                if Path(place, "ready").exists():
                    when_ready()
                    break
                time.sleep(0.1)
            told = going.result()
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
    parser.add_argument(
        "--teach", type=Path, nargs="*", metavar="FOLDER",
        help="teach with it too; folders of packages that pip's configuration names here",
    )  # fmt: skip
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
            check(debian, told.deb, folder, found, told.teach)
    finally:
        if told.keep is None:
            throw_away(folder)
    sys.stdout.write(json.dumps(found, indent=1) + "\n")


def check(
    debian: Debian,
    deb: Path,
    folder: Path,
    found: dict[str, object],
    teach: Sequence[Path] | None,
) -> None:
    """Each claim of the package, one after the other."""
    before = debian.files()
    old = older(deb, folder)
    found["install_seconds"] = round(debian.install(old), 1)
    old.unlink()
    inside = debian.root / "opt/benchtop"
    sizes = (
        one.lstat().st_size for one in inside.rglob("*") if one.is_file() and not one.is_symlink()
    )
    found["unpacked_bytes"] = unpacked = sum(sizes)
    assert unpacked < UNPACKED_BYTES, unpacked
    assert deb.stat().st_size < PACKED_BYTES
    assert not (debian.root / "usr/bin/python3").exists(), "apt brought a Python"
    found["first_reply"] = journey("installed", debian, network=True)
    home = debian.root / f"home/{NAME}"
    kept = sorted(one for one in home.rglob("*.sqlite3"))
    assert kept, "nothing was kept"
    found["first_paint_seconds"] = round(first_paint(debian), 3)
    person = home / "unplugged"
    person.mkdir()
    os.chown(person, USER, USER)
    found["first_reply_unplugged"] = journey("installed", debian, network=False, home=person.name)
    seconds: list[float] = []
    found["updated_while_open"] = journey(
        "updated", debian, network=True, when_ready=lambda: seconds.append(debian.install(deb))
    )
    found["upgrade_seconds"] = round(seconds[0], 1)
    found["version"] = debian.within("dpkg-query", "-W", "-f", "${Version}", "benchtop")
    found["reply_after_upgrade"] = journey("upgraded", debian, network=False)
    found["opened_schemas"] = upgraded_stores(debian)
    if teach is not None:
        found["taught"] = taught(debian, teach)
    said = debian.within("apt-get", "purge", "-y", "benchtop")
    assert ".local/share/benchtop" in said, said
    assert all(one.is_file() for one in kept), "a purge took what a person wrote"
    debian.within("apt-get", "autoremove", "--purge", "-y")
    left = sorted(debian.files() - before)
    found["left_after_purge"] = left
    assert not left, left


if __name__ == "__main__":
    main()
