"""How fast a model will write here: what this machine read per second when others wrote.

For each token a processor reads every weight once, so that tokens per second times bytes of weights
is about the same for all models: the speed at which memory is read. Models of which only some experts
are at work for a token read less, and are faster than this says.
"""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median

READABLE = 5.0
"""Tokens per second: about as fast as people read."""
LEAST_BYTES = 100_000_000
"""Smaller models live in the processor's cache and say nothing of the memory."""
ASSUMED = 10e9
"""Bytes per second that are taken for granted before anything was measured: few machines have less."""


def learned_bandwidth(measured: Iterable[tuple[int, float]]) -> float:
    """Bytes per second, from pairs of weight bytes and tokens per second; 0 where nothing says it."""
    products = [size * speed for size, speed in measured if size >= LEAST_BYTES and speed > 0]
    return median(products) if products else 0.0


def expected_speed(weight_bytes: int, bandwidth: float) -> float:
    """Tokens per second; 0 where size or bandwidth is unknown."""
    return bandwidth / weight_bytes if weight_bytes > 0 else 0.0
