"""What stands in the place of a conversation that has not begun: a title and things to try."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QLabel, QSizePolicy, QVBoxLayout, QWidget

from benchtop.ui.chat.chat_style import ChatStyle


class EmptyState(QWidget):
    """A title above a few suggestions; ``chosen`` carries the text of the one that was clicked."""

    chosen = Signal(str)

    def __init__(self, style: ChatStyle, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._title = QLabel(self)
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setWordWrap(True)
        self._title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addWidget(self._title)
        self._column.addSpacing(8)
        self._cards: list[SuggestionCard] = []
        self._apply_style()

    @property
    def cards(self) -> list[SuggestionCard]:
        """The suggestions, from top to bottom."""
        return list(self._cards)

    def set_suggestions(self, title: str, lines: Sequence[tuple[str, str]]) -> None:
        """Each line is what it is about, and the text that is sent."""
        self._title.setText(title)
        for card in self._cards:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._cards = []
        for name, prompt in lines:
            card = SuggestionCard(name, prompt, self._style, self)
            card.clicked.connect(lambda _on=False, prompt=prompt: self.chosen.emit(prompt))
            self._column.addWidget(card)
            self._cards.append(card)
            card.show()  # at once: a layout leaves no room for what is not shown yet

    def set_style(self, style: ChatStyle) -> None:
        """Take another look."""
        self._style = style
        self._apply_style()
        for card in self._cards:
            card.set_style(style)

    def height_in(self, width: int) -> int:
        """The height it takes in ``width`` pixels."""
        self._column.activate()
        return self._column.totalHeightForWidth(width)

    def _apply_style(self) -> None:
        font = QFont(self._style.body)
        font.setPointSizeF(font.pointSizeF() * 1.4)
        font.setWeight(QFont.Weight.DemiBold)
        self._title.setFont(font)


class SuggestionCard(QAbstractButton):
    """A button as wide as its column: what it is about, and below it the words it sends."""

    def __init__(self, name: str, prompt: str, style: ChatStyle, parent: QWidget) -> None:
        super().__init__(parent)
        self._prompt = prompt
        self._hovered = False
        self.set_style(style)
        self.setText(name)
        self.setObjectName("chat.suggestion")
        self.setAccessibleName(name)
        self.setAccessibleDescription(self.tr("Sends: {prompt}").format(prompt=prompt))
        self.setToolTip(self.tr("Send this"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_style(self, style: ChatStyle) -> None:
        """Take another look."""
        self._style = style
        self._name_font = QFont(style.body)
        self._name_font.setWeight(QFont.Weight.DemiBold)
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        inner = width - 2 * self._pad
        return (
            self._text_height(self.text(), self._name_font, inner)
            + self._text_height(self._prompt, self._style.body, inner)
            + 2 * self._pad
            + 2
        )

    def sizeHint(self) -> QSize:
        width = max(self.width(), 200)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 0)

    @property
    def _pad(self) -> int:
        return round(self._style.line * 0.6)

    @staticmethod
    def _text_height(text: str, font: QFont, width: int) -> int:
        flags = int(Qt.TextFlag.TextWordWrap)
        return QFontMetrics(font).boundingRect(0, 0, max(width, 40), 10_000, flags, text).height()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hovered = True
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = False
        self.update()
        super().leaveEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        t = self._style.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = self.hasFocus()
        painter.setPen(QPen(t.accent if focused else t.border, 2 if focused else 1))
        painter.setBrush(t.selection if self.isDown() else t.hover if self._hovered else t.surface)
        painter.drawRoundedRect(self.rect().toRectF().adjusted(1, 1, -1, -1), 8, 8)
        inner = self.rect().adjusted(self._pad, self._pad, -self._pad, -self._pad)
        flags = int(Qt.TextFlag.TextWordWrap)
        painter.setFont(self._name_font)
        painter.setPen(t.text)
        painter.drawText(inner, flags, self.text())
        name_height = self._text_height(self.text(), self._name_font, inner.width())
        painter.setFont(self._style.body)
        painter.setPen(t.muted)
        painter.drawText(inner.adjusted(0, name_height + 2, 0, 4), flags, self._prompt)
        painter.end()
