"""A new example, typed by hand: a question, an answer, and the next."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from benchtop.domain.examples import Example, Turn
from benchtop.ui.chat.growing_edit import GrowingEdit
from benchtop.ui.chat.key_override import is_override
from benchtop.ui.theme import set_kind, set_tone
from benchtop.ui.widgets.announce import announce
from benchtop.ui.widgets.flow_layout import FlowLayout

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class NewExample(QWidget):
    """Ctrl+Enter adds and goes back to the question; the tags stay for the next. Esc closes, and what was
    typed stays here until it is added."""

    added = Signal(object)
    """An Example that belongs to no data set yet."""
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("teach.new")
        self.setAccessibleName(self.tr("A new example"))
        self._count = 0
        title = QLabel(self.tr("A new example"), self)
        set_tone(title, "title")
        self._question = self._field(
            "question", self.tr("Question"), self.tr("What somebody would ask the model")
        )
        self._answer = self._field(
            "answer", self.tr("Answer"), self.tr("What the model should answer"), least=4
        )
        self._tags = QLineEdit(self)
        self._tags.setObjectName("teach.new.tags")
        self._tags.setAccessibleName(self.tr("Tags, with commas between"))
        self._tags.setPlaceholderText(self.tr("Tags, with commas between"))
        self._add = QPushButton(self.tr("Add"), self)
        self._add.setObjectName("teach.new.add")
        self._add.setAccessibleName(self.tr("Add this example"))
        self._add.setToolTip(self.tr("Ctrl+Enter"))
        set_kind(self._add, "primary")
        done = QPushButton(self.tr("Done"), self)
        done.setObjectName("teach.new.done")
        done.setAccessibleName(self.tr("Done: close this form"))
        done.setToolTip(self.tr("Esc"))
        self._told = QLabel(self)
        self._told.setWordWrap(True)
        set_tone(self._told, "muted")
        foot = FlowLayout(gap=8)
        foot.addWidget(self._add)
        foot.addWidget(done)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(title)
        for label, field in (
            (self.tr("Question"), self._question),
            (self.tr("Answer"), self._answer),
        ):
            words = QLabel(label, self)
            words.setBuddy(field)
            set_tone(words, "muted")
            column.addWidget(words)
            column.addWidget(field)
        column.addWidget(self._tags)
        column.addLayout(foot)
        column.addWidget(self._told)
        column.addStretch(1)
        self._add.clicked.connect(self._on_add)
        done.clicked.connect(self.closed)
        self._on_typed()

    def begin(self) -> None:
        """Give the keyboard to the question."""
        self._count = 0
        self._told.setText(self.tr("Ctrl+Enter adds it and begins the next; Esc is done."))
        self._question.setFocus()

    def _field(self, key: str, label: str, hint: str, least: int = 2) -> GrowingEdit:
        field = GrowingEdit(self, least=least, most=10)
        field.setObjectName(f"teach.new.{key}")
        field.setAccessibleName(label)
        field.setPlaceholderText(hint)
        field.textChanged.connect(self._on_typed)
        return field

    def _on_typed(self) -> None:
        if hasattr(self, "_add"):  # the fields come first
            self._add.setEnabled(self._is_whole())

    def _is_whole(self) -> bool:
        return all(one.toPlainText().strip() for one in (self._question, self._answer))

    def _on_add(self) -> None:
        if not self._is_whole():
            empty = self._answer if self._question.toPlainText().strip() else self._question
            empty.setFocus()
            return
        turns = (
            Turn("user", self._question.toPlainText().strip()),
            Turn("assistant", self._answer.toPlainText().strip()),
        )
        tags = tuple(dict.fromkeys(filter(None, map(str.strip, self._tags.text().split(",")))))
        self._question.clear()
        self._answer.clear()
        self._question.setFocus()
        self._count += 1
        one = self.tr("Added; the next one can be typed.")
        many = self.tr("Added, {count} so far; the next one can be typed.")
        words = one if self._count == 1 else many.format(count=self._count)
        self._told.setText(words)
        announce(self, words)
        self.added.emit(Example(turns, tags=tags))

    def event(self, event: QEvent) -> bool:
        # Esc is a shortcut of the window: in this form it is ours.
        if is_override(event, Qt.Key.Key_Escape):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() in _ENTER and control:
            self._on_add()
        elif event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)
