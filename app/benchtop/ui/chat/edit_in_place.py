"""The edit of one message: its editor while it is open, and its words until they are saved."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget

from benchtop.ui.chat.chat_style import ChatStyle
from benchtop.ui.chat.message_editor import MessageEditor


class EditInPlace(QObject):
    """Opens and closes the editor inside a message; where it stands there is the message's affair.

    ``words`` are what was typed and neither saved nor given up, or None: the editor opens with them.
    """

    typed = Signal(str)
    closed = Signal()
    """The editor has gone; what was done with its words follows."""
    saved = Signal(str)
    """The words to make a message of. They stay here as well: should that fail, the editor has them."""
    given_up = Signal()
    resized = Signal()

    def __init__(self, message: QWidget) -> None:
        super().__init__(message)
        self._message = message
        self.editor: MessageEditor | None = None
        self.words: str | None = None

    def open(self, original: str, style: ChatStyle, *, busy: bool, of_reply: bool = False) -> None:
        """Show the editor; the focus stays where it is."""
        words = original if self.words is None else self.words
        self.editor = MessageEditor(original, words, style, self._message, of_reply=of_reply)
        self.editor.input.textChanged.connect(self._on_text)
        self.editor.saved.connect(self._save)
        self.editor.cancelled.connect(self._give_up)
        self.editor.resized.connect(self.resized)
        self.editor.set_busy(busy)
        self.editor.show()

    def _close(self) -> None:
        if self.editor is None:
            return
        focused = QApplication.focusWidget()
        if focused is not None and self.editor.isAncestorOf(focused):
            self._message.setFocus()  # before it hides, or the focus would go elsewhere
        self.editor.hide()
        self.editor.deleteLater()
        self.editor = None
        self.closed.emit()

    def _on_text(self) -> None:
        if self.editor is not None:
            self.words = self.editor.text
            self.typed.emit(self.words)

    def _save(self, text: str) -> None:
        self._close()
        self.saved.emit(text)

    def _give_up(self) -> None:
        self.words = None
        self._close()
        self.given_up.emit()
