"""A button of the chat's header: it shortens its text, or hides it, when there is little room."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QSizePolicy,
    QStyle,
    QStyleOptionToolButton,
    QStylePainter,
    QToolButton,
    QWidget,
)

from benchtop.ui.icons import set_icon
from benchtop.ui.theme import tokens

_ARROW = 16
_DOT = 3.0
_TEXT_GAP = 8


class HeaderButton(QToolButton):
    """An icon and a text. ``arrow`` says that a list opens; a dot that something is set."""

    def __init__(
        self,
        name: str,
        icon_name: str,
        parent: QWidget | None = None,
        *,
        arrow: bool = False,
        least: int = 28,
    ) -> None:
        """``least``: how many letters of the text stay in sight before it is shortened."""
        super().__init__(parent)
        self._least = least
        self._arrow = arrow
        self._dotted = False
        self.setObjectName(name)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        set_icon(self, icon_name)

    def say(self, text: str, spoken: str, tip: str) -> None:
        """The text on it, what a screen reader says, and the tooltip."""
        self.setText(text)
        self.setAccessibleName(spoken)
        self.setToolTip(tip)
        self.updateGeometry()

    def set_dotted(self, dotted: bool) -> None:
        """Mark that what opens here holds something."""
        self._dotted = dotted
        self.update()

    def set_compact(self, compact: bool) -> None:
        """Show the icon alone, or the text beside it."""
        if compact == self.compact():
            return
        style = Qt.ToolButtonStyle
        self.setToolButtonStyle(
            style.ToolButtonIconOnly if compact else style.ToolButtonTextBesideIcon
        )

    def compact(self) -> bool:
        """Whether the icon stands alone."""
        return self.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly

    def width_when(self, *, compact: bool) -> int:
        """About the width it needs with or without its text."""
        text = self.fontMetrics().horizontalAdvance(self.text()) + _TEXT_GAP
        text = min(text, self.fontMetrics().averageCharWidth() * self._least + _TEXT_GAP)
        width = self.minimumSizeHint().width()
        if compact == self.compact():
            return width
        return width - text if compact else width + text

    def sizeHint(self) -> QSize:
        """With the whole text and, where there is one, the arrow."""
        size = super().sizeHint()
        if self._arrow:
            size.setWidth(size.width() + _ARROW)
        return size

    def minimumSizeHint(self) -> QSize:
        size = self.sizeHint()
        if self.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextBesideIcon:
            least = self.fontMetrics().averageCharWidth() * self._least + 40
            size.setWidth(min(size.width(), least))
        return size

    def paintEvent(self, _event: QPaintEvent) -> None:
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        # Both widths are rounded: a unit more, or a text that fits would be cut.
        taken = self.sizeHint().width() - self.fontMetrics().horizontalAdvance(self.text())
        room = self.width() - taken + 1
        option.text = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, max(room, 0)
        )
        if self._arrow:
            option.features |= QStyleOptionToolButton.ToolButtonFeature.HasMenu
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option)
        if self._dotted:
            self._paint_dot(painter)

    def _paint_dot(self, painter: QPainter) -> None:
        """At the icon's upper outer corner."""
        size = self.iconSize().width()
        text = self.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        x = 6.0 + size if text else self.width() / 2 + size / 2
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            x = self.width() - x
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens(self.palette()).accent)
        painter.drawEllipse(QPointF(x, self.height() / 2 - size / 2 + 1), _DOT, _DOT)
