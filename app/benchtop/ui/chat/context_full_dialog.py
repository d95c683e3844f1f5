"""The question that cannot wait: the conversation does not fit the model's context any more."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from benchtop.domain.models import bytes_text
from benchtop.services.context_room import ContextQuestion
from benchtop.ui.theme import set_kind, set_tone

_PREVIEW = 120


class Choice(Enum):
    """What to do about a full context."""

    DROP = "drop"
    LARGER = "larger"
    CANCEL = "cancel"


class ContextFullDialog(QDialog):
    """Two ways to go on, and cancel. ``choice()`` after ``finished``, or ``ask()`` to wait for it.

    ``used`` and ``context`` are tokens. ``oldest_turns_to_drop`` is how many turns (a question with
    its reply) would no longer be sent; ``first_kept_preview`` is how the first one still sent
    begins. ``larger`` is the context to reload with, or None when that is not possible: then
    ``larger_memory_text`` and ``free_text`` say why ("2.1 GB" and "0.8 GB"), and an empty
    ``larger_memory_text`` means that the model itself holds no more.
    """

    def __init__(
        self,
        *,
        used: int,
        context: int,
        oldest_turns_to_drop: int,
        first_kept_preview: str,
        larger: int | None,
        larger_memory_text: str,
        free_text: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._choice = Choice.CANCEL
        self.setObjectName("chat.context_full")
        self.setWindowTitle(self.tr("The context is full"))
        self.setModal(True)
        locale = QLocale()
        title = QLabel(self.tr("This conversation has become too long for the model"), self)
        title.setWordWrap(True)
        set_tone(title, "heading")
        facts = QLabel(
            self.tr(
                "It needs {used} tokens, and the model reads at most {context} at a time. "
                "What you wrote is kept. How should it go on?"
            ).format(used=locale.toString(used), context=locale.toString(context)),
            self,
        )
        facts.setWordWrap(True)
        facts.setToolTip(self.tr("A token is a piece of text, about three quarters of a word."))
        self._drop = QPushButton(self.tr("Leave out the oldest turns"), self)
        self._larger = QPushButton(self.tr("Reload with a larger context"), self)
        cancel = QPushButton(self.tr("Cancel"), self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(16)
        layout.addWidget(title)
        layout.addWidget(facts)
        drop_text = self._drop_text(oldest_turns_to_drop, first_kept_preview)
        layout.addWidget(self._option(self._drop, "drop", drop_text))
        larger_text = self._larger_text(larger, larger_memory_text, free_text, context)
        layout.addWidget(self._option(self._larger, "larger", larger_text))
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(cancel)
        layout.addLayout(foot)
        self._wire(cancel, may_drop=oldest_turns_to_drop > 0, may_grow=larger is not None)
        self.setFixedWidth(self.fontMetrics().averageCharWidth() * 60 + 96)

    def choice(self) -> Choice:
        """What was chosen; CANCEL until something was."""
        return self._choice

    def ask(self) -> Choice:
        """Show the dialog, wait for the answer and return it."""
        self.exec()
        return self._choice

    def showEvent(self, event: QShowEvent) -> None:
        # Wrapped labels ask for a height only once the width is known.
        layout = self.layout()
        if layout is not None:
            self.setFixedHeight(layout.heightForWidth(self.width()))
        super().showEvent(event)

    def _option(self, button: QPushButton, name: str, text: str) -> QFrame:
        """A card: what will happen, and the button that does it."""
        card = QFrame(self)
        card.setProperty("card", "true")
        words = QLabel(text, card)
        words.setObjectName(f"chat.context_full.{name}.text")
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setWordWrap(True)
        button.setObjectName(f"chat.context_full.{name}")
        button.setAccessibleName(button.text())
        button.setAccessibleDescription(text)
        layout = QVBoxLayout(card)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(8)
        layout.addWidget(words)
        layout.addWidget(button, 0, Qt.AlignmentFlag.AlignLeading)
        return card

    def _wire(self, cancel: QPushButton, *, may_drop: bool, may_grow: bool) -> None:
        cancel.setObjectName("chat.context_full.cancel")
        cancel.setAccessibleName(cancel.text())
        self._drop.setEnabled(may_drop)
        self._larger.setEnabled(may_grow)
        # The way that forgets nothing comes first where it is open.
        first = self._larger if may_grow else self._drop if may_drop else cancel
        set_kind(first, "primary")
        first.setDefault(True)
        first.setFocus(Qt.FocusReason.OtherFocusReason)
        self._drop.clicked.connect(lambda: self._decide(Choice.DROP))
        self._larger.clicked.connect(lambda: self._decide(Choice.LARGER))
        cancel.clicked.connect(self.reject)

    def _decide(self, choice: Choice) -> None:
        self._choice = choice
        self.accept()

    def _drop_text(self, turns: int, preview: str) -> str:
        if turns <= 0:
            return self.tr(
                "There is no older turn to leave out: the last message alone is too long. "
                "Make it shorter, or use a larger context."
            )
        leaves = (
            self.tr("The oldest turn stays in the conversation but is no longer sent to the model.")
            if turns == 1
            else self.tr(
                "The %n oldest turns stay in the conversation but are no longer sent to the model.",
                "",
                turns,
            )
        )
        words = " ".join(preview.split())
        if not words:
            return leaves
        cut = words if len(words) <= _PREVIEW else words[:_PREVIEW].rstrip() + "…"
        return leaves + " " + self.tr("It will read on from “{preview}”.").format(preview=cut)

    def _larger_text(self, larger: int | None, need: str, free: str, context: int) -> str:
        locale = QLocale()
        if larger is not None:
            text = self.tr("The model is loaded again and then reads {tokens} tokens at a time.")
            text = text.format(tokens=locale.toString(larger))
            if need and free:
                memory = self.tr("It takes about {need} of memory, and {free} is free.")
                text += " " + memory.format(need=need, free=free)
            return text
        if need:
            text = self.tr(
                "A larger context would take about {need} of memory, and {free} is free. "
                "Closing other programs may help."
            )
            return text.format(need=need, free=free)
        text = self.tr("This model cannot read more than {tokens} tokens at a time.")
        return text.format(tokens=locale.toString(context))


def ask_how(question: ContextQuestion, free_bytes: int, parent: QWidget) -> Choice:
    """Show the dialog for a question of the session, and wait for the answer."""
    size = question.larger_bytes
    dialog = ContextFullDialog(
        used=question.need,
        context=question.context,
        oldest_turns_to_drop=question.drop_turns,
        first_kept_preview=question.first_kept,
        larger=question.larger,
        larger_memory_text=bytes_text(size) if size else "",
        free_text=bytes_text(free_bytes),
        parent=parent,
    )
    try:
        return dialog.ask()
    finally:
        dialog.deleteLater()
