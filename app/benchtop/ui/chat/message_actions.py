"""The actions of a message: which ones it has, how they are called, and the button of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QCoreApplication, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QIcon, QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from benchtop.domain.chat import PathStep
from benchtop.ui.action_table import ACTIONS
from benchtop.ui.chat.chat_style import ChatStyle

ActionName = Literal[
    "previous",
    "next",
    "copy",
    "regenerate",
    "continue",
    "edit",
    "rate_up",
    "rate_down",
    "example",
    "teach",
    "retry",
]
NEEDS_QUIET: frozenset[ActionName] = frozenset({"regenerate", "continue", "edit", "retry"})
"""Actions that start a reply: not while another one streams."""
TOGGLES: frozenset[ActionName] = frozenset({"rate_up", "rate_down", "example"})
MENU_ONLY: frozenset[ActionName] = frozenset({"retry", "teach"})
"""Actions that the row of buttons leaves out: "retry" has its button in the message's own note."""
WALKS: frozenset[ActionName] = frozenset({"previous", "next"})
_FINISHED = {"complete", "stopped", "interrupted", "failed"}


@dataclass(frozen=True, slots=True)
class ActionLook:
    """How an action appears. ``icon_on`` is its icon while a toggle is on.

    ``shortcut`` is the window's, which acts on the message with the focus, or else the last reply.
    """

    text: str
    hint: str
    icon: str
    shortcut: str
    icon_on: str = ""

    def tool_tip(self) -> str:
        """The hint with the shortcut as this system writes it."""
        keys = QKeySequence(self.shortcut).toString(QKeySequence.SequenceFormat.NativeText)
        return f"{self.hint} ({keys})" if keys else self.hint


def action_looks() -> dict[ActionName, ActionLook]:
    """Every action in the language of the moment, with the keys of the window's table."""
    keys = {spec.id: spec.shortcuts[0] for spec in ACTIONS if spec.shortcuts}

    def tr(text: str) -> str:
        return QCoreApplication.translate("message_actions", text)

    return {
        "previous": ActionLook(
            tr("Previous version"),
            tr("Show the version before this one"),
            "previous",
            keys.get("reply.previous", ""),
        ),
        "next": ActionLook(
            tr("Next version"),
            tr("Show the version after this one"),
            "next",
            keys.get("reply.next", ""),
        ),
        "copy": ActionLook(tr("Copy"), tr("Copy this message"), "copy", keys.get("reply.copy", "")),
        "regenerate": ActionLook(
            tr("Regenerate"),
            tr("Ask for another reply; this one is kept beside it"),
            "regenerate",
            keys.get("reply.regenerate", ""),
        ),
        "continue": ActionLook(
            tr("Continue"),
            tr("Let the model go on from here"),
            "continue",
            keys.get("reply.continue", ""),
        ),
        "edit": ActionLook(
            tr("Edit"),
            tr("Edit this message as a new branch; the old text stays"),
            "edit",
            keys.get("reply.edit", ""),
        ),
        "rate_up": ActionLook(
            tr("Good reply"),
            tr("Rate this reply as good"),
            "thumb-up",
            keys.get("reply.rate-up", ""),
            "thumb-up-on",
        ),
        "rate_down": ActionLook(
            tr("Poor reply"),
            tr("Rate this reply as poor"),
            "thumb-down",
            keys.get("reply.rate-down", ""),
            "thumb-down-on",
        ),
        "example": ActionLook(
            tr("Use as an example"),
            tr("Keep this reply as an example to teach a model with"),
            "star",
            keys.get("reply.example", ""),
            "star-on",
        ),
        "teach": ActionLook(
            tr("Teach from here…"),
            tr("Pick turns of this conversation as an example to teach a model with"),
            "teach",
            keys.get("reply.teach", ""),
        ),
        "retry": ActionLook(
            tr("Retry"), tr("Ask again for this reply"), "retry", keys.get("reply.retry", "")
        ),
    }


def available_actions(step: PathStep) -> list[ActionName]:
    """The actions a message has in its present state, in the order they are shown."""
    message = step.message
    walk: list[ActionName] = ["previous", "next"] if step.siblings > 1 else []
    copy: list[ActionName] = ["copy"] if message.content else []
    teach: list[ActionName] = ["teach"] if message.content.strip() else []
    if message.role == "user":  # at the right, where the card ends
        return [*copy, "edit", *walk, *teach]
    names = [*walk, *copy]
    if message.state not in _FINISHED:
        return names
    if message.state in {"interrupted", "failed"}:
        names.append("retry")
    names.append("regenerate")
    if message.content:
        names += ["continue", "edit", "rate_up", "rate_down", "example", *teach]
    return names


def is_on(name: ActionName, step: PathStep) -> bool:
    """Whether a toggle stands for what is kept of the message."""
    message = step.message
    return {
        "rate_up": message.rating > 0,
        "rate_down": message.rating < 0,
        "example": message.example,
    }.get(name, False)


def is_possible(name: ActionName, step: PathStep, *, busy: bool) -> bool:
    """Whether the action would do something now."""
    if busy and name in NEEDS_QUIET:
        return False
    if name == "previous":
        return step.sibling > 1
    if name == "next":
        return step.sibling < step.siblings
    return True


class ActionButton(QAbstractButton):
    """An icon that is drawn only when its row is revealed, but always there for keys and readers.

    It paints itself: the style sheet's rules for a tool button take 20 KB in each of a thousand.
    """

    def __init__(
        self, name: ActionName, look: ActionLook, style: ChatStyle, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.look = look
        self.name: ActionName = name
        self._style = style
        self._revealed = False
        self.setObjectName(f"chat.message.{name}")
        self.setAccessibleName(look.text)
        self.setAccessibleDescription(look.tool_tip())
        self.setToolTip(look.tool_tip())
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setCheckable(name in TOGGLES)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def set_revealed(self, revealed: bool) -> None:
        """Draw the icon, or leave its place empty."""
        if revealed != self._revealed:
            self._revealed = revealed
            self.update()

    def sizeHint(self) -> QSize:
        side = self._style.icon_size + 12
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not (self._revealed or self.name in WALKS or self.hasFocus()):
            return
        t = self._style.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = self.rect().toRectF().adjusted(1, 1, -1, -1)
        on = self.isChecked()
        if on or self.isDown() or (self.underMouse() and self.isEnabled()):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(t.selection if on or self.isDown() else t.hover)
            painter.drawRoundedRect(frame, 6, 6)
        if self.hasFocus():
            painter.setPen(QPen(t.accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame, 6, 6)
        # A filled icon stands for "on", so that colour is not the only sign.
        filled = on and bool(self.look.icon_on)
        mode = QIcon.Mode.Normal if self.isEnabled() else QIcon.Mode.Disabled
        side = self._style.icon_size
        corner = QPoint((self.width() - side) // 2, (self.height() - side) // 2)
        icons = self._style
        icon = icons.icon(self.look.icon_on, "accent") if filled else icons.icon(self.look.icon)
        icon.paint(painter, QRect(corner, QSize(side, side)), mode=mode)
        painter.end()
