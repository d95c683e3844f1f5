"""The small muted texts around a message: who speaks, its figures, a dividing line above it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QWidget

from benchtop.domain.chat import Message
from benchtop.ui.chat.chat_style import ChatStyle
from benchtop.ui.chat.message_texts import figures, figures_explained


class MutedLabel(QLabel):
    """Plain text in the muted colour."""

    def __init__(self, font: QFont, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(font)
        self.setForegroundRole(QPalette.ColorRole.PlaceholderText)


class SpeakerLabel(MutedLabel):
    """Who speaks."""

    def __init__(self, style: ChatStyle, parent: QWidget) -> None:
        font = QFont(style.small)
        font.setWeight(QFont.Weight.DemiBold)
        super().__init__(font, parent)


class FiguresLabel(MutedLabel):
    """Speed and time to the first token; hidden where they are not known."""

    def __init__(self, style: ChatStyle, parent: QWidget) -> None:
        super().__init__(style.figures, parent)
        self.setObjectName("chat.message.figures")

    def show_message(self, message: Message) -> None:
        """Show the figures of a message, with their explanation on hover."""
        self.setText(figures(message))
        self.setToolTip(figures_explained(message))
        self.setAccessibleDescription(figures_explained(message))
        self.setVisible(bool(self.text()))


class DividerLabel(MutedLabel):
    """A sentence in the middle of a line across the column."""

    def __init__(self, text: str, style: ChatStyle, parent: QWidget) -> None:
        super().__init__(style.small, parent)
        self._style = style
        self.setObjectName("chat.message.divider")
        self.setText(text)
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setContentsMargins(2 * style.line, 0, 2 * style.line, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(self._style.tokens.border)
        middle, centre = self.height() // 2, self.width() // 2
        text = self.fontMetrics().horizontalAdvance(self.text())
        gap = min(text // 2 + round(self._style.line * 0.75), centre)
        painter.drawLine(0, middle, centre - gap, middle)
        painter.drawLine(centre + gap, middle, self.width(), middle)
        painter.end()
