"""What NVIDIA's graphics cards take, by their own counters, through NVML.

Source: NVIDIA, NVML API reference, nvmlDeviceGetTotalEnergyConsumption: millijoules of the whole card since
the driver was loaded, from the Volta generation on. The processor that feeds the card is not in it.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from benchtop.domain.compare_errors import EnergyUnmeasurable

_LIBRARY = "nvml.dll" if sys.platform == "win32" else "libnvidia-ml.so.1"
_MILLI = 1e-3


@dataclass(frozen=True, slots=True)
class GpuCounter:
    """A card by the name its driver gives it; ``read`` gives millijoules, or raises EnergyUnmeasurable."""

    name: str
    read: Callable[[], int]


@dataclass(frozen=True, slots=True)
class GpuMeter:
    """The counters of the cards of one name: which of two alike a model runs on is not known."""

    counters: tuple[GpuCounter, ...]

    def read(self) -> list[int]:
        """All counters now; raises EnergyUnmeasurable where one cannot be read any more."""
        return [counter.read() for counter in self.counters]

    def joules(self, before: Sequence[int], after: Sequence[int]) -> float:
        """Joules between two readings. A counter that fell began again: the driver was loaded anew."""
        grown = [new - old for old, new in zip(before, after, strict=True)]
        if min(grown, default=0) < 0:
            raise EnergyUnmeasurable(detail="the counter of the graphics card began again")
        return sum(grown) * _MILLI


def gpu_meter(gpu: str, counters: Sequence[GpuCounter]) -> GpuMeter:
    """The meter of the card that a model runs on; raises EnergyUnmeasurable where it has none."""
    mine = tuple(one for one in counters if one.name.casefold() == gpu.casefold())
    if not mine:
        detail = f"the model runs on {gpu}, which does not tell what it takes"
        raise EnergyUnmeasurable(detail=detail)
    return GpuMeter(mine)


def nvidia_counters() -> list[GpuCounter]:
    """Those of all cards of this machine that have one; none without NVIDIA's driver.

    Not for the window's thread: the driver may have to wake up.
    """
    try:
        ctypes.CDLL(_LIBRARY)  # most machines have none, and are spared the import
    except OSError:
        return []
    import pynvml  # noqa: PLC0415

    try:
        pynvml.nvmlInit()
        handles = [pynvml.nvmlDeviceGetHandleByIndex(n) for n in range(pynvml.nvmlDeviceGetCount())]
        return [_counter(pynvml, handle) for handle in handles if _tells(pynvml, handle)]
    except pynvml.NVMLError:
        return []


def _tells(nvml: Any, handle: Any) -> bool:
    try:
        nvml.nvmlDeviceGetTotalEnergyConsumption(handle)
    except nvml.NVMLError:  # a card older than Volta
        return False
    return True


def _counter(nvml: Any, handle: Any) -> GpuCounter:
    name = nvml.nvmlDeviceGetName(handle)

    def read() -> int:
        try:
            return int(nvml.nvmlDeviceGetTotalEnergyConsumption(handle))
        except nvml.NVMLError as error:
            detail = f"the counter of {name} cannot be read ({str(error).lower()})"
            raise EnergyUnmeasurable(detail=detail) from error

    return GpuCounter(name if isinstance(name, str) else name.decode("utf-8", "replace"), read)
