"""The row of actions under a message."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QWidget

from benchtop.domain.chat import PathStep
from benchtop.ui.chat.chat_style import ChatStyle
from benchtop.ui.chat.message_actions import (
    MENU_ONLY,
    ActionButton,
    ActionLook,
    ActionName,
    action_looks,
    available_actions,
    is_on,
    is_possible,
)


class ActionBar(QWidget):
    """The row of actions under a message. ``chosen`` carries the action's name."""

    chosen = Signal(str)

    def __init__(self, style: ChatStyle, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._busy = False
        self._revealed = False
        self._step: PathStep | None = None
        self._buttons: dict[ActionName, ActionButton] = {}
        self._place = QLabel(self)
        self._place.setFont(style.figures)
        self._place.setForegroundRole(QPalette.ColorRole.PlaceholderText)

    @property
    def buttons(self) -> list[ActionButton]:
        """The buttons on show, from left to right."""
        names = available_actions(self._step) if self._step is not None else []
        return [self._buttons[name] for name in names if name in self._buttons]

    def set_step(self, step: PathStep) -> None:
        """Show the actions of this message that have a button."""
        self._step = step
        looks = action_looks()
        wanted = [name for name in available_actions(step) if name not in MENU_ONLY]
        for name in wanted:
            if name not in self._buttons:
                self._buttons[name] = self._make(name, looks[name])
        for name, button in self._buttons.items():
            button.setVisible(name in wanted)
            button.setChecked(is_on(name, step))
        several = step.siblings > 1
        self._place.setVisible(several)
        self._place.setText(f"{step.sibling}/{step.siblings}")
        place = self.tr("Version {number} of {count}")
        self._place.setAccessibleName(place.format(number=step.sibling, count=step.siblings))
        self._enable()
        self._reveal()

    def set_busy(self, busy: bool) -> None:
        """Switch off what cannot be done while a reply streams."""
        self._busy = busy
        self._enable()

    def set_revealed(self, revealed: bool) -> None:
        """Draw the icons, or leave their place empty."""
        self._revealed = revealed
        self._reveal()

    def _reveal(self) -> None:
        """Where something is on, all of the row is drawn: a lone star would hang in the air."""
        any_on = any(button.isChecked() for button in self.buttons)
        for button in self._buttons.values():
            button.set_revealed(self._revealed or any_on)

    def fit(self) -> QSize:
        """Put the buttons in a row; returns the row's size."""
        side = self._style.icon_size + 12
        x = 0
        buttons = self.buttons
        for button in buttons:
            button.setGeometry(x, 0, side, side)
            x += side
            if button.name == "previous":
                width = self._place.sizeHint().width()
                self._place.setGeometry(x + 2, 0, width, side)
                x += width + 4
            elif button.name == "next" and button is not buttons[-1]:
                x += 8
        return QSize(x, side)

    def _make(self, name: ActionName, look: ActionLook) -> ActionButton:
        button = ActionButton(name, look, self._style, self)
        button.clicked.connect(lambda: self.chosen.emit(name))
        button.set_revealed(self._revealed)
        return button

    def _enable(self) -> None:
        if self._step is not None:
            for name, button in self._buttons.items():
                button.setEnabled(is_possible(name, self._step, busy=self._busy))
