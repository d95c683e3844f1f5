"""A small window that hangs beneath a button and goes away with a click beside it, or Esc."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from benchtop.ui.theme import tokens

LEAST_WIDTH = 340


class Popover(QWidget):
    """Not modal: it takes the keyboard while it is there and gives it back to its button."""

    hidden = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._anchor: QWidget | None = None
        self.content = QVBoxLayout(self)
        self.content.setContentsMargins(8, 8, 8, 8)
        self.content.setSpacing(4)

    def show_beneath(self, anchor: QWidget) -> None:
        """Show it under ``anchor``, inside the window if it fits, aligned with the anchor's start."""
        self._anchor = anchor
        self.setLayoutDirection(anchor.layoutDirection())
        wide = max(self.sizeHint().width(), min(anchor.width(), 480), LEAST_WIDTH)
        self.resize(wide, self.sizeHint().height())
        start = QPoint(0, anchor.height() + 2)
        if anchor.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            start.setX(anchor.width() - wide)
        place = QRect(anchor.mapToGlobal(start), self.size())
        screen = anchor.screen().availableGeometry()
        place.setSize(place.size().boundedTo(screen.size()))
        window = anchor.window().frameGeometry().intersected(screen)
        sides = window if window.width() > place.width() + 16 else screen
        place.moveLeft(max(sides.left() + 8, min(place.left(), sides.right() - place.width() - 8)))
        place.moveTop(max(screen.top(), min(place.top(), screen.bottom() - place.height())))
        self.setGeometry(place)
        self.show()

    def fit(self) -> None:
        """Take the height the content has now."""
        if self.isVisible():
            self.resize(self.width(), self.sizeHint().height())

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._anchor is not None:
            self._anchor.setFocus(Qt.FocusReason.PopupFocusReason)
        self.hidden.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = tokens(self.palette())
        painter = QPainter(self)
        painter.fillRect(self.rect(), colours.surface)
        painter.setPen(colours.outline)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
