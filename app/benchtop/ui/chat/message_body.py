"""What a message says: a person's card, or a reply with its reasoning and its state."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QToolButton, QWidget

from benchtop.domain.chat import Message
from benchtop.ui.chat.chat_style import ChatStyle
from benchtop.ui.chat.message_note import MessageNote
from benchtop.ui.chat.message_texts import state_sentence
from benchtop.ui.chat.reasoning_view import ReasoningView
from benchtop.ui.chat.reply_text import ReplyText
from benchtop.ui.chat.text_segment import TextSegment
from benchtop.ui.chat.word_marks import stands_in

CARD_SHARE = 0.8
"""Widest card of a person's message, as a share of the column."""
FOLD_LINES, FOLD_CHARACTERS = 40, 6_000
"""A longer message of a person's is shown folded to this much, with a button for the rest."""


class PersonBody(QWidget):
    """A person's message as it was typed, in a tinted card at the right."""

    link_activated = Signal(str)
    copied = Signal()
    retry_requested = Signal()
    caret_moved = Signal(QWidget)
    resized = Signal()

    def __init__(self, message: Message, style: ChatStyle, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._content = message.content
        self._text = TextSegment(style, self)
        self._text.caret_moved.connect(lambda: self.caret_moved.emit(self._text))
        self._card = self._text.geometry()
        folded = _folded(message.content)
        self._unfold: QToolButton | None = None
        if folded is not None:
            self._unfold = self._make_unfold(style)
        self._text.set_plain(message.content if folded is None else folded)

    def fit(self, width: int) -> int:
        """Lay out in ``width`` pixels; returns the height."""
        pad = round(self._style.line * 0.6)
        inner = self._text.natural_width(max(round(width * CARD_SHARE) - 2 * pad, 40))
        button = self._unfold.sizeHint() if self._unfold is not None else None
        if button is not None:
            inner = max(inner, button.width())
        height = self._text.fit(inner)
        left = width - inner - 2 * pad
        self._text.setGeometry(left + pad, pad, inner, height)
        # The line height adds its share below the last line: as much is taken off the padding.
        bottom = pad + height - round(self._style.line * 0.15)
        if button is not None and self._unfold is not None:
            self._unfold.setGeometry(left + pad, bottom + 4, button.width(), button.height())
            bottom += 4 + button.height()
        self._card.setRect(left, 0, inner + 2 * pad, bottom + pad)
        return bottom + pad

    @property
    def room_at_left(self) -> int:
        """Pixels that the card leaves free beside it."""
        return self._card.left()

    def update_message(self, _message: Message) -> None:
        """A person's text never changes: an edit is another message."""

    def unfold(self) -> None:
        """Show all of a long message."""
        if self._unfold is not None:
            self._unfold.hide()
            self._unfold.deleteLater()
            self._unfold = None
            self._text.set_plain(self._content)
            self.resized.emit()

    def mark(self, words: Sequence[str]) -> None:
        """Mark words; a folded message that hides one unfolds."""
        hidden = self._content[len(self._text.toPlainText()) :]
        if self._unfold is not None and any(stands_in(word, hidden) for word in words):
            self.unfold()
        self._text.mark(words)

    def plain_text(self) -> str:
        """What it says."""
        return self._content

    def selected_text(self) -> str:
        """What is selected in it."""
        return self._text.selected_text()

    def focus_stops(self) -> list[QWidget]:
        """What the Tab key visits."""
        return [self._text] if self._unfold is None else [self._text, self._unfold]

    def _make_unfold(self, style: ChatStyle) -> QToolButton:
        made = QToolButton(self)
        made.setObjectName("chat.message.show_all")
        lines = self._content.count("\n") + 1
        text = self.tr("Show all {lines} lines") if lines > 1 else self.tr("Show all of it")
        made.setText(text.format(lines=f"{lines:,}"))
        made.setFont(style.small)
        made.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        made.clicked.connect(self.unfold)
        return made

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._style.tokens.user_card)
        painter.drawRoundedRect(self._card, 8, 8)
        painter.end()


class ReplyBody(QWidget):
    """A reply: reasoning, text, and a line about what is going on or how it ended."""

    link_activated = Signal(str)
    copied = Signal()
    retry_requested = Signal()
    caret_moved = Signal(QWidget)
    resized = Signal()

    def __init__(self, message: Message, style: ChatStyle, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._streaming = False
        self._progress_text = ""
        self._words: Sequence[str] = ()
        self._note: MessageNote | None = None
        self._progress: QLabel | None = None
        self.reasoning: ReasoningView | None = None
        self.text = ReplyText(style, self)
        self.text.link_activated.connect(self.link_activated)
        self.text.copied.connect(self.copied)
        self.text.caret_moved.connect(self.caret_moved)
        self.text.show()
        self.update_message(message)

    def update_message(self, message: Message) -> None:
        """Show a newer state. Streamed text that the new state only repeats is left as it is."""
        self._streaming = message.state == "streaming"
        if message.reasoning:
            self._need_reasoning().set_text(
                message.reasoning, thinking=self._streaming and not message.content
            )
        elif self.reasoning is not None:
            self.reasoning.set_text("", thinking=False)
            self.reasoning.hide()
        # A reply that goes on, or is tried again, is written anew: its last block may be open again.
        reopened = self._streaming and self.text.finished
        if reopened or message.content != self.text.text:
            self.text.set_text(message.content, finished=not self._streaming)
        elif not self._streaming:
            self.text.finish()
        self._set_note(message)
        self._show_progress()

    def append(self, text: str, reasoning: str) -> None:
        """Add what streamed in."""
        if reasoning:
            self._need_reasoning().append(reasoning)
        if text:
            if self.reasoning is not None:
                self.reasoning.end_thinking()
            self.text.append(text)
        self._show_progress()

    def set_progress(self, text: str) -> None:
        """A muted line for as long as a streaming reply has no text."""
        self._progress_text = text
        self._show_progress()

    def fit(self, width: int) -> int:
        """Lay out in ``width`` pixels; returns the height."""
        gap = round(self._style.line * 0.4)
        y = 0
        parts = [self.reasoning, self.text, self._progress, self._note]
        for part in parts:
            if part is None or part.isHidden():
                continue
            height = part.heightForWidth(width) if isinstance(part, QLabel) else part.fit(width)
            if height <= 0:
                part.setGeometry(0, y, width, 0)
                continue
            y += gap if y else 0
            part.setGeometry(0, y, width, height)
            y += height
        return y

    def mark(self, words: Sequence[str]) -> None:
        """Mark words; folded reasoning that hides one unfolds."""
        self._words = words
        self.text.mark(words)
        if self.reasoning is not None:
            hidden, elsewhere = self.reasoning.text, self.text.text
            if any(stands_in(w, hidden) and not stands_in(w, elsewhere) for w in words):
                self.reasoning.set_open(True)
            self.reasoning.mark(words)

    def plain_text(self) -> str:
        """The answer as Markdown."""
        return self.text.text

    def selected_text(self) -> str:
        """What is selected in one of its parts."""
        in_reasoning = self.reasoning.selected_text() if self.reasoning is not None else ""
        return in_reasoning or self.text.selected_text()

    def focus_stops(self) -> list[QWidget]:
        """What the Tab key visits, from top to bottom."""
        stops = self.reasoning.focus_stops() if self.reasoning is not None else []
        stops += self.text.focus_stops()
        if self._note is not None and self._note.retry_button is not None:
            stops.append(self._note.retry_button)
        return stops

    def _need_reasoning(self) -> ReasoningView:
        if self.reasoning is None:
            self.reasoning = ReasoningView(self._style, self)
            self.reasoning.resized.connect(self.resized)
            self.reasoning.caret_moved.connect(self.caret_moved)
            self.reasoning.mark(self._words)
        self.reasoning.show()
        return self.reasoning

    def _set_note(self, message: Message) -> None:
        if self._note is not None:
            self._note.hide()
            self._note.deleteLater()
            self._note = None
        if state_sentence(message):
            self._note = MessageNote(message, self._style, self)
            self._note.retry_requested.connect(self.retry_requested)
            self._note.show()

    def _show_progress(self) -> None:
        thinking = self.reasoning is not None and bool(self.reasoning.text)
        if not self._streaming or self.text.text or thinking:
            if self._progress is not None:
                self._progress.hide()
            return
        if self._progress is None:
            self._progress = QLabel(self)
            self._progress.setObjectName("chat.message.progress")
            self._progress.setTextFormat(Qt.TextFormat.PlainText)
            self._progress.setWordWrap(True)
            self._progress.setFont(self._style.figures)
            self._progress.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._progress.setText(self._progress_text or self.tr("Waiting for the first word…"))
        self._progress.show()


def _folded(content: str) -> str | None:
    """The beginning of a text that is too long to show at once, or None."""
    if len(content) <= FOLD_CHARACTERS and content.count("\n") < FOLD_LINES * 2:
        return None
    lines = content[:FOLD_CHARACTERS].split("\n")[:FOLD_LINES]
    return "\n".join(lines).rstrip() + " …"
