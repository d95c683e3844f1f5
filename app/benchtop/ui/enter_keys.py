"""Enter presses the button that has the keyboard, as Space does, wherever that button is.

Qt leaves that to the desktop: only some of them know it. A button of a dialog that is a default button, or
becomes one with the focus, has it from Qt.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QPushButton,
    QRadioButton,
    QWidget,
)

from benchtop.ui.widgets.switch import Switch

_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_CHOICES = (QCheckBox, QRadioButton, Switch)
"""What is switched rather than pressed: Enter in a dialog means its default button there."""
_PLAIN = {Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier}


class EnterKeys(QObject):
    """Looks at the keys of the one button that has the focus; what others get never comes through here."""

    def __init__(self, app: QApplication, parent: QObject | None = None) -> None:
        super().__init__(parent)
        app.focusChanged.connect(self._moved)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Press the button; everything else goes its way."""
        if event.type() != QEvent.Type.KeyPress:
            return False
        if not isinstance(event, QKeyEvent) or not isinstance(watched, QAbstractButton):
            return False
        if event.key() not in _ENTER or event.modifiers() not in _PLAIN or _has_it(watched):
            return False
        if not event.isAutoRepeat():  # a key that is held presses once
            watched.click()
        return True

    def _moved(self, old: QWidget | None, now: QWidget | None) -> None:
        if isinstance(old, QAbstractButton):
            old.removeEventFilter(self)
        if isinstance(now, QAbstractButton) and not isinstance(now, _CHOICES):
            now.installEventFilter(self)


def _has_it(button: QAbstractButton) -> bool:
    return isinstance(button, QPushButton) and (button.autoDefault() or button.isDefault())
