"""The verdict of a run in one sentence, and the numbers that it rests on."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from benchtop.domain.training_verdict import TuningVerdict
from benchtop.ui.chat.parameter_row import rich_tip
from benchtop.ui.icons import Tint, set_icon
from benchtop.ui.teach import result_against as against
from benchtop.ui.teach import result_texts as words_of
from benchtop.ui.teach.result_bar import ChangeBar
from benchtop.ui.teach.result_rows import ResultRow
from benchtop.ui.theme import Tone, figures_font, set_tone
from benchtop.ui.widgets.breaking_label import BreakingLabel, with_breaks

_SIGNS = {"better": "check", "not_shown": "minus", "worse": "warning", "": "clock"}
_TINTS: dict[str, Tint] = {"better": "good", "not_shown": "muted", "worse": "bad", "": "muted"}
_TONES: dict[str, Tone] = {"better": "good", "not_shown": "normal", "worse": "bad", "": "normal"}


class ResultVerdict(QFrame):
    """``judge_requested``: nobody judged yet, and the person asks for it."""

    judge_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("teach.result.verdict")
        self.setAccessibleName(self.tr("The verdict"))
        self.setProperty("card", True)
        self._sign, self._title = QToolButton(self), QLabel(self)
        self._sentence = BreakingLabel("", self)
        self._judge = QPushButton(self.tr("Find out whether it helped"), self)
        self._against = _Change("against", self)
        self._holdout = _Change("holdout", self)
        self._general = _Change("general", self)
        self._votes, self._known = QLabel(self), QLabel(self)
        self._lay_out()
        self._judge.clicked.connect(self.judge_requested)

    @property
    def words(self) -> str:
        """What it says, in one piece."""
        return self._sentence.accessibleName()

    def show_row(self, row: ResultRow) -> None:
        """Show the verdict of this run."""
        verdict = row.verdict
        kind = against.shown_kind(row) or ""
        title, sentence = against.shown_title(row), against.shown_sentence(row)
        known = against.known_words(row)
        set_icon(self._sign, _SIGNS[kind], _TINTS[kind])
        self._title.setText(title)
        self._sentence.setText(with_breaks(sentence))
        self._sentence.setAccessibleName(f"{title}. {sentence} {known}".strip())
        self._known.setText(known)
        self._known.setVisible(bool(known))
        set_tone(self._sentence, "bad" if row.trouble and verdict is None else "normal")
        set_tone(self._title, _TONES[kind])
        self._show_judge(row)
        self._show_against(row)
        self._show_holdout(row)
        self._show_general(verdict)
        votes = words_of.votes_words(row)
        self._votes.setText(self.tr("Your blind votes: {votes}").format(votes=votes))
        self._votes.setVisible(bool(votes))

    def _show_judge(self, row: ResultRow) -> None:
        """Offered where nobody asked yet, as after a death at the end of a run."""
        result, verdict = row.run.result, row.verdict
        asked = result is not None and bool(result.general_run)
        known = verdict is not None and verdict.general is not None
        words = (
            self.tr("Find out whether it helped")
            if verdict is None
            else self.tr("Ask general questions as well")
        )
        self._judge.setText(words)
        self._judge.setAccessibleName(words)
        self._judge.setVisible(not (asked or known or row.judging) and bool(row.adapter))

    def _show_against(self, row: ResultRow) -> None:
        change = against.change_of(row)
        self._against.setVisible(change is not None)
        if change is not None:
            self._against.show_change(
                against.against_name(row),
                against.against_figures(change),
                against.against_words(change),
                _spots(change["before"], change["after"], change["low"], change["high"]),
                words_of.perplexity_tip(),
            )

    def _show_holdout(self, row: ResultRow) -> None:
        verdict = row.verdict
        known = verdict is not None and verdict.holdout_tokens > 0
        self._holdout.setVisible(known)
        if verdict is None or not known:
            return
        second = against.change_of(row) is not None
        name = words_of.base_name(verdict) if second else words_of.holdout_name(verdict)
        before, after = verdict.holdout_before, verdict.holdout_after
        self._holdout.show_change(
            name,
            words_of.perplexity_change(verdict),
            words_of.ratio_words(verdict),
            _spots(before, after, verdict.ratio_low, verdict.ratio_high),
            words_of.perplexity_tip(),
        )

    def _show_general(self, verdict: TuningVerdict | None) -> None:
        change = verdict.general if verdict is not None else None
        self._general.setVisible(change is not None)
        if change is None:
            return
        tip = self.tr(
            "Questions that have nothing to do with your examples: whoever learns something new may forget "
            "something old."
        )
        self._general.show_change(
            words_of.general_name(change),
            words_of.share_change(change),
            words_of.general_words(change),
            (change.low, change.after - change.before, change.high),
            tip,
        )

    def _lay_out(self) -> None:
        self._sign.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._sign.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._title.setObjectName("teach.result.word")
        self._title.setProperty("large", True)  # the tone is the colour's
        self._title.setWordWrap(True)
        self._sentence.setObjectName("teach.result.sentence")
        self._sentence.setWordWrap(True)
        for label in (self._title, self._sentence):
            label.setToolTip(rich_tip(words_of.meaning_words()))
        self._judge.setObjectName("teach.result.judge")
        self._judge.setAccessibleName(self._judge.text())
        self._votes.setObjectName("teach.result.votes")
        self._votes.setWordWrap(True)
        self._known.setObjectName("teach.result.known")
        self._known.setWordWrap(True)
        set_tone(self._known, "muted")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._title, 1)
        button = QHBoxLayout()
        button.addWidget(self._judge)
        button.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 14)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._sentence)
        column.addWidget(self._known)
        column.addLayout(button)
        for widget in (self._against, self._holdout, self._general, self._votes):
            column.addWidget(widget)


def _spots(before: float, after: float, low: float, high: float) -> tuple[float, float, float]:
    """A ratio of perplexities and its interval, as logarithms: an improvement is to the right, and as far as
    an equal loss to the left."""
    ratio = after / before if before > 0 else 1.0
    worst, middle, best = (-math.log(max(one, 1e-9)) for one in (high, ratio, low))
    return worst, middle, best


class _Change(QWidget):
    """What was measured, before and after, with the change as a picture and in words."""

    def __init__(self, key: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._name, self._words = QLabel(self), QLabel(self)
        self._figures, self._bar = QLabel(self), ChangeBar(self)
        self._figures.setObjectName(f"teach.result.{key}")
        set_tone(self._name, "muted")
        set_tone(self._words, "muted")
        self._name.setWordWrap(True)
        self._words.setWordWrap(True)
        font = figures_font(QFont())
        font.setWeight(QFont.Weight.DemiBold)
        self._figures.setFont(font)
        left = QVBoxLayout()
        left.setSpacing(2)
        for label in (self._name, self._figures, self._words):
            left.addWidget(label)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 4, 0, 0)
        self._row.setSpacing(24)
        self._row.addLayout(left, 1)
        self._row.addWidget(self._bar, 1, Qt.AlignmentFlag.AlignVCenter)

    def show_change(
        self,
        name: str,
        figures: str,
        words: str,
        spots: tuple[float, float, float],
        tip: str,
    ) -> None:
        """``spots``: the lower end, the middle and the upper end, an improvement above 0."""
        self._name.setText(name)
        self._figures.setText(figures)
        self._figures.setAccessibleName(f"{name}: {figures}, {words}")
        self._words.setText(words)
        self._bar.set_change(*spots, words)
        self.setToolTip(rich_tip(tip))
