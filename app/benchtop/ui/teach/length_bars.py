"""How long the examples of a data set are, as the bars of a small histogram."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from benchtop.ui.teach.data_rows import Statistics

_BARS = 12


def with_lengths(statistics: Statistics, lengths: Iterable[int]) -> Statistics:
    """The same statistics with the bars and the sizes of these lengths, of which there is at least one."""
    ordered = sorted(lengths)
    # One book among short answers would leave a single bar: the last holds what is longer than 98 of 100.
    top = max(ordered[min(len(ordered) - 1, len(ordered) * 98 // 100)], 1)
    step = max(-(-top // _BARS), 1)
    counts = [0] * _BARS
    for length in ordered:
        counts[min(length // step, _BARS - 1)] += 1
    edges = [place * step for place in range(_BARS)]
    return replace(
        statistics,
        counts=tuple(counts),
        edges=(*edges, max(ordered[-1], edges[-1] + step)),
        shortest=ordered[0],
        median=ordered[len(ordered) // 2],
        longest=ordered[-1],
    )


def in_tokens(
    statistics: Statistics, lengths: Iterable[int], *, model: str, most: int
) -> Statistics:
    """The same in the tokens of a model, of which ``most`` are taught of an example (0: all)."""
    known = list(lengths)
    too_long = sum(most < one for one in known) if most else 0
    return replace(
        with_lengths(statistics, known), in_tokens=True, model=model, too_long=too_long, most=most
    )
