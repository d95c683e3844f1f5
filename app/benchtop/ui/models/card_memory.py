"""The memory of the machine as a thin bar: what other programs hold, what a model would take, the rest."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPalette

from benchtop.domain.models import bytes_text
from benchtop.ui.models.fit_words import LOOK
from benchtop.ui.models.rows import FitRow
from benchtop.ui.theme import tokens

BAR = 6
"""Its height in pixels."""
_GAP = 1.5
_LEAST = 3.0


def shares(fit: FitRow) -> tuple[float, float]:
    """The shares of all memory, 0 to 1, that are taken and that the model would take of the rest.
    Both 0 where the verdict or the memory is not known."""
    if not fit.total or fit.kind == "unknown":
        return 0.0, 0.0
    taken = min(max(fit.total - fit.free, 0) / fit.total, 1.0)
    return taken, min(fit.need / fit.total, 1.0 - taken)


def memory_words(fit: FitRow) -> str:
    """The bar in words; empty where there is none."""
    if not any(shares(fit)):
        return ""
    text = QCoreApplication.translate(
        "CardMemory", "Of {total} of memory, {used} are in use and this model would take {need}."
    )
    used = bytes_text(max(fit.total - fit.free, 0))
    return text.format(total=bytes_text(fit.total), used=used, need=bytes_text(fit.need))


def draw_memory(painter: QPainter, area: QRectF, fit: FitRow, palette: QPalette) -> None:
    """Draw it in ``area`` from the left; nothing where nothing is known."""
    taken, model = shares(fit)
    if not taken and not model:
        return
    colours = tokens(palette)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    outline = QPainterPath()
    outline.addRoundedRect(area, area.height() / 2, area.height() / 2)
    painter.setClipPath(outline)
    painter.fillRect(area, colours.border)
    used = QRectF(area.x(), area.y(), area.width() * taken, area.height())
    painter.fillRect(used, colours.outline)
    fill: QColor = getattr(colours, LOOK[fit.kind][1])
    left = used.right() + (_GAP if taken else 0.0)
    width = max(area.width() * model - _GAP, _LEAST)
    left = min(left, area.right() - width)  # a model that has no room at all still shows its colour
    painter.fillRect(QRectF(left, area.y(), width, area.height()), fill)
    painter.restore()
