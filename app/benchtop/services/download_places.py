"""Where the files of a repository go, how much of them is here, and how they become known there.

The queue of the window and `benchtop models pull` place files the same way, through this. Everything
here waits for the disk: in the window it belongs on a thread of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from benchtop.domain.hub_errors import DownloadNotWritten, UnsafeName
from benchtop.domain.repo_files import RepoFile, path_trouble
from benchtop.domain.unfinished import unfinished
from benchtop.protocol.hub_messages import Fetch, FilePlace
from benchtop.services.hub_cache import (
    Place,
    cache_folder,
    place_in_cache,
    place_in_folder,
    show_in_snapshot,
)

BLOCK_BYTES = 512
"""The unit of st_blocks, on every system that has it."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the files of a repository at a commit go: below ``folder``, or into the Hub's cache where
    that is None. ``ref`` is the name by which the commit was asked for."""

    repo: str
    revision: str
    folder: Path | None = None
    ref: str = "main"

    def place(self, file: RepoFile) -> Place:
        """The place of a file. Raises UnsafeName for one that leads elsewhere."""
        try:
            if self.folder is not None:
                return place_in_folder(self.folder, self.repo, file)
            return place_in_cache(cache_folder(), self.repo, self.revision, file)
        except ValueError as error:
            why = path_trouble(file.path)
            raise UnsafeName(name=file.path, detail=f"{why}." if why else str(error)) from error

    def places(self, files: Sequence[RepoFile]) -> list[Place]:
        """Those of several files, in their order. Raises UnsafeName."""
        return [self.place(file) for file in files]

    def question(self, file: RepoFile, place: Place) -> Fetch:
        """What the hub worker is asked for."""
        return Fetch("", self.repo, self.revision, file, str(place.target), str(place.lock))

    def show(self, file: RepoFile, place: Place) -> None:
        """Make a file that is whole known under its own name. Raises DownloadNotWritten."""
        if self.folder is not None:
            return
        try:
            show_in_snapshot(place, cache_folder(), self.repo, self.revision, self.ref)
        except OSError as error:
            folder, detail = str(place.found.parent), error.strerror or str(error)
            raise DownloadNotWritten(file=file.name, folder=folder, detail=detail) from error


def bytes_here(place: Place, file: RepoFile) -> int:
    """How much of a file lies on the disk, finished or not; 0 where that cannot be told."""
    names = unfinished(place.target)
    with suppress(OSError):
        if place.target.stat().st_size == file.size:
            return file.size
    here = 0
    with suppress(OSError):
        here = names.plain.stat().st_size
    with suppress(OSError):  # it has gaps, which take no room on the disk
        here = max(here, getattr(names.spread.stat(), "st_blocks", 0) * BLOCK_BYTES)
    return min(here, file.size)


def is_anything_here(place: Place) -> bool:
    """Whether any file of it exists."""
    paths = (*unfinished(place.target), place.target)
    return any(path.exists() for path in paths) or place.found.is_symlink()


def on_the_wire(place: Place) -> FilePlace:
    """A place as the hub worker gets it."""
    return FilePlace(str(place.target), str(place.lock), str(place.found))
