"""A question asked in place, with its answers as buttons: never a dialog over the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from benchtop.ui.chat.key_override import is_override
from benchtop.ui.theme import Kind, set_kind
from benchtop.ui.widgets.announce import announce
from benchtop.ui.widgets.breaking_label import BreakingLabel, with_breaks
from benchtop.ui.widgets.flow_layout import FlowLayout


@dataclass(frozen=True, slots=True)
class Answer:
    """A button: ``key`` is what ``answered`` carries, and the end of its object name."""

    key: str
    text: str
    kind: Kind = "normal"


class AskBar(QWidget):
    """Hidden until ``ask``. Esc gives the last answer, which changes nothing."""

    answered = Signal(str)

    def __init__(self, object_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(object_name)
        self._last = ""
        self._buttons: list[QPushButton] = []
        self._words = BreakingLabel("", self)
        self._words.setObjectName(f"{object_name}.words")
        self._words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._words.setWordWrap(True)
        self._flow = FlowLayout(gap=8)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(8)
        column.addWidget(self._words)
        column.addLayout(self._flow)
        self.hide()

    def ask(self, question: str, answers: Sequence[Answer], focus: str) -> None:
        """Show the question; the button of the answer ``focus`` gets the keyboard."""
        self._clear()
        self._words.setText(with_breaks(question))
        self.setAccessibleName(question)
        self._last = answers[-1].key
        before: QWidget | None = None
        for answer in answers:
            button = self._make(answer, question)
            if before is not None:
                QWidget.setTabOrder(before, button)
            before = button
        self.show()
        for button in self._buttons:
            button.show()
            if button.objectName() == f"{self.objectName()}.{focus}":
                button.setFocus(Qt.FocusReason.OtherFocusReason)
        announce(self, question)

    def buttons(self) -> list[QPushButton]:
        """The answers on show, in their order."""
        return list(self._buttons)

    def close_question(self) -> None:
        """Take the question away without an answer."""
        self.hide()
        self._clear()

    def has_focus_inside(self) -> bool:
        """Whether one of the answers has the keyboard."""
        return any(button.hasFocus() for button in self._buttons)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc, claimed early: the window has it as a shortcut."""
        if is_override(event, Qt.Key.Key_Escape):
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                self.answered.emit(self._last)
                return True
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                assert isinstance(watched, QPushButton)
                watched.click()
                return True
        return super().eventFilter(watched, event)

    def _make(self, answer: Answer, question: str) -> QPushButton:
        button = QPushButton(answer.text, self)
        button.setObjectName(f"{self.objectName()}.{answer.key}")
        button.setAccessibleName(answer.text)
        button.setAccessibleDescription(question)
        button.setAutoDefault(False)
        set_kind(button, answer.kind)
        button.clicked.connect(lambda _on=False, key=answer.key: self.answered.emit(key))
        button.installEventFilter(self)
        self._buttons.append(button)
        self._flow.addWidget(button)
        return button

    def _clear(self) -> None:
        while self._flow.count():
            self._flow.takeAt(0)
        for button in self._buttons:
            button.hide()
            button.deleteLater()
        self._buttons = []
