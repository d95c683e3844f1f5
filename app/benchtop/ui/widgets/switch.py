"""A switch with its words beside it: on to the right and filled, off to the left and hollow."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from benchtop.ui.theme import tokens
from benchtop.ui.widgets.focus_ring import draw_focus_ring

_GAP = 8
_EDGE = 6


class Switch(QAbstractButton):
    """A checkable button; Space and a click turn it. The tick in the knob says "on" without colour."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setText(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        track = self._track_size()
        metrics = self.fontMetrics()
        words = metrics.horizontalAdvance(self.text()) + _GAP if self.text() else 0
        height = max(track.height(), metrics.height()) + 2 * _EDGE
        return QSize(track.width() + words + 2 * _EDGE, height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = tokens(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = self._track_size()
        area = QRectF(
            _EDGE, (self.height() - track.height()) / 2, track.width(), track.height()
        ).adjusted(0.75, 0.75, -0.75, -0.75)
        line = t.outline if self.isEnabled() else t.border
        fill = t.primary if self.isEnabled() else t.outline
        painter.setPen(QPen(fill if self.isChecked() else line, 1.5))
        painter.setBrush(fill if self.isChecked() else QColor(t.surface))
        painter.drawRoundedRect(area, area.height() / 2, area.height() / 2)
        self._paint_knob(painter, area, t.on_primary if self.isChecked() else line, fill)
        if self.text():
            painter.setPen(self.palette().color(self.foregroundRole()))
            words = self.rect().adjusted(_EDGE + track.width() + _GAP, 0, -_EDGE, 0)
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())
        if self.hasFocus():
            draw_focus_ring(painter, self.rect(), t.accent)

    def _paint_knob(self, painter: QPainter, area: QRectF, knob: QColor, tick: QColor) -> None:
        size = area.height() - 5
        x = area.right() - size - 2.5 if self.isChecked() else area.left() + 2.5
        spot = QRectF(x, area.top() + 2.5, size, size)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(knob)
        painter.drawEllipse(spot)
        if self.isChecked():
            painter.setPen(QPen(tick, max(1.4, size / 8)))
            at, unit = spot.center(), size * 0.22
            tick_points = [
                at + QPointF(-unit, 0.1 * unit),
                at + QPointF(-0.2 * unit, 0.9 * unit),
                at + QPointF(unit, -0.7 * unit),
            ]
            painter.drawPolyline(tick_points)

    def _track_size(self) -> QSize:
        high = max(16, round(self.fontMetrics().height() * 1.1))
        return QSize(round(high * 1.8), high)
