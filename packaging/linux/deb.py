"""Make a .deb of the frozen program, with what a desktop wants to know of it.

    deb.py FROZEN LICENCES OUTPUT_FOLDER

Run with the Python that froze the program: its Qt draws the icons (packaging/icons.py), its parser tells the
manual page and the completions. The same commit gives the same bytes: every time is SOURCE_DATE_EPOCH.

Layout: all of the program under /opt/benchtop, a link in /usr/bin, and the rest where the freedesktop.org
specifications look for it (desktop entry, icon theme, shared MIME info, AppStream).
"""

from __future__ import annotations

import argparse
import gzip
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import benchtop

HERE = Path(__file__).resolve().parent
TREE = HERE.parents[1]
EPOCH = int(os.environ["SOURCE_DATE_EPOCH"])
MODELS = ("M", "D")
"""What commands call a model and a data set: a path, an id or a name."""
MAINTAINER = "The Benchtop developers <developers@benchtop.example.org>"


def write_manual(path: Path) -> None:
    """The manual page of all commands, as their parser knows them."""
    from argparse_manpage.manpage import Manpage

    from benchtop.cli.parser import build_parser

    parser = build_parser()
    parser.man_short_description = "a private desktop lab for small language models"
    page = Manpage(parser, format="pretty")
    page.manual = "Benchtop's manual"
    page.date = datetime.fromtimestamp(EPOCH, tz=UTC).strftime("%Y-%m-%d")
    page.version = benchtop.__version__
    compressed(path, str(page).encode())


def write_completions(share: Path) -> None:
    """What a shell completes: commands, options, and files where one is asked for."""
    import shtab

    from benchtop.cli.parser import build_parser

    parser = build_parser()
    mark_files(parser)
    for place, shell in (
        ("bash-completion/completions/benchtop", "bash"),
        ("zsh/vendor-completions/_benchtop", "zsh"),
        ("fish/vendor_completions.d/benchtop.fish", "fish"),
    ):
        path = share / place
        path.parent.mkdir(parents=True, exist_ok=True)
        text = shtab.complete(parser, shell)
        # A folder is gone on with, and a space in a name is quoted.
        path.write_text(
            text.replace("complete -o bash", "complete -o filenames -o bash"), encoding="utf-8"
        )


def mark_files(parser: argparse.ArgumentParser) -> None:
    """Let a shell offer files: also where a name or an id would do, which no shell can know."""
    import shtab

    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for one in action.choices.values():
                mark_files(one)
        elif not action.choices and isinstance(action.metavar, str):
            if action.metavar.startswith(("FILE", "PATH", "CARD")) or action.metavar in MODELS:
                action.complete = shtab.FILE  # type: ignore[attr-defined]
            elif action.metavar == "DIR":
                action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]


def compressed(path: Path, data: bytes) -> None:
    """Gzip as Debian wants it: the smallest, and without a time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(data, 9, mtime=0))


def changelog(version: str) -> bytes:
    """Debian's changelog: one entry, that points to the program's own."""
    when = format_datetime(datetime.fromtimestamp(EPOCH, tz=UTC))
    return (
        f"benchtop ({version}) stable; urgency=medium\n\n"
        "  * What changed for you: /opt/benchtop/CHANGELOG.md\n\n"
        f" -- {MAINTAINER}  {when}\n"
    ).encode()


def depends(root: Path, work: Path) -> str:
    """The packages whose libraries the program links to, as dpkg-shlibdeps finds them."""
    debian = work / "debian"
    debian.mkdir(parents=True, exist_ok=True)
    (debian / "control").write_text("Source: benchtop\n\nPackage: benchtop\nArchitecture: any\n")
    inside = root / "opt" / "benchtop"
    files = [one for one in sorted(inside.rglob("*")) if one.is_file() and is_elf(one)]
    private = sorted({str(one.parent) for one in files})
    told = subprocess.run(
        [
            "dpkg-shlibdeps", "-O", "--ignore-missing-info", "--warnings=0",
            *(f"-l{place}" for place in private), *(f"-e{one}" for one in files),
        ],
        cwd=work, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    found = re.search(r"^shlibs:Depends=(.*)$", told, re.MULTILINE)
    assert found is not None, told
    return found[1]


def is_elf(path: Path) -> bool:
    """Whether a file is a program or a library."""
    if path.is_symlink():
        return False
    with path.open("rb") as stream:
        return stream.read(4) == b"\x7fELF"


def set_modes(root: Path) -> None:
    """Modes and times that depend on nobody's umask."""
    for path in sorted(root.rglob("*"), reverse=True):
        if not path.is_symlink():
            runs = path.is_dir() or path.relative_to(root).as_posix() in (
                "opt/benchtop/benchtop",
                "DEBIAN/postrm",
            )
            path.chmod(0o755 if runs else 0o644)
        os.utime(path, (EPOCH, EPOCH), follow_symlinks=False)
    os.utime(root, (EPOCH, EPOCH))


def build(frozen: Path, licences: Path, output: Path) -> Path:
    """The package's path."""
    work = output / "deb.work"
    shutil.rmtree(work, ignore_errors=True)
    root = work / "root"
    share, program = root / "usr" / "share", root / "opt" / "benchtop"
    shutil.copytree(frozen, program, symlinks=True)
    shutil.copytree(licences, program / "licences")
    shutil.copyfile(TREE / "CHANGELOG.md", program / "CHANGELOG.md")
    (root / "usr" / "bin").mkdir(parents=True)
    (root / "usr" / "bin" / "benchtop").symlink_to("/opt/benchtop/benchtop")
    for source, target in (
        (TREE / "resources" / "benchtop.desktop", share / "applications" / "benchtop.desktop"),
        (
            TREE / "resources" / "benchtop.metainfo.xml",
            share / "metainfo" / "org.benchtop.Benchtop.metainfo.xml",
        ),
        (HERE / "benchtop-mime.xml", share / "mime" / "packages" / "benchtop.xml"),
        (HERE / "copyright", share / "doc" / "benchtop" / "copyright"),
        (HERE / "lintian-overrides", share / "lintian" / "overrides" / "benchtop"),
    ):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    icons = str(TREE / "packaging" / "icons.py")
    subprocess.run([sys.executable, icons, "png", str(share / "icons" / "hicolor")], check=True)
    write_manual(share / "man" / "man1" / "benchtop.1.gz")
    write_completions(share)
    version = f"{benchtop.__version__}"
    compressed(share / "doc" / "benchtop" / "changelog.gz", changelog(version))
    control(root, work, version)
    set_modes(root)
    architecture = machine()
    target = output / f"benchtop_{version}_{architecture}.deb"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Zxz", "-z9", "--build", str(root), str(target)], check=True,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    shutil.rmtree(work)
    return target


def machine() -> str:
    """Debian's name of this machine's kind."""
    told = subprocess.run(
        ["dpkg", "--print-architecture"], capture_output=True, text=True, check=True
    )
    return told.stdout.strip()


def control(root: Path, work: Path, version: str) -> None:
    """The package's facts, sums and scripts."""
    place = root / "DEBIAN"
    place.mkdir()
    kilobytes = (
        sum(one.stat().st_size for one in root.rglob("*") if one.is_file() and not one.is_symlink())
        // 1024
    )
    text = (HERE / "control").read_text(encoding="utf-8")
    values = {
        "version": version,
        "architecture": machine(),
        "maintainer": MAINTAINER,
        "size": str(kilobytes),
        "depends": depends(root, work),
    }
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    (place / "control").write_text(text, encoding="utf-8")
    shutil.copyfile(HERE / "postrm", place / "postrm")
    files = [
        one
        for one in sorted(root.rglob("*"))
        if one.is_file() and not one.is_symlink() and "DEBIAN" not in one.parts
    ]
    sums = subprocess.run(
        ["md5sum", *(str(one.relative_to(root)) for one in files)],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    (place / "md5sums").write_text(sums, encoding="utf-8")


if __name__ == "__main__":
    frozen_folder, licence_folder, output_folder = (Path(one).resolve() for one in sys.argv[1:])
    sys.stdout.write(f"{build(frozen_folder, licence_folder, output_folder)}\n")
