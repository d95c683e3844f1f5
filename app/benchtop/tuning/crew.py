"""The processes that train one adapter together: usually this one alone.

Each does its share of every step's work. What they add up is added over all, so that each of them then holds
the same numbers. distributed.py has the crew of several.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

import torch

Work = TypeVar("Work")


class Crew:
    """One process by itself."""

    alone = True
    """Whether there is no other."""
    in_step = False
    """Whether all must run the model equally often, because each holds a part of its weights only."""

    def shares(self, work: Sequence[Work]) -> list[tuple[Work, bool]]:
        """The pieces of ``work``, which is the same for all, that this process does. One that does not count
        (False) is run only to stay in step, and must change nothing."""
        return [(one, True) for one in work]

    def added(self, values: Sequence[float]) -> list[float]:
        """Each value added up over all processes."""
        return list(values)

    def add_gradients(self, parameters: Iterable[torch.nn.Parameter]) -> None:
        """Put the sum over all processes in the place of each gradient."""

    def agreed(self, how: str) -> str:
        """How the run is to end, when any of the processes was ordered so; see Orders.how."""
        return how
