"""What is known of one action of the window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Scope = Literal["window", "widget"]
"""window: a QAction whose shortcut works anywhere in the window. widget: keys that a widget handles
itself while it has the focus (Enter in the message box); no QAction has them."""


def QT_TRANSLATE_NOOP(_context: str, text: str) -> str:
    """Mark a text for lupdate, which looks for this name; PySide's own is typed as ``object``."""
    return text


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One action. ``shortcuts`` are in QKeySequence's portable text, the first is shown in menus."""

    id: str
    text: str
    explanation: str
    group: str
    shortcuts: tuple[str, ...] = ()
    icon: str = ""
    scope: Scope = "window"
