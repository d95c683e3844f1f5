"""Whether one more connection makes a download faster: tried, measured, and kept only if so.

Many stores of files and many proxies limit each connection, and there several are faster. Where the
line itself is the limit they are not, and then only one is fair to everyone else on it.
Nothing here looks at a clock: whoever asks says what time it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """When more connections are worth a try; speeds are in bytes per second."""

    connections: int = 4
    least_missing: int = 64 * MIB
    """With less to come nothing is tried."""
    least_seconds: float = 2.0
    """Nor when the rest will be here so soon."""
    fast: float = 100.0 * MIB
    """Nor at such a speed: it fills most lines, and no limit of a connection holds it up."""
    growth: float = 1.2
    """The speed with one more over that without: the fourth of four brings a third at best."""
    warm_seconds: float = 0.3
    """What a connection brings at first is not its speed yet."""
    measured_seconds: float = 0.7


class Step(Enum):
    """What to do now."""

    STAY = auto()
    MORE = auto()
    """Open one more connection; call ``answered`` when it brings its first bytes."""
    FEWER = auto()
    """Close the one that was opened last: it makes nothing faster."""


class Growth:
    """Measures the speed of the connections together. One object for each download."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._over = False
        self._waiting = True
        self._rate_before: float | None = None
        """What it was before the connection that is on trial; None: none is."""
        self._warm_at = 0.0
        self._mark: tuple[float, int] | None = None

    def stop(self) -> None:
        """No more connections from now on."""
        self._over = True
        self._rate_before = None

    def settle(self, now: float) -> None:
        """There are fewer connections than before: measure anew."""
        self._rate_before = None
        self._measure(now)

    def answered(self, now: float) -> None:
        """The connection that was opened last brings its first bytes."""
        if self._waiting:
            self._measure(now)

    def look(self, now: float, brought: int, missing: int, connections: int) -> Step:
        """What to do at this time, when so many bytes have come over all connections so far and so
        many are missing. To be asked a few times per second at least."""
        if self._over or self._waiting or now < self._warm_at:
            return Step.STAY
        if self._mark is None:
            self._mark = (now, brought)
        began, had = self._mark
        if now - began < self._limits.measured_seconds:
            return Step.STAY
        rate = (brought - had) / (now - began)
        self._mark = (now, brought)
        if self._rate_before is not None and rate < self._rate_before * self._limits.growth:
            self.stop()
            return Step.FEWER
        self._rate_before = None
        if not self._worth_it(rate, missing, connections):
            return Step.STAY
        self._rate_before = rate
        self._waiting = True
        return Step.MORE

    def _worth_it(self, rate: float, missing: int, connections: int) -> bool:
        limits = self._limits
        return (
            connections < limits.connections
            and missing > max(limits.least_missing, rate * limits.least_seconds)
            and 0 < rate < limits.fast
        )

    def _measure(self, now: float) -> None:
        self._waiting = False
        self._warm_at = now + self._limits.warm_seconds
        self._mark = None
