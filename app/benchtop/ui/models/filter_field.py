"""A field that narrows the list below it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from benchtop.ui.chat.key_override import is_override
from benchtop.ui.icons import icon, set_icon


class FilterField(QLineEdit):
    """Down goes to the list (``went_down``), Esc empties the field."""

    went_down = Signal()

    def __init__(self, object_name: str, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(object_name)
        self.setAccessibleName(label)
        self.setPlaceholderText(label)
        self.setClearButtonEnabled(True)
        place = QLineEdit.ActionPosition.LeadingPosition
        set_icon(self.addAction(icon("search", "muted"), place), "search", "muted")

    def event(self, event: QEvent) -> bool:
        # Esc is a shortcut of the window: while there are words to remove it is ours.
        if self.text() and is_override(event, Qt.Key.Key_Escape):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() == Qt.Key.Key_Down:
            self.went_down.emit()
        else:
            super().keyPressEvent(event)
