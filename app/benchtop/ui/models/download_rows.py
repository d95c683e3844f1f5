"""What the list of downloads shows: plain values, filled by whoever keeps the queue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from benchtop.domain.downloads import Wait, seconds_left

DownloadRowState = Literal["queued", "running", "checking", "paused", "failed", "done"]
"""As the queue has it; "checking" is a running download whose bytes are being compared."""


@dataclass(frozen=True, slots=True)
class DownloadRow:
    """A download. Sizes are bytes; ``bytes_per_second`` counts while it is running only.

    ``error`` is the sentence of the failure, for the state "failed"; ``terms`` the address where its
    makers ask for agreement, where that is what is missing. ``wait`` is why it does not go on.
    ``hopeless``: it fails again however often it is tried, as its name cannot be kept.
    """

    id: str
    name: str
    repo: str
    state: DownloadRowState
    done_bytes: int = 0
    total_bytes: int = 0
    bytes_per_second: float = 0.0
    error: str = ""
    wait: Wait | None = None
    terms: str = ""
    hopeless: bool = False

    @property
    def fraction(self) -> float:
        """How much is here, 0 to 1."""
        if self.state == "done":
            return 1.0
        return min(self.done_bytes / self.total_bytes, 1.0) if self.total_bytes > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """How long it takes at this speed; None when nobody can say."""
        if self.state != "running":
            return None
        return seconds_left(self.done_bytes, self.total_bytes, self.bytes_per_second)


@dataclass(frozen=True, slots=True)
class DownloadTotals:
    """The whole queue. ``seconds_left`` is for what runs and waits; None when nobody can say."""

    running: int
    waiting: int
    paused: int
    failed: int
    done: int
    bytes_per_second: float
    seconds_left: float | None


def totals(rows: Sequence[DownloadRow]) -> DownloadTotals:
    """The sums of a list."""

    def count(*states: str) -> int:
        return sum(row.state in states for row in rows)

    speed = sum(row.bytes_per_second for row in rows if row.state == "running")
    going = [row for row in rows if row.state in {"queued", "running"}]
    have = sum(row.done_bytes for row in going)
    need = sum(row.total_bytes for row in going)
    return DownloadTotals(
        count("running", "checking"),
        count("queued"),
        count("paused"),
        count("failed"),
        count("done"),
        speed,
        seconds_left(have, need, speed),
    )
