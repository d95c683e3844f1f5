"""In which order contestants take their turns, so that each model is loaded once."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TypeVar

M = TypeVar("M", bound=Hashable)


def running_order(models: Sequence[M], loaded: Sequence[M] = ()) -> list[int]:
    """Indices of contestants in the order of their turns, given the model of each.

    Those of one model come together. Models that are loaded already come first, since where memory is
    short the next load lets them go; of these the one used longest ago, which is let go first. Else the
    order is that of the contestants.
    """
    there = {model: rank for rank, model in enumerate(loaded)}
    first: dict[M, int] = {}
    for place, model in enumerate(models):
        first.setdefault(model, place)

    def turn(place: int) -> tuple[int, int, int]:
        model = models[place]
        return there.get(model, len(there)), first[model], place

    return sorted(range(len(models)), key=turn)
