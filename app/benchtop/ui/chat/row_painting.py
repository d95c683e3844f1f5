"""What the lists of the chat page paint their rows with: a ground, and lines of text."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from benchtop.ui.theme import tokens

_RADIUS = 6.0


def draw_ground(
    painter: QPainter, option: QStyleOptionViewItem, area: QRect, *, marked: bool = False
) -> None:
    """The soft ground of a selected or hovered row and its focus ring; ``marked`` shows both."""
    colours, state, ground = tokens(option.palette), QStyle.StateFlag, QRectF(area)
    usable = bool(option.state & state.State_Enabled)
    painter.setPen(Qt.PenStyle.NoPen)
    if marked or option.state & state.State_Selected:
        painter.setBrush(colours.selection)
        painter.drawRoundedRect(ground, _RADIUS, _RADIUS)
    elif usable and option.state & state.State_MouseOver:
        painter.setBrush(colours.hover)
        painter.drawRoundedRect(ground, _RADIUS, _RADIUS)
    if marked or option.state & state.State_HasFocus:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colours.accent, 1.5))
        painter.drawRoundedRect(ground.adjusted(0.75, 0.75, -0.75, -0.75), _RADIUS, _RADIUS)


def draw_line(
    painter: QPainter,
    rect: QRect,
    text: str,
    *,
    font: QFont,
    colour: QColor,
    direction: Qt.LayoutDirection,
    vertical: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignVCenter,
    at_end: bool = False,
) -> None:
    """One elided line at the start (or the end) of ``rect`` as the layout's direction has it.

    The words themselves run as their own script does, whatever the window's direction.
    """
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(rect, _flags(direction, vertical, at_end=at_end), shown)


@cache
def _flags(
    direction: Qt.LayoutDirection, vertical: Qt.AlignmentFlag, *, at_end: bool
) -> int:  # a list asks for each of its lines, each time it is painted
    side = Qt.AlignmentFlag.AlignRight if at_end else Qt.AlignmentFlag.AlignLeft
    flags = QStyle.visualAlignment(direction, side) | vertical | Qt.AlignmentFlag.AlignAbsolute
    return int(flags) | int(Qt.TextFlag.TextSingleLine)
