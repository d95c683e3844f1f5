"""Side by side: contestants above, answers in columns, the vote and the prompt below."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QStackedLayout, QVBoxLayout, QWidget

from benchtop.ui.compare.columns_view import ColumnsView
from benchtop.ui.compare.compare_rows import LEAST_CONTESTANTS, ContestantRow, PairRow
from benchtop.ui.compare.contestants_bar import ContestantsBar
from benchtop.ui.compare.prompt_bar import PromptBar
from benchtop.ui.compare.vote_bar import VoteBar
from benchtop.ui.widgets.info_bar import InfoBar
from benchtop.ui.widgets.placeholder_page import PlaceholderPage
from benchtop.ui.widgets.scrolled_column import ScrolledColumn

_ANY_WIDTH = 16_777_215  # Qt's QWIDGETSIZE_MAX


class SideBySide(QWidget):
    """The views are public: their signals and methods are the interface; ``info`` is for sentences that
    concern all contestants."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare.side_by_side")
        self.setAccessibleName(self.tr("Side by side"))
        self.info = InfoBar(self)
        self.contestants = ContestantsBar(self)
        self.columns = ColumnsView(self)
        self.vote = VoteBar(self)
        self.prompt = PromptBar(self)
        self._full = QWidget(self)
        self._empty = self._make_empty()
        self._lay_out()
        self.vote.use_keys(self, self.columns)
        self.set_contestants(())

    def set_contestants(self, rows: Sequence[ContestantRow]) -> None:
        """Show the contestants here and, by their number, what can be done."""
        had_focus = self.isAncestorOf(self.window().focusWidget() or self)
        self.contestants.set_contestants(rows)
        usable = sum(not row.problem for row in rows)
        if usable >= LEAST_CONTESTANTS:
            reason = None
        elif len(rows) >= LEAST_CONTESTANTS:
            reason = self.tr("Two contestants whose files are there are needed")
        else:
            reason = self.tr("Two contestants are needed: add one above")
        self.prompt.set_enabled_reason(reason)
        self.columns.set_nothing(
            self.tr("Ask something below: each contestant answers in a column of its own.")
            if reason is None
            else self.tr("{reason}.").format(reason=reason)
        )
        page = self._whole if rows else self._empty
        if self._stack.currentWidget() is not page:
            self._stack.setCurrentWidget(page)
            if had_focus:
                (self.prompt if rows else self._empty).setFocus()

    def open_vote(self, pair: PairRow) -> None:
        """Ask which of two answers is better. The keyboard leaves the prompt if nothing was typed since,
        so that the keys of the vote vote."""
        self.vote.set_pair(pair)
        self.columns.set_pair((pair.left_key, pair.right_key))
        if self.prompt.input.hasFocus() and not self.prompt.text():
            self.columns.setFocus()

    def close_vote(self) -> None:
        """Nothing to vote on any more."""
        self.vote.clear()
        self.columns.set_pair(())

    def _make_empty(self) -> PlaceholderPage:
        action = QAction(self.tr("Choose a model"), self)
        action.setObjectName("compare.start")
        action.setProperty("icon_name", "plus")
        action.triggered.connect(lambda _on=False: self.contestants.open_new())
        return PlaceholderPage(
            "compare",
            self.tr("Which model is better for you?"),
            self.tr(
                "Two to six models, or one model in several settings, answer the same prompt side by "
                "side; you vote, and the ranking says how sure it is."
            ),
            [action],
            self,
        )

    def _lay_out(self) -> None:
        line = QFrame(self)
        line.setFixedHeight(1)
        line.setProperty("line", True)
        above = QWidget(self)
        above_column = QVBoxLayout(above)
        above_column.setContentsMargins(24, 8, 24, 8)
        above_column.addWidget(self.contestants)
        column = QVBoxLayout(self._full)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.info)
        column.addWidget(above)
        column.addWidget(line)
        column.addWidget(self.columns, 1)
        column.addWidget(self.vote)
        column.addWidget(self.prompt)
        self._stack = QStackedLayout(self)
        # Where letters are large and the window is low it scrolls, and the answers keep some lines.
        scroll = ScrolledColumn(self._full, _ANY_WIDTH, self, at_start=True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.show_ground()  # the answers in it scroll
        self._whole = scroll
        self._stack.addWidget(scroll)
        self._stack.addWidget(self._empty)
