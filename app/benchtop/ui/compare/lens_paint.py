"""Paints one token of the lens: its ground, its text, the bar of its probability, its mark."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from benchtop.evaluation.next_token import Place
from benchtop.ui.compare.lens_rows import likelihood
from benchtop.ui.compare.lens_texts import ground, visible
from benchtop.ui.theme import Tokens

PAD, BAR = 3, 3
"""Pixels: inside a token, and the height of a bar."""


def draw_token(
    painter: QPainter, area: QRectF, place: Place, text: str, colours: Tokens, *, marked: bool
) -> None:
    """In ``area``, with the painter's font; the part of the bar that is filled is the probability."""
    name = likelihood(place)
    inner = area.adjusted(0.5, 0, -0.5, -BAR - 1)
    painter.fillRect(inner, ground(name, colours))
    painter.setPen(colours.muted if name in {"start", "next"} else colours.text)
    at_left = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
    painter.drawText(inner.adjusted(PAD - 0.5, 0, 0, 0), at_left, visible(text))
    if place.came is not None:
        draw_bar(painter, area.adjusted(1.5, 0, -1.5, 0), place.came.probability, colours)
    if marked:
        _draw_mark(painter, inner, colours)


def draw_bar(painter: QPainter, area: QRectF, probability: float, colours: Tokens) -> None:
    """Along the lower edge of ``area``, filled as far as the probability goes."""
    bar = QRectF(area.left(), area.bottom() - BAR, area.width(), BAR)
    painter.fillRect(bar, colours.border)
    bar.setWidth(bar.width() * probability)
    painter.fillRect(bar, colours.outline)


def _draw_mark(painter: QPainter, area: QRectF, colours: Tokens) -> None:
    """A frame and a triangle at its corner: here the two differ most."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colours.accent, 1))
    painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))
    side, corner = area.height() / 2.6, area.topRight()
    painter.setBrush(colours.accent)
    painter.drawPolygon(QPolygonF([corner, corner - QPointF(side, 0), corner + QPointF(0, side)]))
    painter.restore()
