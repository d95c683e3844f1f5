"""The speed of a download over its last few seconds."""

from __future__ import annotations

from collections import deque

SPEED_SECONDS = 5.0
"""Over how long it is measured."""


class Speed:
    """Learns how far a download is, and when."""

    def __init__(self) -> None:
        self._points: deque[tuple[float, int]] = deque()

    def reached(self, done: int, now: float) -> float:
        """Bytes per second, now that ``done`` bytes are here at ``now`` seconds; 0 when unknown."""
        self._points.append((now, done))
        while now - self._points[0][0] > SPEED_SECONDS and len(self._points) > 2:
            self._points.popleft()
        (first, had), (last, has) = self._points[0], self._points[-1]
        return max(0.0, (has - had) / (last - first)) if last > first else 0.0
