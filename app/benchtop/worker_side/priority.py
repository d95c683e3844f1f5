"""What a worker gives way to."""

from __future__ import annotations

import os
from contextlib import suppress

NICENESS = 5
"""A third of the processor time of an ordinary program, where both want more than there is."""


def give_way() -> None:
    """Let the window and the engine go first: checking a download must not make a reply stutter.

    Windows has no such call; there the ordinary priority stays.
    """
    with suppress(AttributeError, OSError):
        os.nice(NICENESS)
