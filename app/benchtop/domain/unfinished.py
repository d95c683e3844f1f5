"""How the files of a download that is not whole yet are called, beside the place it goes to."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Unfinished(NamedTuple):
    """The files that may be there of one download. None of these names is longer than ``plain``."""

    plain: Path
    """Its beginning, without a gap: as every version of Benchtop and other programs leave it."""
    spread: Path
    """All that came over several connections, each byte at its place, with gaps between."""
    ranges: Path
    """The list of what is in ``spread``; without it nothing there is believed."""
    new_ranges: Path
    """A list that is about to take the place of the one before."""


def unfinished(target: Path) -> Unfinished:
    """The names for a file that will lie at ``target``."""
    endings = (".incomplete", ".spread", ".ranges", ".ranges~")
    return Unfinished(*(target.with_name(target.name + ending) for ending in endings))
