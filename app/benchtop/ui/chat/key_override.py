"""Keys that a widget keeps for itself although the page has them as shortcuts."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)


def is_override(event: QEvent, *keys: Qt.Key) -> bool:
    """Whether ``event`` asks if one of ``keys`` is wanted here before it becomes a shortcut.

    Only the plain key is: with Ctrl, Shift or Alt it is another shortcut.
    """
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    return event.key() in keys and event.modifiers() in _PLAIN
