"""A heading that folds what is below it: an arrow and a few muted words."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from benchtop.ui.chat.chat_style import ChatStyle


class FoldButton(QAbstractButton):
    """Checked is open. It begins where the text around it begins, unlike a button with a frame."""

    def __init__(self, style: ChatStyle, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self.setCheckable(True)
        self.setFont(style.small)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def sizeHint(self) -> QSize:
        words = self.fontMetrics().horizontalAdvance(self.text())
        return QSize(self._style.icon_size + words + 14, self._style.line + 8)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = self._style.icon_size
        hovered = self.underMouse()
        tint = "text" if hovered else "muted"
        arrow = self._style.icon("chevron-down" if self.isChecked() else "chevron-right", tint)
        arrow.paint(painter, QRect(0, (self.height() - side) // 2, side, side))
        painter.setPen(self._style.tokens.text if hovered else self._style.tokens.muted)
        words = self.rect().adjusted(side + 4, 0, 0, 0)
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), self.text())
        if self.hasFocus():
            painter.setPen(QPen(self._style.tokens.accent, 2))
            painter.drawRoundedRect(self.rect().toRectF().adjusted(1, 1, -1, -1), 6, 6)
        painter.end()
