"""The thread count that was fastest, remembered by machine and by the size of the model."""

from __future__ import annotations

import math
import os
import platform
from collections.abc import Mapping

from benchtop.domain.models import ModelFile
from benchtop.protocol.messages import Loaded
from benchtop.services.settings import SettingsKeeper


def thread_key(model: ModelFile) -> str:
    """This processor and the model's size class (powers of four): small models want few threads."""
    size = round(math.log(max(model.bytes, 1), 4))
    return f"{platform.machine()}/{platform.processor() or 'cpu'}/{os.cpu_count()}/{size}"


def recall_threads(counts: Mapping[str, int], model: ModelFile) -> int | None:
    """The count measured for a model of this size on this machine, or None."""
    count = counts.get(thread_key(model))
    return count if isinstance(count, int) and count > 0 else None


def remember_threads(settings: SettingsKeeper, model: ModelFile, facts: Loaded) -> None:
    """Keep what a load has measured."""
    counts = {**settings.values.thread_counts, thread_key(model): facts.threads}
    settings.set("thread_counts", counts)
    settings.set("thread_speeds", {str(n): speed for n, speed in facts.thread_speeds.items()})
