"""The focus ring of widgets that paint themselves, and of those that scroll."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from benchtop.ui.theme import tokens

RING_WIDTH = 2.0


def draw_focus_ring(painter: QPainter, area: QRect, colour: QColor, radius: float = 6.0) -> None:
    """A ring of 2 units just inside ``area``."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, RING_WIDTH))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    half = RING_WIDTH / 2
    painter.drawRoundedRect(QRectF(area).adjusted(half, half, -half, -half), radius, radius)
    painter.restore()


class FocusRing(QWidget):
    """Lies over ``target`` while that has the keyboard: what scrolls covers whatever it paints itself.

    A click with the mouse shows no ring: the person sees where the pointer is.
    """

    def __init__(self, target: QWidget) -> None:
        super().__init__(target)
        self._target = target
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.hide()
        target.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._target:
            if isinstance(event, QFocusEvent):
                clicked = event.reason() == Qt.FocusReason.MouseFocusReason
                self._lie(shown=event.gotFocus() and not clicked)
            elif event.type() == QEvent.Type.Resize and not self.isHidden():
                self._lie(shown=True)
        return super().eventFilter(watched, event)

    def _lie(self, *, shown: bool) -> None:
        self.setGeometry(self._target.rect())
        self.setVisible(shown)
        self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw_focus_ring(painter, self.rect(), tokens(self.palette()).accent)
        painter.end()
