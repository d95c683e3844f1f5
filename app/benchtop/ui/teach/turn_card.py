"""One turn of an example: who says it, and what."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from benchtop.domain.examples import Turn, TurnRole
from benchtop.ui.icons import set_icon
from benchtop.ui.teach.long_edit import LongEdit

_ROLES: tuple[TurnRole, ...] = ("system", "user", "assistant")


class TurnCard(QFrame):
    """``number`` counts from 1 and is in the names of what is in it."""

    changed = Signal()
    remove_wanted = Signal()

    def __init__(self, turn: Turn, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("card", True)
        self._role = QComboBox(self)
        self._role.setObjectName(f"teach.example.role.{number}")
        for role, words in zip(_ROLES, self._role_words(), strict=True):
            self._role.addItem(words, role)
        self._remove = QToolButton(self)
        self._remove.setObjectName(f"teach.example.remove.{number}")
        self._remove.setToolTip(self.tr("Remove this turn"))
        set_icon(self._remove, "close", "muted")
        self.text = LongEdit(self, least=2, most=14)
        self.text.setObjectName(f"teach.example.text.{number}")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._role)
        head.addStretch(1)
        head.addWidget(self._remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 8)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.text)
        column.addWidget(self.text.more)
        self.set_turn(turn, number)
        self._role.activated.connect(lambda _index: self._on_role())
        self.text.textChanged.connect(self.changed)
        self._remove.clicked.connect(self.remove_wanted)

    def _role_words(self) -> tuple[str, ...]:
        return (self.tr("System prompt"), self.tr("You"), self.tr("Model"))

    def set_turn(self, turn: Turn, number: int) -> None:
        """Show another turn."""
        self._role.setCurrentIndex(_ROLES.index(turn.role))
        self.text.set_text(turn.content)
        self._name(number)

    def turn(self) -> Turn:
        """What the fields say."""
        return Turn(_ROLES[self._role.currentIndex()], self.text.text())

    def stops(self) -> list[QWidget]:
        """What the Tab key visits, in order."""
        return [self._role, self._remove, self.text, self.text.more]

    def _name(self, number: int) -> None:
        self._number = number
        words = self._role_words()[self._role.currentIndex()]
        names = {
            "role": self._role, "remove": self._remove, "text": self.text, "more": self.text.more,
        }  # fmt: skip
        for key, widget in names.items():
            widget.setObjectName(f"teach.example.{key}.{number}")
        turn = self.tr("Turn {number}, {who}").format(number=number, who=words)
        self.setAccessibleName(turn)
        self._role.setAccessibleName(self.tr("Who says turn {number}").format(number=number))
        self._remove.setAccessibleName(self.tr("Remove turn {number}").format(number=number))
        self.text.setAccessibleName(turn)
        self.text.setPlaceholderText(
            (
                self.tr("How the model should behave"),
                self.tr("What is asked"),
                self.tr("The answer that is to be learnt"),
            )[self._role.currentIndex()]
        )

    def _on_role(self) -> None:
        self._name(self._number)
        self.changed.emit()
