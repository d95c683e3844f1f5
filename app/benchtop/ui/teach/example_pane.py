"""One example to read and to edit: its turns as cards, its worse answer, its tags, where it comes from."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from benchtop.domain.examples import Example, Turn, TurnRole
from benchtop.ui.chat.key_override import is_override
from benchtop.ui.compare.focus_order import put_before
from benchtop.ui.teach.data_texts import (
    origin_sentence,
    problem_sentence,
    size_sentence,
    too_long_sentence,
)
from benchtop.ui.teach.example_frame import ExampleFrame
from benchtop.ui.teach.turn_card import TurnCard

_MOST_TURNS = 200
"""Cards that are made: a conversation of more is shown to there, and kept whole."""


class ExamplePane(ExampleFrame):
    """Nothing typed here is lost: what is changed is told with ``save_wanted`` when another example is
    shown, when the pane is hidden and by flush(). It carries the example before and after.

    ``open_chat_wanted`` carries the ids of a conversation and of a message in it.
    """

    save_wanted = Signal(object, object)
    tags_wanted = Signal(str, list)
    included_wanted = Signal(str, bool)
    accept_wanted = Signal(str)
    refuse_wanted = Signal(str)
    open_chat_wanted = Signal(str, str)
    redaction_wanted = Signal(object)
    redact_wanted = Signal(object)
    """The example as it stands in the fields."""
    shown = Signal(object)
    """The example that is on show, or its newer state: set_tokens() is to follow."""
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._example: Example | None = None
        self._showing = False
        self._tokens = 0, "", 0
        self._connect()
        self.set_example(None)

    @property
    def example_id(self) -> str:
        """The example on show; empty for none."""
        return self._example.id if self._example is not None else ""

    @property
    def is_changed(self) -> bool:
        """Whether there is something to save."""
        shown = self.example()
        return shown is not None and shown != self._example

    def set_example(self, example: Example | None) -> None:
        """Show another example, or its newer state; what was changed is saved first. The same one is
        brought up to date around what is being typed."""
        known = self._example
        if known is not None and example is not None and known.id == example.id:
            if known.to_json() == example.to_json():
                self._take_facts(example)
                return
            if self.is_changed:
                return  # what is being typed is newer
        self.flush()
        self._example = example
        self.set_found("")
        self._showing = True
        self._show_turns(example.turns if example is not None else ())
        self._rejected.set_text(example.rejected if example is not None else "")
        self._fold.setChecked(bool(example is not None and example.rejected))
        self._showing = False
        if example is not None:
            self._take_facts(example)
        self._body.setVisible(example is not None)
        self._nothing.setVisible(example is None)
        self._scroll.verticalScrollBar().setValue(0)
        self._on_changed()

    def example(self) -> Example | None:
        """What the fields say."""
        if self._example is None:
            return None
        rest = self._example.turns[len(self._cards) :] if self._is_cut else ()
        turns = (*(card.turn() for card in self._cards), *rest)
        return replace(self._example, turns=turns, rejected=self._rejected.text())

    def flush(self) -> None:
        """Save what was changed."""
        before, after = self._example, self.example()
        if before is not None and after is not None and before != after:
            self._example = after
            self._on_changed()
            self.save_wanted.emit(before, after)

    def set_found(self, words: str) -> None:
        """Say what is personal in it; empty: nothing is."""
        self.personal.set_words(words)

    def set_tokens(self, tokens: int, model: str, most: int) -> None:
        """How long the example on show is in the tokens of a model (0: not known), and how many of them would
        be taught, where it has more."""
        self._tokens = tokens, model, most
        self._say_size()

    def focus_text(self) -> None:
        """Give the keyboard to the last turn, or to what there is."""
        if self._cards:
            self._cards[-1].text.setFocus()
            self._scroll.ensureWidgetVisible(self._cards[-1].text)

    def _connect(self) -> None:
        self._buttons["save"].clicked.connect(self.flush)
        self._buttons["revert"].clicked.connect(self._revert)
        self._buttons["accept"].clicked.connect(lambda: self.accept_wanted.emit(self.example_id))
        self._buttons["refuse"].clicked.connect(lambda: self.refuse_wanted.emit(self.example_id))
        self._buttons["add_turn"].clicked.connect(self._add_turn)
        self._chat.clicked.connect(self._open_chat)
        self._close.clicked.connect(self._on_close)
        self._included.clicked.connect(lambda on: self.included_wanted.emit(self.example_id, on))
        self._tags.editingFinished.connect(self._on_tags)
        self._rejected.textChanged.connect(self._on_changed)
        self._fold.toggled.connect(self._rejected.setVisible)
        self.personal.show_wanted.connect(lambda: self.redaction_wanted.emit(self.example()))
        self.personal.replace_wanted.connect(self._on_redact)

    # What is on show

    def _take_facts(self, example: Example) -> None:
        """What is known of it beside its words."""
        self._example = example
        is_draft = example.state == "draft"
        self._tokens = 0, "", 0
        self._say_size()
        self._chat.setVisible(bool(example.origin.conversation_id))
        self._draft.setVisible(is_draft)
        self._included.setVisible(not is_draft)
        self._included.setChecked(example.included)
        self._held.setVisible(example.holdout and not is_draft)
        if not self._tags.hasFocus():
            self._tags.setText(", ".join(example.tags))
        self._say_problem()
        self.shown.emit(example)

    def _say_size(self) -> None:
        example, (tokens, model, most) = self._example, self._tokens
        if example is not None:
            size = size_sentence(example.characters, len(example.turns), tokens, model)
            asked = sum(turn.role == "user" for turn in example.turns)
            parts = (origin_sentence(example.origin), size, too_long_sentence(most, asked))
            self._origin.setText(" ".join(filter(None, parts)))

    def _say_problem(self) -> None:
        shown = self.example()
        problem = shown.problem() if shown is not None else ""
        self._problem.setText(problem_sentence(problem))
        self._problem.setVisible(bool(problem))

    def _show_turns(self, turns: tuple[Turn, ...]) -> None:
        self._is_cut = len(turns) > _MOST_TURNS
        shown = turns[:_MOST_TURNS]
        while len(self._cards) > len(shown):
            self._take_out(self._cards[-1])
        for place, turn in enumerate(shown):
            if place < len(self._cards):
                self._cards[place].set_turn(turn, place + 1)
            else:
                self._add_card(turn)

    def _add_card(self, turn: Turn) -> TurnCard:
        card = TurnCard(turn, len(self._cards) + 1, self._inside)
        card.changed.connect(self._on_changed)
        card.remove_wanted.connect(lambda card=card: self._remove(card))
        self._cards.append(card)
        self._turns.addWidget(card)
        put_before(card.stops(), self._buttons["add_turn"])
        card.show()  # now, not with the next turn of the event loop
        return card

    def _take_out(self, card: TurnCard) -> None:
        self._cards.remove(card)
        self._turns.removeWidget(card)
        card.hide()
        card.setParent(None)  # type: ignore[call-overload]  # Qt's way to take it out
        card.deleteLater()

    def _add_turn(self) -> None:
        last = self._cards[-1].turn().role if self._cards else "assistant"
        role: TurnRole = "assistant" if last == "user" else "user"
        card = self._add_card(Turn(role, ""))
        self._on_changed()
        card.text.setFocus()
        self._scroll.ensureWidgetVisible(card)

    def _remove(self, card: TurnCard) -> None:
        place = self._cards.index(card)
        turns = tuple(one.turn() for one in self._cards if one is not card)
        self._showing = True
        self._show_turns(turns)
        self._showing = False
        self._on_changed()
        left = self._cards[min(place, len(self._cards) - 1)] if self._cards else None
        (left.text if left is not None else self._buttons["add_turn"]).setFocus()

    # What is done

    def _on_changed(self) -> None:
        if self._showing:
            return
        changed = self.is_changed
        for key in ("save", "revert"):
            self._buttons[key].setEnabled(changed)
        words = self.tr("Worse answer")
        is_empty = not self._rejected.text()
        self._fold.setText(words if not is_empty else self.tr("Add a worse answer"))
        self._fold.setAccessibleName(self._fold.text())
        if self._example is not None:
            self._say_problem()

    def _revert(self) -> None:
        example, self._example = self._example, None
        self.set_example(example)
        self.focus_text()

    def _on_tags(self) -> None:
        tags = list(dict.fromkeys(filter(None, map(str.strip, self._tags.text().split(",")))))
        if self._example is not None and tags != list(self._example.tags):
            self.tags_wanted.emit(self._example.id, tags)

    def _open_chat(self) -> None:
        if self._example is not None:
            origin = self._example.origin
            self.open_chat_wanted.emit(origin.conversation_id, origin.message_id)

    def _on_redact(self) -> None:
        self.flush()  # what is typed is one step, and what is replaced another
        self.redact_wanted.emit(self._example)

    def _on_close(self) -> None:
        self.flush()
        self.closed.emit()

    def hideEvent(self, event: QEvent) -> None:
        super().hideEvent(event)
        self.flush()

    def event(self, event: QEvent) -> bool:
        # Esc is a shortcut of the window: here it goes back to the table.
        if is_override(event, Qt.Key.Key_Escape):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and control:
            self.flush()
        elif event.key() == Qt.Key.Key_Escape:
            self._on_close()
        else:
            super().keyPressEvent(event)
