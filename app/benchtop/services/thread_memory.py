"""The thread count that was fastest, remembered for a while by machine and by the size of the model."""

from __future__ import annotations

import math
import os
import platform
import time
from collections.abc import Mapping

from benchtop.domain.models import ModelFile
from benchtop.protocol.messages import Loaded
from benchtop.services.settings import Settings, SettingsKeeper

GOOD_FOR_SECONDS = 7 * 24 * 3600.0
"""After this long a measurement is made again: it may have been taken on a busy day."""
IMPLAUSIBLE = 5.0
"""More threads that are this many times slower than fewer: others used the cores meanwhile."""


def thread_key(model: ModelFile) -> str:
    """This processor and the model's size class (powers of four): small models want few threads."""
    size = round(math.log(max(model.bytes, 1), 4))
    return f"{platform.machine()}/{platform.processor() or 'cpu'}/{os.cpu_count()}/{size}"


def recall_threads(settings: Settings, model: ModelFile, now: float | None = None) -> int | None:
    """The count measured lately for a model of this size on this machine, or None.

    ``now`` is time.time() unless given, in seconds.
    """
    key = thread_key(model)
    count, measured = settings.thread_counts.get(key), settings.thread_times.get(key)
    if not isinstance(count, int) or count < 1 or not isinstance(measured, int | float):
        return None
    age = (time.time() if now is None else now) - measured
    return count if 0 <= age <= GOOD_FOR_SECONDS else None


def plausible(speeds: Mapping[int, float]) -> bool:
    """Whether these speeds (tokens/s by thread count) tell of the machine rather than of its load.

    Threads wait for each other at every step of a model, so one that has to share its core with
    another program holds all of them up: that, not the model, is what makes many far slower.
    """
    counts = sorted(speeds)
    return all(
        speeds[more] * IMPLAUSIBLE >= speeds[fewer]
        for place, more in enumerate(counts)
        for fewer in counts[:place]
    )


def remember_threads(settings: SettingsKeeper, model: ModelFile, facts: Loaded) -> None:
    """Keep what a load has measured, unless the machine was busy: the next load measures again."""
    if not plausible(facts.thread_speeds):
        return
    key = thread_key(model)
    settings.put("thread_times", key, time.time())
    settings.put("thread_counts", key, facts.threads)
    settings.set("thread_speeds", {str(n): speed for n, speed in facts.thread_speeds.items()})
