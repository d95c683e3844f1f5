"""What a run takes, where this machine has counters: read again and again, since a full counter begins
anew within minutes."""

from __future__ import annotations

from pathlib import Path

from benchtop.domain.compare_errors import EnergyUnmeasurable
from benchtop.services.energy import POWERCAP, EnergyMeter, Reading, find_meter

LOOK_SECONDS = 20.0


class TrainingEnergy:
    """Joules of the processor since ``begin``; None where nothing here tells."""

    def __init__(self, root: Path = POWERCAP) -> None:
        self._meter: EnergyMeter | None = None
        try:
            self._meter = find_meter(root)
        except EnergyUnmeasurable:
            self._meter = None
        self._last: Reading | None = None
        self.joules: float | None = None

    @property
    def scope(self) -> str:
        """What is counted, in words; empty where nothing is."""
        if self._meter is None:
            return ""
        return "processor and memory" if self._meter.has_memory else "processor"

    def begin(self, joules: float | None = None) -> None:
        """Count from now on, beside what was taken before."""
        self._last = self._read()
        self.joules = (joules or 0.0) if self._last is not None else joules

    def look(self) -> None:
        """Add what was taken since the last look."""
        now = self._read()
        if self._meter is None or self._last is None or now is None or self.joules is None:
            return
        try:
            self.joules += self._meter.joules(self._last, now)
        except EnergyUnmeasurable:
            self._meter = None
            return
        self._last = now

    def _read(self) -> Reading | None:
        if self._meter is None:
            return None
        try:
            return self._meter.read()
        except EnergyUnmeasurable:
            self._meter = None
            return None
