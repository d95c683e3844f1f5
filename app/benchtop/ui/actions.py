"""QActions made from the one table of actions: menus, shortcuts and the list under ``?`` share it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from benchtop.ui.action_table import ACTIONS, ActionSpec
from benchtop.ui.icons import set_icon


def translated(text: str) -> str:
    """A text of the table in the person's language."""
    return QCoreApplication.translate("Actions", text)


def shortcut_text(spec: ActionSpec) -> str:
    """The keys as this platform writes them: "Ctrl+F or Ctrl+K"."""
    native = QKeySequence.SequenceFormat.NativeText
    # Return and the number pad's Enter do the same everywhere here, and people call both Enter.
    keys = [
        QKeySequence(keys).toString(native).replace("Return", "Enter") for keys in spec.shortcuts
    ]
    joiner = QCoreApplication.translate("Actions", " or ")
    return joiner.join(dict.fromkeys(keys))


class ActionSet(QObject):
    """The QActions of a window, by id. Each shortcut works wherever the focus is in that window."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._actions = {spec.id: self._make(spec) for spec in ACTIONS if spec.scope == "window"}

    def __getitem__(self, action_id: str) -> QAction:
        """The action, or KeyError."""
        return self._actions[action_id]

    def all(self) -> list[QAction]:
        """Every action, in the table's order."""
        return list(self._actions.values())

    def dress(self) -> None:
        """Give the actions their icons: after the first paint, as no menu is open before it."""
        for spec in ACTIONS:
            if spec.icon and spec.id in self._actions:
                set_icon(self._actions[spec.id], spec.icon)

    def on(self, action_id: str, slot: Callable[[], object]) -> QAction:
        """Call ``slot`` without arguments whenever the action is triggered."""
        action = self._actions[action_id]
        action.triggered.connect(lambda _checked=False: slot())
        return action

    def _make(self, spec: ActionSpec) -> QAction:
        action = QAction(translated(spec.text), self)
        action.setObjectName(f"action.{spec.id}")
        keys = shortcut_text(spec)
        explanation = translated(spec.explanation)
        action.setToolTip(f"{explanation} ({keys})" if keys else explanation)
        action.setStatusTip(explanation)
        action.setShortcuts([QKeySequence(keys) for keys in spec.shortcuts])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setShortcutVisibleInContextMenu(True)
        # Without this a platform may move actions into a menu of its own by their words.
        action.setMenuRole(QAction.MenuRole.NoRole)
        if spec.icon:
            action.setProperty("icon_name", spec.icon)
            set_icon(action, spec.icon)
        return action
