"""The queue of downloads: what is fetched, how far it is, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from benchtop.domain.repo_files import RepoFile

AT_ONCE = 2
"""How many downloads run side by side."""
DownloadState = Literal["queued", "running", "paused", "failed", "done"]


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


def to_start(queue: Sequence[Download], at_once: int = AT_ONCE) -> list[Download]:
    """Those that may begin now, in their order."""
    running = sum(download.state == "running" for download in queue)
    waiting = sorted((d for d in queue if d.state == "queued"), key=lambda d: d.position)
    return waiting[: max(0, at_once - running)]


def position_between(queue: Sequence[Download], moved_id: str, place: int) -> float:
    """The position that puts a download at ``place`` (from 0) among the others."""
    others = sorted(d.position for d in queue if d.id != moved_id)
    if not others:
        return 0.0
    if place <= 0:
        return others[0] - 1.0
    if place >= len(others):
        return others[-1] + 1.0
    return (others[place - 1] + others[place]) / 2


def seconds_left(done: int, total: int, bytes_per_second: float) -> float | None:
    """How long the rest takes at this speed; None when nobody can say."""
    if bytes_per_second <= 0:
        return None
    return max(0, total - done) / bytes_per_second
