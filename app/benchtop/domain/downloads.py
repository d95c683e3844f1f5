"""The queue of downloads: what is fetched, how far it is, and what comes next."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Literal

from benchtop.domain.repo_files import RepoFile

AT_ONCE = 2
"""How many downloads run side by side."""
RESERVE_BYTES = 256 * 1024 * 1024
"""Room that downloads leave free on a disk."""
DownloadState = Literal["queued", "running", "paused", "failed", "done"]


PlaceKey = tuple[str, str, str]
WaitReason = Literal["offline", "hub", "elsewhere", "shared", "again"]


@dataclass(frozen=True, slots=True)
class Wait:
    """Why a download that nobody stopped does not go on. It does not outlive the program.

    ``reason`` is "offline": Benchtop asks nothing; "hub": the Hub asks for patience; "elsewhere": another
    program writes the same file; "shared": another download of this queue does; "again": it broke
    off and is tried again in a moment, so that it keeps its place among those that run. ``until`` is
    in seconds since 1970, UTC, or 0 where nobody knows.
    """

    reason: WaitReason
    until: float = 0.0


@dataclass(frozen=True, slots=True)
class Download:
    """A choice of a repository on its way to this disk: all its files, or none is a model.

    ``revision`` is a commit, so that a file cannot change midway. ``folder`` is where the files go:
    each at its own path below it. ``position`` orders the queue. ``error`` is the sentence of the
    failure; ``done_bytes`` what lies on the disk. ``added`` is seconds since 1970, UTC.
    """

    id: str
    repo: str
    revision: str
    name: str
    files: tuple[RepoFile, ...]
    folder: str
    added: float
    position: float
    state: DownloadState = "queued"
    done_bytes: int = 0
    error: str = ""
    licence: str = ""

    @property
    def total_bytes(self) -> int:
        """The size of all its files."""
        return sum(file.size for file in self.files)

    def place_key(self, file: RepoFile) -> PlaceKey:
        """Two files have the same key where they are written to the same place: the Hub's cache names
        the bytes, whatever the revision, and a folder of the person's own the file."""
        if self.folder:
            return self.folder, self.repo, file.path
        return "", self.repo, file.sha256 or file.path

    @property
    def place_keys(self) -> frozenset[PlaceKey]:
        """Those of all its files."""
        return frozenset(self.place_key(file) for file in self.files)


def to_start(
    queue: Sequence[Download], at_once: int = AT_ONCE, waiting: Container[str] = ()
) -> list[Download]:
    """Those that may begin now, in their order; not those with an id in ``waiting``."""
    running = sum(download.state == "running" for download in queue)
    ready = [d for d in queue if d.state == "queued" and d.id not in waiting]
    return sorted(ready, key=lambda d: d.position)[: max(0, at_once - running)]


def position_between(queue: Sequence[Download], moved_id: str, place: int) -> float:
    """The position that puts a download at ``place`` (from 0) among the others.

    It is that of a neighbour where no number lies between the two: see new_positions().
    """
    others = sorted(d.position for d in queue if d.id != moved_id)
    if not others:
        return 0.0
    if place <= 0:
        return others[0] - 1.0
    if place >= len(others):
        return others[-1] + 1.0
    return (others[place - 1] + others[place]) / 2


def new_positions(queue: Sequence[Download], moved_id: str, place: int) -> dict[str, float]:
    """What to change so that a download stands at ``place`` (from 0) among the others, by id.

    ``queue`` is in its order. As a rule that is one position. About fifty moves to one place leave
    no number between two neighbours: then all are numbered anew.
    """
    others = [d for d in queue if d.id != moved_id]
    between = position_between(queue, moved_id, place)
    before, after = others[: max(0, place)], others[max(0, place) :]
    if all(d.position < between for d in before) and all(between < d.position for d in after):
        return {moved_id: between}
    order = [*(d.id for d in before), moved_id, *(d.id for d in after)]
    return {download_id: float(number) for number, download_id in enumerate(order)}


def seconds_left(done: int, total: int, bytes_per_second: float) -> float | None:
    """How long the rest takes at this speed; None when nobody can say."""
    if bytes_per_second <= 0:
        return None
    return max(0, total - done) / bytes_per_second
