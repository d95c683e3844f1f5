"""Where a comparison is asked: the prompt, blind or not, tags, and the pair that is suggested next."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from benchtop.domain.contests import clean_tags
from benchtop.ui.chat.chat_style import ChatStyle
from benchtop.ui.chat.growing_edit import GrowingEdit
from benchtop.ui.chat.key_override import is_override
from benchtop.ui.compare.compare_rows import SuggestionRow
from benchtop.ui.compare.compare_texts import plain_tip, suggestion_tip, suggestion_words
from benchtop.ui.icons import Tint, set_icon, spaced
from benchtop.ui.theme import set_kind, set_tone
from benchtop.ui.widgets.flow_layout import FlowLayout
from benchtop.ui.widgets.switch import Switch

MOST_LINES = 6
_FIELD_PAD = 14  # what the style sheet and Qt leave free at the sides of a field
_RETURN = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class PromptBar(QWidget):
    """Enter asks, Shift+Enter makes a new line.

    ``asked`` carries the prompt and leaves it where it is: call clear_text() once it is asked, so that
    nothing typed is lost to a failure. ``blind_changed`` counts from the next prompt on,
    ``tags_changed`` (a tuple of texts) from the next vote on. ``suggestion_taken`` carries the SuggestionRow.
    """

    asked = Signal(str)
    stop_requested = Signal()
    blind_changed = Signal(bool)
    tags_changed = Signal(tuple)
    suggestion_taken = Signal(SuggestionRow)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare.prompt_bar")
        self._busy = self._voting = False
        self._reason: str | None = None
        self._suggestion: SuggestionRow | None = None
        self._told_tags: tuple[str, ...] = ()
        self.input = _Input(self, most=MOST_LINES)
        self._ask = self._make_button("run", self.tr("Ask all"), "send", "on_primary")
        self._stop = self._make_button("stop", self.tr("Stop"), "stop", "text")
        self._blind = Switch(self.tr("Blind"), self)
        self._tags = QLineEdit(self)
        self._suggested = QPushButton(self)
        self._suggested.setAccessibleName(self.tr("Suggested next"))
        self._fill()
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.input)
        self._refresh()

    @property
    def blind(self) -> bool:
        """Whether names are to be hidden from the next prompt on."""
        return self._blind.isChecked()

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags that votes get."""
        return clean_tags(self._tags.text().split(","))

    def text(self) -> str:
        """What stands in the field."""
        return self.input.toPlainText()

    def set_text(self, text: str) -> None:
        """Put a prompt in the field; Ctrl+Z brings back what stood there."""
        cursor = QTextCursor(self.input.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        self.input.moveCursor(QTextCursor.MoveOperation.End)

    def clear_text(self) -> None:
        """Empty the field after asking; Ctrl+Z brings the text back."""
        self.set_text("")

    def set_busy(self, busy: bool) -> None:
        """While contestants are heard, Ask is Stop, and Enter keeps the text."""
        self._busy = busy
        self._refresh()

    def set_voting(self, voting: bool) -> None:
        """While a vote is open the suggestion waits: taking it would leave the vote behind."""
        self._voting = voting
        self._refresh()

    def set_enabled_reason(self, reason: str | None) -> None:
        """Why nothing can be asked now, or None when it can. Writing is always possible."""
        self._reason = reason
        self._refresh()

    def set_blind(self, blind: bool) -> None:
        """Show the switch so; nothing is told."""
        was = self._blind.blockSignals(True)
        self._blind.setChecked(blind)
        self._blind.blockSignals(was)

    def set_tags(self, tags: tuple[str, ...]) -> None:
        """Show these tags; nothing is told."""
        self._told_tags = clean_tags(tags)
        self._tags.setText(", ".join(self._told_tags))

    def set_suggestion(self, suggestion: SuggestionRow | None) -> None:
        """The pair that a vote would tell most about; None takes the button away."""
        self._suggestion = suggestion
        self._refresh()

    def _make_button(self, name: str, text: str, icon_name: str, tint: Tint) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(f"compare.{name}")
        button.setAccessibleName(text)
        set_icon(button, icon_name, tint)
        return button

    def _fill(self) -> None:
        self.input.setObjectName("compare.prompt")
        self.input.setAccessibleName(self.tr("Prompt for all contestants"))
        set_kind(self._ask, "primary")
        self._stop.setToolTip(self.tr("Stop all answers; what is there is kept (Esc)"))
        self._blind.setObjectName("compare.blind")
        self._blind.setAccessibleName(self.tr("Blind"))
        tip = self.tr("Hide names and figures, and shuffle the positions, until you have voted")
        self._blind.setToolTip(tip)
        self._blind.setAccessibleDescription(tip)
        self._tags.setObjectName("compare.tags")
        self._tags.setAccessibleName(self.tr("Tags of the votes"))
        self._tags.setPlaceholderText(self.tr("such as maths, German"))
        self._tags.setToolTip(
            self.tr(
                "Votes get these tags, separated by commas; the ranking can be filtered by them"
            )
        )
        self._suggested.setObjectName("compare.suggested")
        set_kind(self._suggested, "quiet")
        set_icon(self._suggested, "forward")

    def _lay_out(self) -> None:
        label = QLabel(self.tr("Tags"), self)
        label.setBuddy(self._tags)
        set_tone(label, "muted")
        tags = QWidget(self)
        tag_row = QHBoxLayout(tags)
        tag_row.setContentsMargins(0, 0, 0, 0)
        tag_row.addWidget(label)
        tag_row.addWidget(self._tags)
        self._options = FlowLayout(gap=16)
        for widget in (self._blind, tags, self._suggested):
            self._options.addWidget(widget)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.input, 1)
        row.addWidget(self._ask, 0, Qt.AlignmentFlag.AlignBottom)
        row.addWidget(self._stop, 0, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 8, 24, 12)
        column.setSpacing(8)
        column.addLayout(row)
        column.addLayout(self._options)
        for first, second in (
            (self.input, self._ask),
            (self._ask, self._stop),
            (self._stop, self._blind),
            (self._blind, self._tags),
            (self._tags, self._suggested),
        ):
            QWidget.setTabOrder(first, second)

    def _connect(self) -> None:
        self.input.textChanged.connect(self._refresh)
        self.input.ask_pressed.connect(self._submit)
        self.input.stop_pressed.connect(self._on_stop)
        self.input.height_changed.connect(self._take_measures)
        self._ask.clicked.connect(lambda _on=False: self._submit())
        self._stop.clicked.connect(lambda _on=False: self._on_stop())
        self._blind.toggled.connect(self.blind_changed)
        self._tags.editingFinished.connect(self._tell_tags)
        self._suggested.clicked.connect(lambda _on=False: self._take_suggestion())

    def _submit(self) -> None:
        self._tell_tags()
        if self.text().strip() and not self._busy and self._reason is None:
            self.asked.emit(self.text())

    def _on_stop(self) -> None:
        if self._busy:
            self.stop_requested.emit()

    def _tell_tags(self) -> None:
        if self.tags != self._told_tags:
            self._told_tags = self.tags
            self.tags_changed.emit(self._told_tags)

    def _take_suggestion(self) -> None:
        if self._suggestion is not None:
            self.suggestion_taken.emit(self._suggestion)

    def _refresh(self) -> None:
        hint = self._reason or self.tr("Ask all contestants the same…")
        if hint != self.input.placeholderText():
            self.input.setPlaceholderText(hint)
        keys = self.tr("Enter asks, Shift+Enter: a new line")
        self.input.setAccessibleDescription(self._reason or keys)
        can_ask = self._reason is None and bool(self.text().strip())
        if (self._ask.hasFocus() and (self._busy or not can_ask)) or (
            self._stop.hasFocus() and not self._busy
        ):
            self.input.setFocus()  # before the button goes: Qt would choose whatever comes next
        self._ask.setEnabled(can_ask)
        self._ask.setToolTip(self._reason or self.tr("Ask all contestants (Enter)"))
        self._ask.setVisible(not self._busy)
        self._stop.setVisible(self._busy)
        # Not while a vote is open: which pair tells most says who was just voted on.
        shown = self._suggestion is not None and not self._busy and not self._voting
        if self._suggestion is not None:
            words = suggestion_words(self._suggestion)
            self._suggested.setText(spaced(words.replace("&", "&&")))
            self._suggested.setAccessibleName(words)
            tip = suggestion_tip(self._suggestion)
            self._suggested.setToolTip(plain_tip(tip))
            self._suggested.setAccessibleDescription(tip)
        if self._suggested.hasFocus() and not shown:
            self.input.setFocus()
        self._suggested.setVisible(shown)

    def _take_measures(self) -> None:
        """Buttons are as high as one line of the field."""
        style = ChatStyle(self)
        for button in (self._ask, self._stop):
            button.setFixedHeight(self.input.height_of(1))
            button.setIconSize(QSize(style.icon_size, style.icon_size))
        hint = self._tags.fontMetrics().horizontalAdvance(self._tags.placeholderText())
        self._tags.setMinimumWidth(hint + 2 * _FIELD_PAD)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._take_measures()


class _Input(GrowingEdit):
    """Turns Enter into a wish to ask; with Shift it is a line end."""

    ask_pressed = Signal()
    stop_pressed = Signal()

    def event(self, event: QEvent) -> bool:
        if is_override(event, Qt.Key.Key_Escape):  # the window has it as a shortcut
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() in _RETURN and not (shifted or control):
            if not event.isAutoRepeat():  # a key held down is one wish
                self.ask_pressed.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.stop_pressed.emit()
        else:
            super().keyPressEvent(event)
