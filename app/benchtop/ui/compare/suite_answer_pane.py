"""The answers behind one cell of the results, with what each check says of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from benchtop.ui.compare.focus_order import put_in_line
from benchtop.ui.compare.suite_check_words import kind_words
from benchtop.ui.compare.suite_rows import ResultAnswer, ResultContestant, ResultPrompt
from benchtop.ui.compare.suite_texts import verdict_words
from benchtop.ui.icons import set_icon
from benchtop.ui.models.fact_list import FactList
from benchtop.ui.models.figures_text import rate_text
from benchtop.ui.theme import Tone, set_kind, set_tone
from benchtop.ui.widgets.breaking_label import BreakingLabel, with_breaks
from benchtop.ui.widgets.scrolled_column import ScrolledColumn

_ANY_WIDTH = 16_777_215
"""What Qt takes for no limit (QWIDGETSIZE_MAX)."""


class SuiteAnswerPane(QFrame):
    """Shows one reply at a time; the others of the same cell are behind a list above it.

    ``chat_requested`` carries the prompt's and the contestant's id and the number of the reply from 0.
    """

    closed = Signal()
    chat_requested = Signal(str, str, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare.answer")
        self.setAccessibleName(self.tr("The answer"))
        self.setProperty("card", True)
        self._ids = ("", "")
        self._answers: tuple[ResultAnswer, ...] = ()
        self._title = BreakingLabel("", self)
        self._prompt = QPlainTextEdit(self)
        self._which = QComboBox(self)
        self._verdict = QLabel(self)
        self._figures = QLabel(self)
        self._text = QPlainTextEdit(self)
        self._trouble = BreakingLabel("", self)
        self._checks = FactList("compare.answer.checks", self)
        self._chat = QPushButton(self.tr("Take it into Chat"), self)
        self._lay_out()

    def ids(self) -> tuple[str, str]:
        """The prompt and the contestant on show; empty texts for none."""
        return self._ids

    def show_cell(self, prompt: ResultPrompt, contestant: ResultContestant) -> None:
        """Begin a cell: its answers come with ``set_answers``."""
        if self._ids != (prompt.id, contestant.id):
            self._which.clear()
            self.set_answers((), waiting=True)
        self._ids = (prompt.id, contestant.id)
        title = f"{prompt.title} · {contestant.name}"
        self._title.setText(with_breaks(title))
        self.setAccessibleDescription(title)
        self._prompt.setPlainText(prompt.text)

    def set_answers(self, answers: Sequence[ResultAnswer], *, waiting: bool = False) -> None:
        """Show the replies of the cell; the one that is looked at stays."""
        chosen = max(self._which.currentIndex(), 0)
        self._answers = tuple(answers)
        self._which.blockSignals(True)  # it is filled, nobody chose
        self._which.clear()
        for number, answer in enumerate(answers, 1):
            words = verdict_words(
                answer.passed, checked=bool(answer.results), trouble=answer.trouble
            )
            self._which.addItem(
                self.tr("Reply {number}: {words}").format(number=number, words=words)
            )
        self._which.setCurrentIndex(min(chosen, len(answers) - 1))
        self._which.blockSignals(False)
        self._which.setVisible(len(answers) > 1)
        self._waiting = waiting
        self._show_answer()

    def _lay_out(self) -> None:
        set_tone(self._title, "title")
        self._title.setWordWrap(True)
        self._title.setObjectName("compare.answer.title")
        close = QToolButton(self)
        close.setObjectName("compare.answer.close")
        close.setAccessibleName(self.tr("Close the answer"))
        close.setToolTip(self.tr("Close (Esc)"))
        set_icon(close, "close", "muted")
        close.clicked.connect(self.closed)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(close)
        for field, name, label, lines in (
            (self._prompt, "prompt", self.tr("What was asked"), 3),
            (self._text, "text", self.tr("The reply"), 0),
        ):
            field.setObjectName(f"compare.answer.{name}")
            field.setAccessibleName(label)
            field.setReadOnly(True)
            field.setProperty("field", True)
            field.setTabChangesFocus(True)
            if lines:
                field.setFixedHeight(field.fontMetrics().lineSpacing() * lines + 22)
        self._text.setMinimumHeight(self._text.fontMetrics().lineSpacing() * 5 + 22)
        self._which.setObjectName("compare.answer.which")
        self._which.setAccessibleName(self.tr("Which reply"))
        self._which.currentIndexChanged.connect(lambda _index: self._show_answer())
        self._verdict.setObjectName("compare.answer.verdict")
        self._trouble.setObjectName("compare.answer.trouble")
        self._trouble.setWordWrap(True)
        set_tone(self._trouble, "bad")
        set_tone(self._figures, "muted")
        self._chat.setObjectName("compare.answer.chat")
        self._chat.setAccessibleName(self.tr("Take this reply into Chat"))
        set_kind(self._chat, "quiet")
        self._chat.clicked.connect(self._on_chat)
        inside = QWidget()
        scroll = ScrolledColumn(inside, _ANY_WIDTH, self)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.show_ground()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(2, 2, 2, 2)
        whole.addWidget(scroll)
        self._fill(inside, head)
        put_in_line((close, self._prompt, self._which, self._text, self._chat))

    def _fill(self, inside: QWidget, head: QHBoxLayout) -> None:
        """One below the other."""
        line = QHBoxLayout()
        line.addWidget(self._verdict)
        line.addStretch(1)
        line.addWidget(self._figures)
        column = QVBoxLayout(inside)
        column.setContentsMargins(14, 6, 14, 10)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._prompt)
        column.addWidget(self._which)
        column.addLayout(line)
        column.addWidget(self._trouble)
        column.addWidget(self._text, 1)
        column.addWidget(self._checks)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self._chat)
        column.addLayout(foot)

    def _show_answer(self) -> None:
        place = max(self._which.currentIndex(), 0)
        answer = self._answers[place] if place < len(self._answers) else None
        self._text.setVisible(answer is not None)
        self._checks.hide()  # filled out of sight: it measures its lines when it is shown
        self._chat.setVisible(answer is not None and bool(answer.text))
        self._trouble.setVisible(bool(answer and answer.trouble))
        if answer is None:
            words = self.tr("Fetching the answer…") if self._waiting else self.tr("Not asked yet.")
            self._say(words, "muted")
            self._figures.clear()
            return
        checked = bool(answer.results)
        tones: dict[bool | None, Tone] = {True: "good", False: "bad", None: "muted"}
        words = verdict_words(answer.passed, checked=checked, trouble=answer.trouble)
        self._say(words[:1].upper() + words[1:], tones[answer.passed])
        tokens = self.tr("{count} tokens").format(count=f"{answer.tokens:,}")
        rate = rate_text(answer.tokens_per_second) if answer.tokens_per_second else ""
        shown = ", ".join(filter(None, (tokens if answer.tokens else "", rate)))
        self._figures.setText(shown)
        if self._text.toPlainText() != answer.text:
            self._text.setPlainText(answer.text)
        self._trouble.setText(with_breaks(answer.trouble))
        expected = dict(enumerate(answer.expected))
        self._checks.set_facts(
            [self._fact(result, expected.get(at, "")) for at, result in enumerate(answer.results)]
        )
        self._checks.setVisible(checked)

    def _fact(self, result: object, expected: str) -> tuple[str, str]:
        """The sort of a check, and what it says with its verdict in a word and what it asked for."""
        kind, passed = getattr(result, "kind", ""), getattr(result, "passed", None)
        word = {True: self.tr("passed"), False: self.tr("failed"), None: self.tr("could not tell")}
        said = f"{word[passed]}: {getattr(result, 'detail', '')}"
        if expected and not passed:
            said += " " + self.tr("Expected: {expected}.").format(expected=expected)
        return kind_words().get(kind, kind), said

    def _say(self, words: str, tone: Tone) -> None:
        self._verdict.setText(words)
        set_tone(self._verdict, tone)

    def _on_chat(self) -> None:
        self.chat_requested.emit(*self._ids, max(self._which.currentIndex(), 0))
