"""How many threads evaluate fastest on this machine: measured, since no rule of thumb holds."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable

import psutil

from benchtop.engine.context import Context

MOST_THREADS = 16
BUDGET_SECONDS = 0.8
ENOUGH_ROUNDS = 12
LEAST_SECONDS = 0.2
"""ENOUGH_ROUNDS of a tiny model take less than another program's turn on a core: go on for so long."""
WORTH_A_THREAD = 1.03
"""More threads are chosen only when they are this much faster: the rest of the machine uses them."""


def usable_cores() -> tuple[int, int]:
    """(physical, logical) cores this process may run on."""
    try:
        logical = len(os.sched_getaffinity(0))
    except (AttributeError, OSError):  # systems without it
        logical = os.cpu_count() or 1
    physical = psutil.cpu_count(logical=False) or logical
    return min(physical, logical), logical


def candidates() -> list[int]:
    """Thread counts worth trying, fewest first."""
    physical, logical = usable_cores()
    tried = {1, 2, 4, 6, 8, physical, logical}
    return sorted(count for count in tried if count <= min(logical, MOST_THREADS))


def measure_threads(context: Context, token: int, check: Callable[[], None]) -> dict[int, float]:
    """Tokens per second of one-token steps by thread count, in about a second altogether.

    The counts take turns in many short rounds, and each count's best step is taken: another program
    can only make a step slower, and hardly all of one count's. ``check`` is called between steps and
    may raise. The context is empty afterwards.
    """
    counts = candidates()
    seconds = dict.fromkeys(counts, math.inf)
    begun = time.perf_counter()
    position = rounds = 0
    while not _measured_enough(rounds, time.perf_counter() - begun):
        rounds += 1
        if position + 2 * len(counts) > context.length:
            context.clear()
            position = 0
        for count in counts:
            check()
            context.set_threads(count)
            seconds[count] = min(seconds[count], _steps(context, token, position))
            position += 2
    context.clear()
    return {count: 1 / taken for count, taken in seconds.items()}


def _measured_enough(rounds: int, seconds: float) -> bool:
    if rounds < ENOUGH_ROUNDS:
        return seconds > BUDGET_SECONDS
    return seconds > LEAST_SECONDS


def _steps(context: Context, token: int, position: int) -> float:
    """Seconds of one step, after another one that wakes the threads."""
    context.step(token, position)
    start = time.perf_counter()
    context.step(token, position + 1)
    return max(time.perf_counter() - start, 1e-9)


def best_threads(speeds: dict[int, float]) -> int:
    """The fewest threads that no larger count beats by more than a little."""
    best = min(speeds)
    for count in sorted(speeds):
        if speeds[count] > speeds[best] * WORTH_A_THREAD:
            best = count
    return best
