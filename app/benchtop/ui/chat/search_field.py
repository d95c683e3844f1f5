"""The sidebar's search field and its keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from benchtop.ui.chat.key_override import is_override
from benchtop.ui.icons import icon, set_icon


class SearchField(QLineEdit):
    """Down goes to what was found, Enter opens the first of it, Esc leaves the search."""

    left = Signal()
    went_down = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chat.search")
        self.setAccessibleName(self.tr("Search all messages"))
        self.setPlaceholderText(self.tr("Search…"))
        self.setToolTip(self.tr("Search every message of every conversation (Ctrl+F)"))
        self.setClearButtonEnabled(True)
        place = QLineEdit.ActionPosition.LeadingPosition
        set_icon(self.addAction(icon("search", "muted"), place), "search", "muted")

    def event(self, event: QEvent) -> bool:
        # Esc is the page's shortcut for Stop: while there is a search to leave it is ours.
        if self.text() and is_override(event, Qt.Key.Key_Escape):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.left.emit()
        elif event.key() == Qt.Key.Key_Down:
            self.went_down.emit()
        else:
            super().keyPressEvent(event)
