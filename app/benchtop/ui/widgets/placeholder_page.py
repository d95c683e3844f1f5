"""A page that has nothing to show yet: a sign, a title, what it is for, and what can be done now."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from benchtop.ui.icons import pixmap, set_icon, spaced
from benchtop.ui.theme import set_kind, set_tone, tokens
from benchtop.ui.widgets.flow_layout import FlowLayout
from benchtop.ui.widgets.scrolled_column import ScrolledColumn

_COLUMN = 560
_SIGN = 48


class PlaceholderPage(ScrolledColumn):
    """``actions`` become buttons, the first of them primary."""

    def __init__(
        self,
        icon: str,
        title: str,
        text: str,
        actions: Sequence[QAction] = (),
        parent: QWidget | None = None,
    ) -> None:
        column = QWidget()
        super().__init__(column, _COLUMN, parent)
        self._icon = icon
        self.setAccessibleName(title)
        self._column = QVBoxLayout(column)
        self._column.setContentsMargins(24, 24, 24, 24)
        self._column.setSpacing(12)
        self._sign = QLabel(column)
        self._sign.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        heading = QLabel(title, column)
        heading.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        heading.setWordWrap(True)
        set_tone(heading, "heading")
        words = QLabel(text, column)
        words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        words.setWordWrap(True)
        self._column.addStretch(2)
        self._column.addWidget(self._sign)
        self._column.addWidget(heading)
        self._column.addWidget(words)
        if actions:
            self._column.addLayout(_buttons(actions, column))
            first = column.findChild(QPushButton)
            assert first is not None
            self.setFocusProxy(first)
        self._column.addStretch(3)
        self._draw_sign()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_sign()

    def _draw_sign(self) -> None:
        colour = tokens(QGuiApplication.palette()).muted
        self._sign.setPixmap(pixmap(self._icon, colour, _SIGN, self.devicePixelRatioF()))


def _buttons(actions: Sequence[QAction], parent: QWidget) -> QHBoxLayout:
    flow = FlowLayout(gap=8)
    for number, action in enumerate(actions):
        button = QPushButton(spaced(action.text()), parent)
        button.setObjectName(f"placeholder.{action.objectName()}")
        button.setAccessibleName(action.text())
        button.setToolTip(action.toolTip())
        button.clicked.connect(action.trigger)
        name = str(action.property("icon_name") or "")
        if name:
            set_icon(button, name, "on_primary" if number == 0 else "text")
        if number == 0:
            set_kind(button, "primary")
        flow.addWidget(button)
    row = QHBoxLayout()
    row.addStretch(1)
    row.addLayout(flow)
    row.addStretch(1)
    return row
