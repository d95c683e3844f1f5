"""The vote: large buttons with their keys, then what it did, and the way back."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QKeySequence,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)

from benchtop.ui.compare.compare_rows import BLIND_NAMES, PairRow, VoteOutcome
from benchtop.ui.compare.compare_texts import VOTE_KEYS, vote_words
from benchtop.ui.icons import set_icon, spaced
from benchtop.ui.theme import TITLE_SCALE, muted_font, set_tone, tokens
from benchtop.ui.widgets.announce import announce

_SIDE, _GAP = 16, 8


class VoteBar(QFrame):
    """Hidden until ``set_pair``.

    ``voted`` carries "a" (the left one), "b", "tie" or "both_bad", once: it waits for ``show_result``,
    or for ``set_pair`` or ``show_failure``, which let vote again. ``undo_requested`` takes back the vote
    whose result is on show.
    """

    voted = Signal(str)
    undo_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare.vote")
        self.setAccessibleName(self.tr("Your vote"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._pair: PairRow | None = None
        self._waiting = False
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
        question = (
            self.tr("Which answer is better? Names and figures are shown after the vote.")
            if pair.blind
            else self.tr("Which answer is better: {left} or {right}?")
        )
        self._question.setText(question.format(left=pair.left, right=pair.right))
        set_tone(self._question, "muted")
        for outcome, button in self._buttons.items():
            words = vote_words(outcome, pair)
            button.say(words)
            name = self.tr("{words}, key {key}").format(words=words, key=VOTE_KEYS[outcome])
            button.setAccessibleName(name)
        self._place_buttons()
        self._show(result=False)
        announce(self, self._question.text())

    def show_result(self, sentence: str, effect: str = "") -> None:
        """Say how it was voted and who they were, and what that did to the ranking."""
        held = self._has_keyboard()
        self._pair, self._waiting = None, False
        self._result.setText(sentence)
        self._effect.setText(effect)
        self._effect.setVisible(bool(effect))
        self._show(result=True)
        if held:  # not to Undo: the same key pressed twice would take the vote back
            self._give_back_keyboard()
        announce(self, f"{sentence} {effect}".strip())

    def show_failure(self, sentence: str) -> None:
        """Say why the vote was not kept; it can be cast again."""
        self._waiting = False
        self._question.setText(sentence)
        set_tone(self._question, "warning")
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
            self._enable()
            self.voted.emit(outcome)

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
        self._choices = QWidget(self)
        self._grid = QGridLayout(self._choices)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_GAP)
        self._place_buttons()
        self._done = QWidget(self)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._result)
        words.addWidget(self._effect)
        row = QHBoxLayout(self._done)
        row.setContentsMargins(0, 0, 0, 0)
        row.addLayout(words, 1)
        row.addWidget(self._undo)
        line = QFrame(self)
        line.setFixedHeight(1)
        line.setProperty("line", True)
        inside = QVBoxLayout()
        inside.setContentsMargins(_SIDE, 8, _SIDE, 0)
        inside.setSpacing(6)
        for widget in (self._question, self._choices, self._done):
            inside.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(line)
        column.addLayout(inside)

    def _show(self, *, result: bool) -> None:
        self._question.setVisible(not result)
        self._choices.setVisible(not result)
        self._done.setVisible(result)
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
        for shortcut in self._shortcuts:
            shortcut.setEnabled(self.is_open)

    def _has_keyboard(self) -> bool:
        focus = self.window().focusWidget()
        return focus is not None and self.isAncestorOf(focus)

    def _give_back_keyboard(self) -> None:
        if self._home is not None:
            self._home.setFocus()


class VoteButton(QPushButton):
    """Large, with its key drawn as one; buttons share the width there is."""

    def __init__(self, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = key
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def say(self, words: str) -> None:
        """What it does."""
        self.setText(words.replace("&", "&&"))
        self.setToolTip(self.tr("Key {key}").format(key=self._key))
        self.updateGeometry()

    def natural_width(self) -> int:
        """The width that its words want."""
        return QFontMetrics(self._bold()).horizontalAdvance(self._words()) + self._cap() + 48

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        high = round(QFontMetrics(self._bold()).height() * 2.6)
        return QSize(self._cap() + 80, high)

    def paintEvent(self, _event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        colours, cap = tokens(self.palette()), self._cap()
        faded = self.palette().color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText)
        ink = colours.text if self.isEnabled() else faded
        bold = self._bold()
        metrics = QFontMetrics(bold)
        room = self.width() - cap - 8 - 24
        words = metrics.elidedText(self._words(), Qt.TextElideMode.ElideRight, room)
        wide = cap + 8 + metrics.horizontalAdvance(words)
        left = (self.width() - wide) // 2
        painter.setRenderHint(QStylePainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colours.outline if self.isEnabled() else colours.border, 1))
        square = QRectF(left + 0.5, (self.height() - cap) // 2 + 0.5, cap - 1, cap - 1)
        painter.drawRoundedRect(square, 4, 4)
        painter.setFont(muted_font(self.font()))
        painter.setPen(colours.muted if self.isEnabled() else faded)
        painter.drawText(square, int(Qt.AlignmentFlag.AlignCenter), self._key)
        painter.setFont(bold)
        painter.setPen(ink)
        area = QRect(left + cap + 8, 0, wide, self.height())
        painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter), words)
        painter.end()

    def _words(self) -> str:
        return self.text().replace("&&", "&")

    def _bold(self) -> QFont:
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        bold.setPointSizeF(bold.pointSizeF() * TITLE_SCALE)
        return bold

    def _cap(self) -> int:
        """The side of the key."""
        return round(self.fontMetrics().height() * 1.25)
