"""A thin bar that shows how much of something is used."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter


def draw_meter(
    painter: QPainter, area: QRectF, fraction: float, ground: QColor, fill: QColor
) -> None:
    """Draw a bar of rounded ends in ``area``, filled from the left by ``fraction`` (0 to 1)."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    radius = area.height() / 2
    painter.setBrush(ground)
    painter.drawRoundedRect(area, radius, radius)
    width = area.width() * min(max(fraction, 0.0), 1.0)
    if width > 0:
        painter.setBrush(fill)
        bar = QRectF(area.x(), area.y(), max(width, area.height()), area.height())
        painter.drawRoundedRect(bar, radius, radius)
    painter.restore()
