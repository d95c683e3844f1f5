"""What the settings page shows: plain values, given by whoever keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SettingsView:
    """``threads`` and ``context_length`` (tokens) None: chosen automatically.

    ``measured_threads`` maps thread counts to tokens/s as measured on this machine, empty before the
    first model was loaded; ``threads_in_use`` is 0 until then. ``text_size`` is in percent of the
    system's. ``bin_count`` is how many things are in the bin.
    """

    data_folder: str = ""
    theme: str = "system"
    text_size: int = 100
    threads: int | None = None
    threads_in_use: int = 0
    measured_threads: Mapping[int, float] = field(default_factory=dict)
    most_threads: int = 64
    context_length: int | None = None
    cache_megabytes: int = 512
    language: str = "en"
    bin_days: int = 30
    bin_count: int = 0
    offline: bool = True
