"""Names beside points of a picture, placed so that none covers another, a point or the edge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF

GAP = 4.0
"""Pixels between a point and its name."""
_TRIES = 16


@dataclass(frozen=True, slots=True)
class LabelPoint:
    """A point in pixels with its radius, and the size of its name."""

    x: float
    y: float
    radius: float
    width: float
    height: float


def place_labels(points: Sequence[LabelPoint], room: QRectF) -> list[QRectF]:
    """A place for each name, in the order of the points, without overlap where there is room for that.

    Greedy: each takes the free place closest to its point, right of it first; a name that finds none
    takes the one where it covers least.
    """
    dots = [QRectF(p.x - p.radius, p.y - p.radius, 2 * p.radius, 2 * p.radius) for p in points]
    taken: list[QRectF] = []
    for point in points:
        best, least = QRectF(), float("inf")
        for place in _places(point):
            inside = _moved_inside(place, room)
            cover = sum(_overlap(inside, other) for other in (*taken, *dots))
            if cover < least:
                best, least = inside, cover
            if cover == 0:
                break
        taken.append(best)
    return taken


def _places(point: LabelPoint) -> list[QRectF]:
    """Right, left, above and below, then the same further and further away."""
    found = []
    wide, high = point.width + GAP, point.height
    for step in range(_TRIES):
        away = step * high * 0.6
        side = point.radius + GAP
        left, middle = point.x - side - wide, point.x - wide / 2
        corners = [(point.x + side, point.y - high / 2), (left, point.y - high / 2)]
        if step:
            corners = [(x, y + sign * away) for sign in (-1, 1) for x, y in corners]
        corners += [(middle, point.y - side - high - away), (middle, point.y + side + away)]
        found += [QRectF(x, y, wide, high) for x, y in corners]
    return found


def _moved_inside(place: QRectF, room: QRectF) -> QRectF:
    x = min(max(place.x(), room.left()), max(room.right() - place.width(), room.left()))
    y = min(max(place.y(), room.top()), max(room.bottom() - place.height(), room.top()))
    return QRectF(x, y, place.width(), place.height())


def _overlap(one: QRectF, other: QRectF) -> float:
    """The area that both cover, in square pixels."""
    shared = one.intersected(other)
    return max(shared.width(), 0.0) * max(shared.height(), 0.0)
