"""The ranking: in words, as bars with their uncertainty, and pair by pair."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from benchtop.ui.compare.better_matrix import BetterMatrix
from benchtop.ui.compare.compare_rows import RankFilter, RankRow, RankSummary
from benchtop.ui.compare.compare_texts import plain_tip
from benchtop.ui.compare.focus_order import put_before
from benchtop.ui.compare.rank_chart import RankChart
from benchtop.ui.compare.rank_filters import RankFilters
from benchtop.ui.icons import set_icon, spaced
from benchtop.ui.theme import set_kind, set_tone
from benchtop.ui.widgets.announce import announce
from benchtop.ui.widgets.placeholder_page import PlaceholderPage
from benchtop.ui.widgets.scrolled_column import ScrolledColumn

_WIDTH = 1_000


class RankingView(QWidget):
    """Shows what the votes say. ``filter_changed`` carries a RankFilter; ``compare_requested`` leads to
    where votes are cast; ``save_requested`` wishes for a card of the ranking on show; ``shown`` comes
    each time the view is put on show, when it should be brought up to date."""

    filter_changed = Signal(RankFilter)
    compare_requested = Signal()
    save_requested = Signal()
    shown = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare.ranking")
        self.setAccessibleName(self.tr("Ranking"))
        self.filters = RankFilters(self)
        self._sentence, self._about = QLabel(self), QLabel(self)
        self._chart = RankChart(self)
        self._bias = QLabel(self)
        self._matrix = BetterMatrix(self)
        self._none = QLabel(self)
        self._save = QPushButton(spaced(self.tr("Save as a card")), self)
        self._empty = self._make_empty()
        self._lay_out()
        self.filters.changed.connect(self.filter_changed)
        self._save.clicked.connect(lambda _on=False: self.save_requested.emit())
        self.set_ranking((), RankSummary(""), ())

    def set_ranking(
        self,
        rows: Sequence[RankRow],
        summary: RankSummary,
        better: Sequence[Sequence[float]],
    ) -> None:
        """Show these contestants, the strongest first; ``better[i][j]`` is P(rows[i] better than rows[j]).

        No rows: nothing has been voted, or nothing that the filters let through. Nobody is coloured
        unless the summary is settled.
        """
        nothing = not rows
        self._empty.setVisible(nothing and not self.filters.is_set)
        self._scroll.setVisible(not (nothing and not self.filters.is_set))
        self._none.setVisible(nothing)
        for widget in (self._card, self._matrix_card, self._sentence, self._about, self._save):
            widget.setVisible(not nothing)
        if summary.sentence and summary.sentence != self._sentence.text() and self.isVisible():
            announce(self, summary.sentence)
        self._sentence.setText(summary.sentence)
        self._sentence.setAccessibleName(summary.sentence)
        self._chart.set_rows(rows, summary.winner if summary.settled else "")
        put_before(self._chart.lines[:1], self._matrix)
        self._matrix.set_better([_full_name(row) for row in rows], better)

    def set_bias(self, sentence: str, *, suspicious: bool = False) -> None:
        """What the votes say of the person: whether the left or the right answer wins too often."""
        text = self.tr("Check your positions: {sentence}") if suspicious else "{sentence}"
        self._bias.setText(text.format(sentence=sentence) if sentence else "")
        self._bias.setVisible(bool(sentence))
        set_tone(self._bias, "warning" if suspicious else "muted")

    def set_tags(self, tags: Sequence[str]) -> None:
        """The tags that votes have."""
        self.filters.set_tags(tags)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()

    def _make_empty(self) -> PlaceholderPage:
        action = QAction(self.tr("Compare side by side"), self)
        action.setObjectName("compare.ranking.start")
        action.setProperty("icon_name", "compare")
        action.triggered.connect(lambda _on=False: self.compare_requested.emit())
        return PlaceholderPage(
            "compare",
            self.tr("No votes yet"),
            self.tr(
                "Ask two models the same, say which answer is better, and the ranking says how sure "
                "it is after each vote."
            ),
            [action],
            self,
        )

    def _lay_out(self) -> None:
        for label, name in (
            (self._sentence, "sentence"),
            (self._about, "about"),
            (self._bias, "bias"),
            (self._none, "none"),
        ):
            label.setObjectName(f"compare.ranking.{name}")
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        set_tone(self._sentence, "title")
        set_tone(self._about, "muted")
        set_tone(self._none, "muted")
        self._about.setText(
            self.tr(
                "The dot is the mean strength, the bar holds it with 90 %; one point stronger wins about "
                "2.7 times as often as it loses. All is grey until one is the best with 95 %."
            )
        )
        self._about.setToolTip(
            plain_tip(
                self.tr(
                    "Strengths are in log-odds: the difference of two is the logarithm of how often one "
                    "wins for each time the other does. Ties are counted too; 0 is the middle."
                )
            )
        )
        self._none.setText(self.tr("No vote matches these filters: reset them to see all votes."))
        self._save.setObjectName("compare.ranking.save")
        self._save.setAccessibleName(self.tr("Save as a card"))
        self._save.setToolTip(
            self.tr("Save the ranking and its votes as one page that stands alone")
        )
        set_icon(self._save, "save")
        set_kind(self._save, "quiet")
        self._card = _card(self, self._chart)
        title = QLabel(self.tr("How probable it is that the row is better than the column"), self)
        title.setWordWrap(True)
        set_tone(title, "muted")
        self._matrix_card = _card(self, title, self._matrix)
        head = QHBoxLayout()
        head.addWidget(self.filters, 1)
        head.addWidget(self._save)
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 12, 24, 24)
        column.setSpacing(12)
        column.addLayout(head)
        for widget in (
            self._none,
            self._sentence,
            self._about,
            self._card,
            self._bias,
            self._matrix_card,
        ):
            column.addWidget(widget)
        column.addStretch(1)
        self._scroll = ScrolledColumn(page, _WIDTH, self, at_start=True)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._scroll)
        whole.addWidget(self._empty)
        self._bias.hide()


def _card(parent: QWidget, *widgets: QWidget) -> QFrame:
    card = QFrame(parent)
    card.setProperty("card", True)
    inside = QVBoxLayout(card)
    inside.setContentsMargins(8, 10, 8, 10)
    inside.setSpacing(8)
    for widget in widgets:
        inside.addWidget(widget)
    return card


def _full_name(row: RankRow) -> str:
    return f"{row.name} ({row.detail})" if row.detail else row.name
