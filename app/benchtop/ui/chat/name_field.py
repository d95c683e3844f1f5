"""A field to type a name in, in place of a dialog: a name, Save and Cancel."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from benchtop.ui.theme import set_kind, set_tone


class NameField(QWidget):
    """Enter or the button gives the name; Esc or Cancel gives up. A bad name says why it is one."""

    named = Signal(str)
    cancelled = Signal()

    def __init__(self, object_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._problem_of: Callable[[str], str] = lambda _name: ""
        self._field = QLineEdit(self)
        self._field.setObjectName(object_name)
        self._field.setAccessibleName(self.tr("Name"))
        self._field.setMaxLength(80)
        self._problem = QLabel(self)
        self._problem.setWordWrap(True)
        set_tone(self._problem, "warning")
        self._save = QPushButton(self)
        self._save.setObjectName(f"{object_name}.save")
        self._save.setAccessibleName(self.tr("Save"))
        set_kind(self._save, "primary")
        cancel = QPushButton(self.tr("Cancel"), self)
        cancel.setObjectName(f"{object_name}.cancel")
        cancel.setAccessibleName(cancel.text())
        set_kind(cancel, "quiet")
        row = QHBoxLayout()
        row.addWidget(self._field, 1)
        row.addWidget(self._save)
        row.addWidget(cancel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        layout.addLayout(row)
        layout.addWidget(self._problem)
        self._field.textChanged.connect(self._refresh)
        self._field.returnPressed.connect(self._on_save)
        self._save.clicked.connect(self._on_save)
        cancel.clicked.connect(self.cancelled)

    def ask(self, label: str, save: str, name: str, problem_of: Callable[[str], str]) -> None:
        """Ask for a name, beginning with ``name``. ``problem_of`` says what is wrong with one."""
        self._problem_of = problem_of
        self._field.setAccessibleName(label)
        self._field.setPlaceholderText(label)
        self._field.setText(name)
        self._field.selectAll()
        self._save.setText(save)
        self._save.setAccessibleName(save)
        self._refresh()
        self.show()
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    def _name(self) -> str:
        return " ".join(self._field.text().split())

    def _refresh(self) -> None:
        problem = self._problem_of(self._name()) if self._name() else ""
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        self._save.setEnabled(bool(self._name()) and not problem)

    def _on_save(self) -> None:
        if self._save.isEnabled():
            self.named.emit(self._name())
