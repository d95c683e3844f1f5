"""The system's bin: files go into it, and come out of it again while we know where they lie.

Qt moves a file within its disk (freedesktop.org's trash specification 1.0 has a bin on each), so that
neither way copies gigabytes. Whoever empties the bin meanwhile has the last word.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QFile

from benchtop.domain.errors import FileNotBinned, FileNotBroughtBack


@dataclass(frozen=True, slots=True)
class BinnedFile:
    """Where a file lay, and where it lies in the bin. ``link`` is a link through which it was known, as
    in the Hub's cache, and ``leads_to`` what stood in that: the link goes and comes with its file."""

    place: Path
    kept: Path
    link: Path | None = None
    leads_to: str = ""


def move_to_bin(paths: Sequence[Path]) -> list[BinnedFile]:
    """Move all of these files to the bin, or none. Raises FileNotBinned."""
    done: list[BinnedFile] = []
    for path in paths:
        place = path.resolve()
        link, leads_to = (path, str(path.readlink())) if path.is_symlink() else (None, "")
        file = QFile(str(place))
        if not file.moveToTrash():
            for binned in reversed(done):
                bring_back(binned)
            raise FileNotBinned(path=str(path))
        done.append(BinnedFile(place, Path(file.fileName()), link, leads_to))
        if link is not None:
            with suppress(OSError):  # one that leads nowhere does no harm
                link.unlink()
    return done


def bring_all_back(files: Sequence[BinnedFile]) -> None:
    """Put all of these files back, or none. Raises FileNotBroughtBack."""
    for binned in files:  # before anything is moved: this is how it nearly always fails
        if any(os.path.lexists(path) for path in (binned.place, binned.link) if path is not None):
            raise _not_back(binned, "another file lies there now")
        if not binned.kept.exists():
            raise _not_back(binned, "the bin was emptied")
    done: list[BinnedFile] = []
    try:
        for binned in files:
            _bring(binned)
            done.append(binned)
    except FileNotBroughtBack:
        for binned in done:
            _move(binned.place, binned.kept)
        raise
    for binned in files:
        _forget(binned)


def bring_back(binned: BinnedFile) -> None:
    """Put a file back where it lay, over nothing that lies there now. Raises FileNotBroughtBack.

    Dying in the middle leaves it in both places, and never in none.
    """
    bring_all_back([binned])


def _bring(binned: BinnedFile) -> None:
    place, kept = binned.place, binned.kept
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        _move(kept, place)
        if binned.link is not None and not os.path.lexists(binned.link):
            binned.link.parent.mkdir(parents=True, exist_ok=True)
            binned.link.symlink_to(binned.leads_to)
    except FileExistsError as error:
        raise _not_back(binned, "another file lies there now") from error
    except FileNotFoundError as error:
        raise _not_back(binned, "the bin was emptied") from error
    except OSError as error:
        raise _not_back(binned, error.strerror or str(error)) from error


def _forget(binned: BinnedFile) -> None:
    """Remove the note that the specification keeps beside the file; other systems have none."""
    with suppress(OSError):
        (binned.kept.parent.parent / "info" / f"{binned.kept.name}.trashinfo").unlink()


def _move(source: Path, target: Path) -> None:
    """A rename that never takes the place of a file."""
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:  # a disk without hard links, or the file is gone
        if target.exists():
            raise FileExistsError from None
        source.rename(target)
        return
    source.unlink()


def _not_back(binned: BinnedFile, detail: str) -> FileNotBroughtBack:
    return FileNotBroughtBack(path=str(binned.place), detail=detail)
