"""The memory of the machine as a thin bar: what other programs hold, what a model would take, the rest."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from benchtop.domain.models import bytes_text
from benchtop.ui.chat.row_painting import draw_line
from benchtop.ui.models.figures_text import amount_text
from benchtop.ui.models.fit_words import LOOK
from benchtop.ui.models.rows import FitRow
from benchtop.ui.theme import muted_font, tokens

BAR = 6
"""Its height in pixels."""
_GAP = 1.5
_WORDS = 8
"""Pixels between the bar and its words."""
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


def short_memory_words(fit: FitRow) -> str:
    """What stands at the end of the bar: "2.8 of 24 GB". Empty where there is no bar."""
    if not any(shares(fit)):
        return ""
    if fit.need > fit.total:  # amount_text() would say no more than there is
        text = QCoreApplication.translate("CardMemory", "{need} of {total}")
        return text.format(need=bytes_text(fit.need), total=bytes_text(fit.total))
    return amount_text(fit.need, fit.total)


def draw_memory(painter: QPainter, line: QRect, fit: FitRow, look: QStyleOptionViewItem) -> None:
    """Draw it in the middle of ``line``, in small letters at its end what the model takes of how much;
    nothing where nothing is known."""
    taken, model = shares(fit)
    if not taken and not model:
        return
    palette, font, words = look.palette, muted_font(look.font), short_memory_words(fit)
    wide = QFontMetrics(font).horizontalAdvance(words) + 2
    place = QRect(line.right() + 1 - wide, line.top(), wide, line.height())
    place = QStyle.visualRect(look.direction, line, place)
    muted = tokens(palette).muted
    draw_line(painter, place, words, font=font, colour=muted, direction=look.direction)
    rest = QRect(line.left(), line.center().y() - BAR // 2, line.width() - wide - _WORDS, BAR)
    area = QRectF(QStyle.visualRect(look.direction, line, rest))
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
