"""The line under a reply that did not simply end: why, and a button to try again."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from benchtop.domain.chat import Message
from benchtop.ui.chat.chat_style import ChatStyle
from benchtop.ui.chat.message_actions import action_looks
from benchtop.ui.chat.message_texts import is_broken, state_sentence


class MessageNote(QWidget):
    """An icon, a sentence, and Retry where the reply broke off by a fault."""

    retry_requested = Signal()

    def __init__(self, message: Message, style: ChatStyle, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        broken = is_broken(message)
        self.sentence = QLabel(state_sentence(message), self)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setWordWrap(True)
        self.sentence.setFont(style.small)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.sentence.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        if broken:
            self.sentence.setProperty("tone", "warning")  # its colour is in the style sheet
        else:
            self.sentence.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._icon = QLabel(self)
        icon = style.icon("warning", "warning") if broken else style.icon("info", "muted")
        self._icon.setPixmap(icon.pixmap(QSize(style.icon_size, style.icon_size)))
        self.retry_button: QPushButton | None = None
        if broken:
            look = action_looks()["retry"]
            self.retry_button = QPushButton(style.icon("retry", "text"), look.text, self)
            self.retry_button.setIconSize(QSize(style.icon_size, style.icon_size))
            self.retry_button.setObjectName("chat.message.retry")
            self.retry_button.setAccessibleName(look.text)
            self.retry_button.setAccessibleDescription(look.tool_tip())
            self.retry_button.setToolTip(look.tool_tip())
            self.retry_button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            self.retry_button.clicked.connect(self.retry_requested)

    def fit(self, width: int) -> int:
        """Lay out in ``width`` pixels; returns the height."""
        side = self._style.icon_size
        left = side + 8
        button = self.retry_button.sizeHint() if self.retry_button is not None else QSize(0, 0)
        beside = width - left - (button.width() + 12 if self.retry_button is not None else 0)
        text_width = max(beside, min(width - left, side * 12))
        text_height = self.sentence.heightForWidth(text_width)
        row = max(side, text_height, button.height() if text_width == beside else 0)
        self._icon.setGeometry(0, (min(row, 2 * side) - side) // 2, side, side)
        self.sentence.setGeometry(left, (row - text_height) // 2, text_width, text_height)
        if self.retry_button is None:
            return row
        if text_width == beside:
            one_line = self.sentence.fontMetrics().horizontalAdvance(self.sentence.text())
            x = left + min(text_width, one_line) + 12
            self.retry_button.setGeometry(
                x, (row - button.height()) // 2, button.width(), button.height()
            )
            return row
        self.retry_button.setGeometry(left, row + 4, button.width(), button.height())
        return row + 4 + button.height()
