"""A probability in percent, as a person reads it."""

from __future__ import annotations


def whole_percent(probability: float) -> int:
    """From 1 to 99: nobody can know that something is impossible or certain. Never rounded up over a
    border of 50 to 95 %, and two that are one together are 100 together."""
    more = min(99, int(100 * max(probability, 1 - probability) + 1e-9))
    return more if probability >= 0.5 else 100 - more
