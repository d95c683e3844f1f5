"""A button of the vote, with its key on it."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QWidget,
)

from benchtop.ui.theme import TITLE_SCALE, muted_font, tokens


class VoteButton(QPushButton):
    """Large, with its key drawn as one; buttons share the width there is."""

    def __init__(self, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = key
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def say(self, words: str) -> None:
        """What it does."""
        self.setText(words.replace("&", "&&"))
        self.setToolTip(self.tr("Key {key}").format(key=self._key))
        self.updateGeometry()

    def natural_width(self) -> int:
        """The width that its words want."""
        return QFontMetrics(self._bold()).horizontalAdvance(self._words()) + self._cap() + 48

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        high = round(QFontMetrics(self._bold()).height() * 2.6)
        return QSize(self._cap() + 80, high)

    def paintEvent(self, _event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        colours, cap = tokens(self.palette()), self._cap()
        faded = self.palette().color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText)
        ink = colours.text if self.isEnabled() else faded
        bold = self._bold()
        metrics = QFontMetrics(bold)
        room = self.width() - cap - 8 - 24
        words = metrics.elidedText(self._words(), Qt.TextElideMode.ElideRight, room)
        wide = cap + 8 + metrics.horizontalAdvance(words)
        left = (self.width() - wide) // 2
        painter.setRenderHint(QStylePainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colours.outline if self.isEnabled() else colours.border, 1))
        square = QRectF(left + 0.5, (self.height() - cap) // 2 + 0.5, cap - 1, cap - 1)
        painter.drawRoundedRect(square, 4, 4)
        painter.setFont(muted_font(self.font()))
        painter.setPen(colours.muted if self.isEnabled() else faded)
        painter.drawText(square, int(Qt.AlignmentFlag.AlignCenter), self._key)
        painter.setFont(bold)
        painter.setPen(ink)
        area = QRect(left + cap + 8, 0, wide, self.height())
        painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter), words)
        painter.end()

    def _words(self) -> str:
        return self.text().replace("&&", "&")

    def _bold(self) -> QFont:
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        bold.setPointSizeF(bold.pointSizeF() * TITLE_SCALE)
        return bold

    def _cap(self) -> int:
        """The side of the key."""
        return round(self.fontMetrics().height() * 1.25)
