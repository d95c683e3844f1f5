"""Walking through folders of other programs: bounded, never past a link, never stopped by one bad entry."""

from __future__ import annotations

import os
import stat
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

DEPTH = 6
"""Folders below folders that are looked into: the deepest layout (Ollama's) needs four."""
MOST_ENTRIES = 50_000
"""Entries of one place that are looked at: a person may have named the home folder for a place."""
SMALL_BYTES = 1024 * 1024
"""No settings, manifest or reference of a program is larger."""
_JUNCTION = (
    0xA0000003  # IO_REPARSE_TAG_MOUNT_POINT: what Windows has in the place of links to folders
)

Cancelled = Callable[[], bool]
Identity = tuple[int, int]


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A regular file, or a link to one, with the size (bytes) of what is at its end."""

    path: Path
    size: int
    is_link: bool


def never() -> bool:
    """For a search that nobody cancels."""
    return False


def identity_of(path: Path) -> Identity | None:
    """What makes a file the same under every name: its device and number; None if it is gone."""
    with suppress(OSError, ValueError):
        facts = path.stat()
        return facts.st_dev, facts.st_ino
    return None


def small_text(path: Path) -> str:
    """The text of a small regular file; empty if it is anything else, or cannot be read."""
    with suppress(OSError, ValueError):
        facts = path.stat()
        # What has no size and a content is made up while it is read, and may never end.
        if stat.S_ISREG(facts.st_mode) and 0 < facts.st_size <= SMALL_BYTES:
            return path.read_text(encoding="utf-8", errors="replace")
    return ""


def folders_in(folder: Path) -> list[Path]:
    """The folders right in a folder, by name, links left out; none where it cannot be read."""
    return [Path(entry.path) for entry in _entries(folder) if _is_folder(entry)]


def files_below(
    folder: Path, cancelled: Cancelled = never, *, depth: int = DEPTH
) -> Iterator[FoundFile]:
    """The files in a folder and in those below it, the nearer ones first, then by name.

    The folder itself may be a link. Links to folders below it are not followed, and neither are
    hidden folders; pipes, sockets, devices and broken links are no files.
    """
    waiting, left = deque([(folder, 0)]), MOST_ENTRIES
    while waiting and left > 0 and not cancelled():
        here, level = waiting.popleft()
        entries = _entries(here, left)
        left -= len(entries)
        for entry in entries:
            if cancelled():
                return
            if _is_folder(entry):
                if level < depth and not entry.name.startswith("."):
                    waiting.append((Path(entry.path), level + 1))
            elif found := _file(entry):
                yield found


def _entries(folder: Path, most: int = MOST_ENTRIES) -> list[os.DirEntry[str]]:
    entries: list[os.DirEntry[str]] = []
    with suppress(OSError, ValueError), os.scandir(folder) as found:
        for entry in found:
            if len(entries) == most:
                break
            entries.append(entry)
    return sorted(entries, key=lambda entry: entry.name)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    with suppress(OSError):
        if entry.is_dir(follow_symlinks=False):
            facts = entry.stat(follow_symlinks=False)
            return getattr(facts, "st_reparse_tag", 0) != _JUNCTION
    return False


def _file(entry: os.DirEntry[str]) -> FoundFile | None:
    with suppress(OSError):  # a link that leads to itself
        if entry.is_file():
            return FoundFile(Path(entry.path), entry.stat().st_size, entry.is_symlink())
    return None
