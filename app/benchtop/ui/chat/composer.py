"""Where a person writes: a field that grows, and one button that is Send or Stop."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from benchtop.ui.chat.chat_style import ChatStyle
from benchtop.ui.chat.growing_edit import GrowingEdit
from benchtop.ui.icons import set_icon
from benchtop.ui.theme import set_kind

DRAFT_DELAY_MS = 200
"""How long typed words are at most not told."""
_RETURN = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class Composer(QWidget):
    """Enter sends, Shift+Enter makes a new line.

    ``submitted`` leaves the text where it is: call clear_text() once it is safely stored, so that
    nothing typed is ever lost to a failure. ``draft_changed`` follows typing within 200 ms.
    Esc in the field asks to stop, where the window does not have that key itself.
    """

    submitted = Signal(str)
    stop_requested = Signal()
    draft_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._busy = False
        self._reason: str | None = None
        self._told_draft = ""
        self.input = _Input(self)
        self.input.setObjectName("chat.input")
        self.input.setAccessibleName(self.tr("Message"))
        self.send_button = QPushButton(self.tr("Send"))
        self.send_button.setObjectName("chat.send")
        self.send_button.setAccessibleName(self.tr("Send"))
        set_kind(self.send_button, "primary")
        set_icon(self.send_button, "send", "on_primary")
        self.stop_button = QPushButton(self.tr("Stop"))
        self.stop_button.setObjectName("chat.stop")
        self.stop_button.setAccessibleName(self.tr("Stop"))
        self.stop_button.setToolTip(self.tr("Stop the reply; what is there is kept (Esc)"))
        self.stop_button.setAccessibleDescription(self.stop_button.toolTip())
        set_icon(self.stop_button, "stop", "text")
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 12)
        row.setSpacing(8)
        row.addWidget(self.input, 1)
        row.addWidget(self.send_button, 0, Qt.AlignmentFlag.AlignBottom)
        row.addWidget(self.stop_button, 0, Qt.AlignmentFlag.AlignBottom)
        self._draft_timer = QTimer(self)
        self._draft_timer.setSingleShot(True)
        self._draft_timer.setInterval(DRAFT_DELAY_MS)
        self._draft_timer.timeout.connect(self.flush_draft)
        self.input.textChanged.connect(self._on_text)
        self.input.height_changed.connect(self._take_measures)
        self.input.send_pressed.connect(self._submit)
        self.input.stop_pressed.connect(self._stop)
        self.send_button.clicked.connect(self._submit)
        self.stop_button.clicked.connect(self.stop_requested)
        self._show_state()
        self._take_measures()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._take_measures()

    def text(self) -> str:
        """What stands in the field."""
        return self.input.toPlainText()

    def set_draft(self, text: str) -> None:
        """Put a kept draft in the field, without telling that it changed."""
        self._draft_timer.stop()
        self.input.setPlainText(text)
        self._told_draft = text
        self._draft_timer.stop()
        self.input.moveCursor(QTextCursor.MoveOperation.End)

    def clear_text(self) -> None:
        """Empty the field after sending; Ctrl+Z brings the text back. Tells the empty draft."""
        cursor = QTextCursor(self.input.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.removeSelectedText()
        self.flush_draft()

    def flush_draft(self) -> None:
        """Tell the draft now, if it changed since it was last told."""
        self._draft_timer.stop()
        if self.text() != self._told_draft:
            self._told_draft = self.text()
            self.draft_changed.emit(self._told_draft)

    def set_busy(self, busy: bool) -> None:
        """While a reply streams, Send is Stop, and Enter keeps the text."""
        if busy == self._busy:
            return
        self._busy = busy
        self._show_state()

    def set_enabled_reason(self, reason: str | None) -> None:
        """Why nothing can be sent now, or None when it can. Writing is always possible."""
        self._reason = reason
        self._show_state()

    def focus_input(self) -> None:
        """Put the caret in the field."""
        self.input.setFocus()

    def _submit(self) -> None:
        text = self.text()
        if text.strip() and not self._busy and self._reason is None:
            self.submitted.emit(text)

    def _take_measures(self) -> None:
        """As wide as the transcript's column and in line with it; buttons as high as one line."""
        style = ChatStyle(self)
        side = max(16, (self.width() - style.column) // 2)
        margins = self._row.contentsMargins()
        if margins.left() != side:
            self._row.setContentsMargins(side, margins.top(), side, margins.bottom())
        for button in (self.send_button, self.stop_button):
            button.setFixedHeight(self.input.height_of(1))
            button.setIconSize(QSize(style.icon_size, style.icon_size))
        self._show_hint()

    def _show_hint(self) -> None:
        """The placeholder: why nothing can be sent, or how to, as far as there is room for it."""
        what, keys = self.tr("Write a message…"), self.tr("Enter sends, Shift+Enter: a new line")
        room = self.input.viewport().width() - 2 * self.input.fontMetrics().averageCharWidth()
        fits = self.input.fontMetrics().horizontalAdvance(f"{what}  {keys}") < room
        shown = self._reason or (f"{what}  {keys}" if fits else what)
        if shown != self.input.placeholderText():
            self.input.setPlaceholderText(shown)
        self.input.setAccessibleDescription(self._reason or keys)
        self.input.setToolTip(self._reason or "")

    def _stop(self) -> None:
        if self._busy:
            self.stop_requested.emit()

    def _on_text(self) -> None:
        if not self._draft_timer.isActive():  # not anew at each key: steady typing is kept as well
            self._draft_timer.start()
        self._show_state()

    def _show_state(self) -> None:
        self._show_hint()
        self.send_button.setToolTip(self._reason or self.tr("Send the message (Enter)"))
        self.send_button.setAccessibleDescription(self.send_button.toolTip())
        can_send = self._reason is None and bool(self.text().strip())
        if (self.send_button.hasFocus() and (self._busy or not can_send)) or (
            self.stop_button.hasFocus() and not self._busy
        ):
            # Before the button goes: Qt would give the keyboard to whatever comes next in the window.
            self.focus_input()
        self.send_button.setEnabled(can_send)
        self.send_button.setVisible(not self._busy)
        self.stop_button.setVisible(self._busy)


class _Input(GrowingEdit):
    """Turns Enter into a wish to send; with Shift it is a line end.

    Undo is left to the window, which knows whether typing or a deletion came last; where no shortcut
    has the key it takes typing back, as in any field.
    """

    send_pressed = Signal()
    stop_pressed = Signal()

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.matches(QKeySequence.StandardKey.Undo)
        ):
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() in _RETURN and not (shifted or control):
            self.send_pressed.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.stop_pressed.emit()
        else:
            super().keyPressEvent(event)
