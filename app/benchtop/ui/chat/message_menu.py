"""The context menu of a message: what is selected, then every action."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from benchtop.domain.chat import PathStep
from benchtop.ui.chat.chat_style import ChatStyle
from benchtop.ui.chat.message_actions import (
    TOGGLES,
    ActionName,
    action_looks,
    available_actions,
    is_on,
    is_possible,
)


def make_message_menu(
    parent: QWidget,
    step: PathStep,
    style: ChatStyle,
    *,
    busy: bool,
    selected: str,
    choose: Callable[[ActionName], None],
) -> QMenu:
    """A menu that deletes itself once closed; ``selected`` is the text to offer for copying."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if selected:
        copy = menu.addAction(QCoreApplication.translate("message_menu", "Copy selected text"))
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(selected))
        menu.addSeparator()
    looks = action_looks()
    for name in available_actions(step):
        look = looks[name]
        action = menu.addAction(style.icon(look.icon, "text"), look.text)
        action.setObjectName(f"chat.message.menu.{name}")
        action.setCheckable(name in TOGGLES)
        action.setChecked(is_on(name, step))
        action.setEnabled(is_possible(name, step, busy=busy))
        action.triggered.connect(lambda _on=False, name=name: choose(name))
    return menu
