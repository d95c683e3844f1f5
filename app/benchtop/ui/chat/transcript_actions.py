"""The keys that are the transcript's own, as actions of the window's table."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from benchtop.ui.action_table import ACTIONS, ActionSpec


def make_actions(owner: QWidget, slots: Mapping[str, Callable[[], None]]) -> list[QAction]:
    """An action for each id of the table that has a slot; it works in the owner and what it holds."""
    return [_make_action(owner, spec, slots[spec.id]) for spec in ACTIONS if spec.id in slots]


def _make_action(owner: QWidget, spec: ActionSpec, slot: Callable[[], None]) -> QAction:
    action = QAction(QCoreApplication.translate("Actions", spec.text), owner)
    action.setObjectName(f"action.{spec.id}")
    action.setShortcuts([QKeySequence(keys) for keys in spec.shortcuts])
    action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    action.triggered.connect(lambda _on=False: slot())
    return action
