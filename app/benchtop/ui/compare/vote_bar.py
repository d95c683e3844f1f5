"""The vote: large buttons with their keys, then what it did, and the way back."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from benchtop.ui.compare.compare_rows import BLIND_NAMES, PairRow, VoteOutcome
from benchtop.ui.compare.compare_texts import VOTE_KEYS, vote_question, vote_words
from benchtop.ui.compare.vote_button import VoteButton
from benchtop.ui.icons import set_icon, spaced
from benchtop.ui.theme import Tone, set_kind, set_tone
from benchtop.ui.widgets.announce import announce

_SIDE, _GAP = 24, 8


class VoteBar(QFrame):
    """Hidden until ``set_pair``.

    ``voted`` carries "a" (the left one), "b", "tie" or "both_bad", once: it waits for ``show_result``,
    or for ``set_pair`` or ``show_failure``, which let vote again. ``undo_requested`` takes back the vote
    whose result is on show, or the one on the pair before; ``names_requested`` wishes to see the names
    without any more votes. ``open_changed``: whether a vote can be cast now.
    """

    voted = Signal(str)
    undo_requested = Signal()
    names_requested = Signal()
    open_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare.vote")
        self.setAccessibleName(self.tr("Your vote"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._pair: PairRow | None = None
        self._waiting = self._told_open = False
        self._question = QLabel(self)
        self._buttons: dict[VoteOutcome, VoteButton] = {}
        for outcome, key in VOTE_KEYS.items():
            button = VoteButton(key, self)
            button.setObjectName(f"compare.vote.{outcome}")
            button.setAccessibleName(vote_words(outcome, PairRow("", "", *BLIND_NAMES[:2])))
            button.clicked.connect(lambda _on=False, one=outcome: self.vote(one))
            self._buttons[outcome] = button
        self._result = QLabel(self)
        self._effect = QLabel(self)
        self._names = QPushButton(spaced(self.tr("Show who was who")), self)
        self._undo = QPushButton(spaced(self.tr("Undo vote")), self)
        self._shortcuts: list[QShortcut] = []
        self._home: QWidget | None = None
        self._lay_out()
        self.hide()

    @property
    def is_open(self) -> bool:
        """Whether a vote can be cast now."""
        return self._pair is not None and not self._waiting

    def use_keys(self, host: QWidget, home: QWidget) -> None:
        """Let 1, 2, 3 and 0 vote while the keyboard is in ``host`` and not in a field that takes text.

        ``home`` gets the keyboard when the button that had it goes.
        """
        self._home = home
        for outcome, key in VOTE_KEYS.items():
            shortcut = QShortcut(QKeySequence(key), host)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.setEnabled(False)
            shortcut.activated.connect(lambda one=outcome: self.vote(one))
            self._shortcuts.append(shortcut)

    def set_pair(self, pair: PairRow) -> None:
        """Ask which of two answers is better."""
        self._pair, self._waiting = pair, False
        self._ask(vote_question(pair), "muted")
        for outcome, button in self._buttons.items():
            words = vote_words(outcome, pair)
            button.say(words)
            name = self.tr("{words}, key {key}").format(words=words, key=VOTE_KEYS[outcome])
            button.setAccessibleName(name)
        self._place_buttons()
        self._show(result=False)
        announce(self, vote_question(pair))

    def show_result(self, sentence: str, effect: str = "") -> None:
        """Say how it was voted and who they were, and what that did to the ranking."""
        held = self._has_keyboard()
        self._pair, self._waiting = None, False
        self._result.setText(sentence)
        self._effect.setText(effect)
        self._show(result=True)
        if held:  # not to Undo: the same key pressed twice would take the vote back
            self._give_back_keyboard()
        announce(self, f"{sentence} {effect}".strip())

    def show_failure(self, sentence: str) -> None:
        """Say why the vote was not kept; it can be cast again."""
        self._waiting = False
        self.warn(sentence)

    def warn(self, sentence: str) -> None:
        """Say something of an open vote in the place of its question."""
        self._ask(sentence, "warning")
        self._show(result=False)
        announce(self, sentence, urgent=True)

    def clear(self) -> None:
        """Nothing to vote on, nothing voted."""
        held = self._has_keyboard()
        self._pair, self._waiting = None, False
        if held:
            self._give_back_keyboard()
        self._enable()
        self.hide()

    def vote(self, outcome: VoteOutcome) -> None:
        """Cast it, if there is something to vote on."""
        if self.is_open:
            self._waiting = True
            if (
                self._has_keyboard()
            ):  # before its button is disabled: Qt would choose what comes next
                self._give_back_keyboard()
            self._enable()
            self.voted.emit(outcome)

    def _ask(self, words: str, tone: Tone) -> None:
        self._question.setText(words)
        set_tone(self._question, tone)

    def _lay_out(self) -> None:
        self._question.setObjectName("compare.vote.question")
        self._result.setObjectName("compare.vote.result")
        self._effect.setObjectName("compare.vote.effect")
        set_tone(self._effect, "muted")
        for label in (self._question, self._result, self._effect):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._undo.setObjectName("compare.vote.undo")
        self._undo.setAccessibleName(self.tr("Undo vote"))
        self._undo.setToolTip(self.tr("Take the vote back: the ranking is as it was before"))
        set_icon(self._undo, "undo")
        self._undo.clicked.connect(lambda _on=False: self.undo_requested.emit())
        self._names.setObjectName("compare.vote.names")
        self._names.setAccessibleName(self.tr("Show who was who"))
        self._names.setToolTip(self.tr("Show names and figures now, without any more votes"))
        set_kind(self._names, "quiet")
        self._names.clicked.connect(lambda _on=False: self.names_requested.emit())
        self._choices = QWidget(self)
        self._grid = QGridLayout(self._choices)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_GAP)
        self._place_buttons()
        words = QVBoxLayout()
        words.setSpacing(2)
        for label in (self._question, self._result, self._effect):
            words.addWidget(label)
        row = QHBoxLayout()
        row.setSpacing(_GAP)
        row.addLayout(words, 1)
        row.addWidget(self._names)
        row.addWidget(self._undo)
        line = QFrame(self)
        line.setFixedHeight(1)
        line.setProperty("line", True)
        inside = QVBoxLayout()
        inside.setContentsMargins(_SIDE, 8, _SIDE, 0)
        inside.setSpacing(6)
        inside.addLayout(row)
        inside.addWidget(self._choices)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(line)
        column.addLayout(inside)

    def _show(self, *, result: bool) -> None:
        pair = self._pair
        again = pair is not None and pair.number > 1
        shown = {
            self._result: result,
            self._effect: result and bool(self._effect.text()),
            self._undo: result or again,
            self._question: not result,
            self._names: pair is not None and pair.blind,
            self._choices: not result,
        }
        focus = self.window().focusWidget()
        for widget, visible in shown.items():
            if (
                focus is not None
                and not visible
                and (widget is focus or widget.isAncestorOf(focus))
            ):
                self._give_back_keyboard()
            widget.setVisible(visible)
        self._enable()
        self.show()

    def _place_buttons(self) -> None:
        """In one row, equally wide if that fits; else in two rows of two."""
        buttons = list(self._buttons.values())
        natural = [button.natural_width() for button in buttons]
        room = self.width() - 2 * _SIDE - _GAP * (len(buttons) - 1)
        in_row = len(buttons) if sum(natural) <= room else 2
        equal = in_row * max(natural) <= room
        for place, button in enumerate(buttons):
            self._grid.addWidget(button, place // in_row, place % in_row)
        for column, width in enumerate(natural):
            used = column < in_row
            self._grid.setColumnStretch(column, (1 if equal or in_row == 2 else width) * used)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._place_buttons()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_buttons()

    def _enable(self) -> None:
        for button in self._buttons.values():
            button.setEnabled(self.is_open)
        for other in (self._names, self._undo):
            other.setEnabled(not self._waiting)
        for shortcut in self._shortcuts:
            shortcut.setEnabled(self.is_open)
        if self.is_open != self._told_open:
            self._told_open = self.is_open
            self.open_changed.emit(self._told_open)

    def _has_keyboard(self) -> bool:
        focus = self.window().focusWidget()
        return focus is not None and self.isAncestorOf(focus)

    def _give_back_keyboard(self) -> None:
        if self._home is not None:
            self._home.setFocus()
