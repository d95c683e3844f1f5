"""Where the system prompt is written: beneath the chat's header."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from benchtop.ui.chat.key_override import is_override
from benchtop.ui.chat.lines_edit import LinesEdit
from benchtop.ui.icons import set_icon
from benchtop.ui.theme import figures_font, set_kind, set_tone

CHANGE_DELAY_MS = 200
"""How long typed words are at most not told."""
_LINES = 5


class SystemPromptPanel(QWidget):
    """An editor, its number of characters, and a way to clear it (Ctrl+Z brings the text back).

    ``changed`` comes within 200 ms of typing, when the focus leaves, and from ``commit()``.
    """

    changed = Signal(str)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chat.system_prompt.panel")
        self._said = ""
        self._text = LinesEdit(_LINES, self)
        self._count = QLabel(self)
        self._clear = QPushButton(self.tr("Clear"), self)
        self._timer = QTimer(self, singleShot=True, interval=CHANGE_DELAY_MS)
        self._timer.timeout.connect(self.commit)
        self._build()
        self._refresh()

    def text(self) -> str:
        """What is written now, told or not."""
        return self._text.toPlainText()

    def set_text(self, text: str) -> None:
        """Show a system prompt that came from elsewhere; nothing is emitted.

        Call commit() first when another conversation is about to be shown: what was not told yet
        belongs to the one before.
        """
        if self._timer.isActive() and text == self._said:
            return  # an echo of what was told before: the newer words stay
        self._timer.stop()
        self._said = text
        if text == self.text():
            return
        with QSignalBlocker(self._text):
            self._text.setPlainText(text)
        self._refresh()

    def commit(self) -> None:
        """Pass on what was written, at once."""
        self._timer.stop()
        if self.text() != self._said:
            self._said = self.text()
            self.changed.emit(self._said)

    def focus_editor(self) -> None:
        """Give the keyboard to the editor."""
        self._text.setFocus(Qt.FocusReason.OtherFocusReason)

    def sizeHint(self) -> QSize:
        return QSize(200, super().sizeHint().height())

    def event(self, event: QEvent) -> bool:
        # Esc is the page's shortcut for Stop: with the keyboard in here it closes the panel.
        if is_override(event, Qt.Key.Key_Escape):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.commit()
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._text and isinstance(event, QFocusEvent) and event.lostFocus():
            self.commit()
        return super().eventFilter(watched, event)

    def _build(self) -> None:
        title = QLabel(self.tr("System prompt"), self)
        set_tone(title, "title")
        line = QLabel(self.tr("What the model is told before the conversation begins."), self)
        line.setWordWrap(True)
        set_tone(line, "muted")
        self._text.setObjectName("chat.system_prompt.text")
        self._text.setAccessibleName(self.tr("System prompt"))
        self._text.setAccessibleDescription(line.text())
        self._text.setPlaceholderText(
            self.tr("For example: You are a patient teacher. Answer in short, plain sentences.")
        )
        self._text.installEventFilter(self)
        self._text.textChanged.connect(self._on_text)
        set_tone(self._count, "muted")
        self._count.setFont(figures_font(QFont()))
        self._clear.setObjectName("chat.system_prompt.clear")
        self._clear.setAccessibleName(self.tr("Clear the system prompt"))
        self._clear.setToolTip(self.tr("Clear the system prompt; Ctrl+Z brings it back"))
        set_kind(self._clear, "quiet")
        self._clear.clicked.connect(self._on_clear)
        close = QToolButton(self)
        close.setObjectName("chat.system_prompt.close")
        close.setAccessibleName(self.tr("Close the system prompt"))
        close.setToolTip(self.tr("Close (Esc)"))
        set_icon(close, "close")
        close.clicked.connect(self.closed)
        top, foot = QHBoxLayout(), QHBoxLayout()
        top.addWidget(title, 1)
        top.addWidget(close)
        foot.addWidget(self._count, 1)
        foot.addWidget(self._clear)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 4, 12, 12)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(line)
        layout.addWidget(self._text)
        layout.addLayout(foot)

    def _on_text(self) -> None:
        if not self._timer.isActive():  # not anew at each key: steady typing is kept as well
            self._timer.start()
        self._refresh()

    def _on_clear(self) -> None:
        # Through the cursor, so that undo brings the text back.
        cursor = self._text.textCursor()
        cursor.select(cursor.SelectionType.Document)
        cursor.removeSelectedText()
        self.focus_editor()
        self.commit()

    def _refresh(self) -> None:
        number = len(self.text())
        words = (
            self.tr("1 character")
            if number == 1
            else self.tr("{number} characters").format(number=self.locale().toString(number))
        )
        self._count.setText(words)
        self._clear.setEnabled(number > 0)
