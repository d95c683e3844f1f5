"""A change with its interval on an axis: a dot, a bar, and a line where nothing would have changed."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from benchtop.ui.theme import muted_font, tokens

_EDGE = 8


class ChangeBar(QWidget):
    """Worse to the left, better to the right, "no change" where ``set_change`` gets 0."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._low = self._middle = self._high = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_change(self, low: float, middle: float, high: float, words: str) -> None:
        """An improvement is above 0. ``words`` say the same to a screen reader."""
        values = [value if math.isfinite(value) else 0.0 for value in (low, middle, high)]
        self._low, self._middle, self._high = values
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, round(self.fontMetrics().height() * 2.4))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def place_of(self, value: float) -> float:
        """Where a change stands, in pixels from the left: 0 is in the middle."""
        most = max(abs(self._low), abs(self._high), abs(self._middle), 1e-9) * 1.15
        room = self.width() / 2 - _EDGE
        return self.width() / 2 + room * value / most

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = tokens(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(muted_font(self.font()))
        words_high = painter.fontMetrics().height()
        axis = (self.height() - words_high) / 2
        painter.setPen(QPen(t.border, 1))
        painter.drawLine(QPointF(_EDGE, axis), QPointF(self.width() - _EDGE, axis))
        middle = self.place_of(0)
        painter.setPen(QPen(t.outline, 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(middle, 2), QPointF(middle, self.height() - words_high))
        colour = t.good if self._low > 0 else t.bad if self._high < 0 else t.muted
        left, right = self.place_of(self._low), self.place_of(self._high)
        painter.setPen(QPen(colour, 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(left, axis), QPointF(right, axis))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(self.place_of(self._middle), axis), 5, 5)
        painter.setPen(t.muted)
        below = QRectF(0, self.height() - words_high, self.width(), words_high)
        for side, words in (
            (Qt.AlignmentFlag.AlignLeft, self.tr("worse")),
            (Qt.AlignmentFlag.AlignHCenter, self.tr("no change")),
            (Qt.AlignmentFlag.AlignRight, self.tr("better")),
        ):
            painter.drawText(below, int(side | Qt.AlignmentFlag.AlignVCenter), words)
        painter.end()
