"""Keys that a widget keeps for itself although the page has them as shortcuts."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent


def is_override(event: QEvent, *keys: Qt.Key) -> bool:
    """Whether ``event`` asks if one of ``keys`` is wanted here before it becomes a shortcut."""
    override = event.type() == QEvent.Type.ShortcutOverride
    return override and isinstance(event, QKeyEvent) and event.key() in keys
