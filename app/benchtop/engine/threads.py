"""How many threads evaluate fastest on this machine: measured, since no rule of thumb holds."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from statistics import median

import psutil

from benchtop.engine.context import Context

MOST_THREADS = 16
BUDGET_SECONDS = 0.8
MOST_ROUNDS = 12
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

    The counts take turns, so that a disturbance hits all of them. ``check`` is called between steps
    and may raise. The context is empty afterwards.
    """
    counts = candidates()
    seconds: dict[int, list[float]] = {count: [] for count in counts}
    end = time.perf_counter() + BUDGET_SECONDS
    position = 0
    for _round in range(MOST_ROUNDS):
        for count in counts:
            check()
            context.set_threads(count)
            taken = _steps(context, token, position)
            position += 2
            seconds[count].append(taken)
        if time.perf_counter() > end or position + 2 * len(counts) > context.length:
            break
    context.clear()
    return {count: 1 / median(taken) for count, taken in seconds.items()}


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
