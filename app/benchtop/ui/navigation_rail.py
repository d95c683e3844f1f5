"""The rail at the left: a button per page, the icon over the word."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from benchtop.ui.icons import set_icon
from benchtop.ui.theme import tokens

WIDTH = 64
_ICON = 20


class NavigationRail(QWidget):
    """Exactly one page is chosen. Tab goes to it, the arrow keys walk, ``chosen`` carries its key."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("nav")
        self.setAccessibleName(self.tr("Pages"))
        self._buttons: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(4, 6, 5, 6)
        self._column.setSpacing(2)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def add(self, key: str, icon: str, action: QAction) -> None:
        """A button for the page ``key`` with the words and the tooltip of its action."""
        button = QToolButton(self)
        button.setObjectName(f"nav.{key}")
        button.setAccessibleName(action.text())
        button.setAccessibleDescription(action.statusTip())
        button.setText(action.text())
        button.setToolTip(action.toolTip())
        button.setCheckable(True)
        button.setProperty("rail", True)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        set_icon(button, icon)
        # Clicks and the arrow keys both check a button; only one road leads to the page.
        button.toggled.connect(lambda on, key=key: self.chosen.emit(key) if on else None)
        self._group.addButton(button)
        self._buttons[key] = button
        self._column.addWidget(button)
        self._fit()

    def add_stretch(self) -> None:
        """What comes after stands at the bottom."""
        self._column.addStretch(1)

    def set_current(self, key: str) -> None:
        """Show ``key`` as chosen, without saying so through ``chosen``; a page that has no button: none."""
        button = self._buttons.get(key)
        if button is None:
            self._choose_none()
            return
        blocked = button.blockSignals(True)
        button.setChecked(True)
        button.blockSignals(blocked)
        button.update()
        # Tab comes to the page on show, as in any group of buttons of which one is chosen.
        for other in self._buttons.values():
            policy = Qt.FocusPolicy.StrongFocus if other is button else Qt.FocusPolicy.ClickFocus
            other.setFocusPolicy(policy)

    def _choose_none(self) -> None:
        self._group.setExclusive(False)
        for button in self._buttons.values():
            blocked = button.blockSignals(True)
            button.setChecked(False)
            button.blockSignals(blocked)
            button.update()
        self._group.setExclusive(True)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(tokens(self.palette()).border)
        painter.drawLine(self.width() - 1, 0, self.width() - 1, self.height())

    def _fit(self) -> None:
        """Wide enough for the longest word at this text size, never under 64."""
        widths = [button.sizeHint().width() for button in self._buttons.values()]
        margins = self._column.contentsMargins()
        self.setFixedWidth(max(WIDTH, max(widths, default=0) + margins.left() + margins.right()))
        side = max(_ICON, round(self.fontMetrics().height()))
        for button in self._buttons.values():
            button.setIconSize(QSize(side, side))
