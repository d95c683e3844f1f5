"""The field that stands in a message's place while it is edited."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from benchtop.ui.chat.chat_style import ChatStyle
from benchtop.ui.chat.growing_edit import GrowingEdit
from benchtop.ui.theme import set_kind

_RETURN = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class MessageEditor(QWidget):
    """Save (Ctrl+Enter) makes a new branch, Cancel (Esc) leaves everything as it was."""

    saved = Signal(str)
    cancelled = Signal()
    resized = Signal()

    def __init__(
        self,
        original: str,
        text: str,
        style: ChatStyle,
        parent: QWidget | None = None,
        *,
        of_reply: bool = False,
    ) -> None:
        super().__init__(parent)
        self._original = original
        self._busy = False
        self.input = GrowingEdit(self, least=2, most=14)
        self.input.setObjectName("chat.message.edit.input")
        self.input.setAccessibleName(self.tr("Edit message"))
        self.input.setPlainText(text)
        words = self.tr(
            "Saving makes a new branch. The old text stays: walk back to it with the arrows."
        )
        if of_reply:
            words += " " + self.tr(
                "Teach can take yours as the better answer, and the old one as the worse."
            )
        self._hint = QLabel(words)
        self._hint.setFont(style.small)
        self._hint.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._hint.setWordWrap(True)
        self.input.setAccessibleDescription(self._hint.text())
        self.save_button = QPushButton(self.tr("Save"))
        self.save_button.setObjectName("chat.message.edit.save")
        self.save_button.setAccessibleName(self.save_button.text())
        set_kind(self.save_button, "primary")
        self.cancel_button = QPushButton(self.tr("Cancel"))
        self.cancel_button.setObjectName("chat.message.edit.cancel")
        self.cancel_button.setAccessibleName(self.cancel_button.text())
        self.cancel_button.setToolTip(self.tr("Leave the message as it is (Esc)"))
        row = QHBoxLayout()
        row.addWidget(self._hint, 1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.input)
        column.addLayout(row)
        self.input.textChanged.connect(self._on_text)
        self.input.height_changed.connect(lambda _height: self.resized.emit())
        self.save_button.clicked.connect(self._save)
        self.cancel_button.clicked.connect(self.cancelled)
        self._on_text()

    @property
    def text(self) -> str:
        """What stands in the field."""
        return self.input.toPlainText()

    def fit(self, width: int) -> int:
        """The height it takes in ``width`` pixels."""
        self.resize(width, self.height())
        layout = self.layout()
        assert layout is not None
        layout.activate()
        return max(layout.sizeHint().height(), layout.totalHeightForWidth(width))

    def set_busy(self, busy: bool) -> None:
        """While a reply streams the text can be written, but not saved."""
        self._busy = busy
        self._on_text()

    def start(self) -> None:
        """Take the focus, with the caret at the end."""
        cursor = self.input.textCursor()
        cursor.movePosition(cursor.MoveOperation.End)
        self.input.setTextCursor(cursor)
        self.input.setFocus()

    def event(self, event: QEvent) -> bool:
        # Esc and Ctrl+Enter are shortcuts of the window as well (stop, continue); here they are ours.
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and self._is_ours(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        elif self._is_ours(event):
            self._save()
        else:
            super().keyPressEvent(event)

    def _is_ours(self, event: QKeyEvent) -> bool:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        return event.key() == Qt.Key.Key_Escape or (event.key() in _RETURN and control)

    def _save(self) -> None:
        if self.save_button.isEnabled():
            self.saved.emit(self.text)

    def _on_text(self) -> None:
        text = self.text
        self.save_button.setEnabled(
            not self._busy and bool(text.strip()) and text != self._original
        )
        if self._busy:
            hint = self.tr(
                "A reply is being written. Save when it has ended, or stop it first; "
                "your text stays here."
            )
        else:
            hint = self.tr("Save as a new branch (Ctrl+Enter)")
        self.save_button.setToolTip(hint)
        self.save_button.setAccessibleDescription(hint)
