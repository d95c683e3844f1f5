"""How far a download of a command is."""

from __future__ import annotations

import sys
import time

from benchtop.cli.common import print_json
from benchtop.domain.downloads import seconds_left
from benchtop.domain.models import bytes_text
from benchtop.domain.repo_files import RepoFile
from benchtop.protocol.hub_messages import Fetching

PARTS = 10
"""Where nothing can be written over, it is told this often."""


class Meter:
    """How far it is: on a terminal one line that is written over, in a file a line for every tenth,
    as lines of JSON on stdout. ``total`` is in bytes, of all files together."""

    def __init__(self, total: int, *, json: bool) -> None:
        self._total = total
        self._json = json
        self._before = self._done = 0
        self._told = 0
        self._first: tuple[float, int] | None = None

    def take(self, answer: Fetching) -> None:
        """So much of the file at hand is on the disk."""
        self._done, now = self._before + answer.done, time.monotonic()
        if self._first is None:
            self._first = (now, self._done)  # what was here already says nothing of the speed
        began, had = self._first
        speed = (self._done - had) / (now - began) if now > began else 0.0
        if self._json:
            print_json(
                {"done_bytes": self._done, "total_bytes": self._total, "speed": round(speed)}
            )
            sys.stdout.flush()
        elif sys.stderr.isatty():
            sys.stderr.write(f"\r{self._line(speed)}\033[K")
            sys.stderr.flush()
        else:
            self._tell_a_tenth()

    def next_file(self, file: RepoFile) -> None:
        """The file at hand is whole, and the next one comes."""
        self._before += file.size
        self._done = self._before
        if not self._json and not sys.stderr.isatty():
            self._tell_a_tenth()

    def end(self) -> None:
        """Clear the line."""
        if not self._json and sys.stderr.isatty():
            sys.stderr.write("\r\033[K")

    @property
    def words(self) -> str:
        """How much of how much is on the disk."""
        return f"{bytes_text(self._done)} of {bytes_text(self._total)}"

    def _tell_a_tenth(self) -> None:
        tenth = self._done * PARTS // self._total if self._total else PARTS
        if tenth > self._told:
            self._told = tenth
            sys.stderr.write(f"{self._part:.0%}  {self.words}\n")
            sys.stderr.flush()

    @property
    def _part(self) -> float:
        return self._done / self._total if self._total else 1.0

    def _line(self, speed: float) -> str:
        left = seconds_left(self._done, self._total, speed)
        rest = "" if left is None else f", {int(left) // 60}:{int(left) % 60:02} left"
        return f"{self._part:4.0%}  {self.words}, {bytes_text(speed)}/s{rest}"
