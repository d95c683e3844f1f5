"""The Result tab: did it help, by which numbers, with which answers, and what can be done with it now."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from benchtop.ui.models.fact_list import FactList
from benchtop.ui.teach.curve_card import CurveCard
from benchtop.ui.teach.fold_section import FoldSection
from benchtop.ui.teach.result_actions import ResultActions
from benchtop.ui.teach.result_card import card_facts
from benchtop.ui.teach.result_merge import ResultMerge
from benchtop.ui.teach.result_rows import ResultRow
from benchtop.ui.teach.result_samples import ResultSamples
from benchtop.ui.teach.result_verdict import ResultVerdict
from benchtop.ui.teach.run_texts import outcome_words
from benchtop.ui.teach.train_rows import RunCurves, RunRow
from benchtop.ui.theme import set_tone
from benchtop.ui.widgets.announce import announce
from benchtop.ui.widgets.info_bar import InfoBar
from benchtop.ui.widgets.placeholder_page import PlaceholderPage
from benchtop.ui.widgets.scrolled_column import ScrolledColumn

_COLUMN = 1_000


class ResultView(QWidget):
    """Takes data and tells wishes by a run's id; nothing changes before ``set_result`` says so.

    ``use_requested`` carries whether the adapter shall be attached. ``export_requested`` carries a path,
    ``merge_requested`` a path and a quantisation. ``info_bar`` is where errors are posted.
    """

    run_chosen = Signal(str)
    judge_requested = Signal(str)
    vote_requested = Signal(str)
    use_requested = Signal(str, bool)
    export_requested = Signal(str, str)
    merge_requested = Signal(str, str, str)
    merge_cancelled = Signal(str)
    remove_requested = Signal(str)
    restore_requested = Signal(str)
    again_requested = Signal(str)
    train_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("teach.result")
        self.setAccessibleName(self.tr("Result"))
        self._row: ResultRow | None = None
        self.info_bar = InfoBar(self)
        self._which = QComboBox()
        self.verdict = ResultVerdict()
        self.actions_row = ResultActions()
        self.merge = ResultMerge()
        self.curves = CurveCard()
        self._facts = FactList("teach.result.facts")
        self.samples = ResultSamples()
        self._stack = QStackedWidget(self)
        self._full, self._empty = self._make_full(), self._make_empty()
        self._stack.addWidget(self._full)
        self._stack.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.info_bar)
        column.addWidget(self._stack, 1)
        self._connect()
        self.set_runs(())

    def set_runs(self, rows: Sequence[RunRow], chosen: str = "") -> None:
        """The runs that there is a result of, the newest first."""
        wanted = chosen or self.run_id
        with QSignalBlocker(self._which):
            self._which.clear()
            for one in rows:
                words = f"{one.run.name} · {outcome_words(one.run, one.verdict)}"
                self._which.addItem(words, one.run.id)
            self._which.setCurrentIndex(self._which.findData(wanted))
        self._show_page()

    def set_result(self, row: ResultRow | None, curves: RunCurves | None = None) -> None:
        """Show what came of a run; without ``curves`` those on show stay, if it is the same run."""
        before, self._row = self._row, row
        other = row is None or before is None or before.run.id != row.run.id
        if other:
            self.merge.set_progress(None)
            self.merge.hide()
            self._begin_anew()
        if row is not None:
            with QSignalBlocker(self._which):
                self._which.setCurrentIndex(self._which.findData(row.run.id))
            self._show_row(row, before if not other else None)
        if other or curves is not None:
            self._show_curves(curves or RunCurves())
        self._show_page()

    def set_merging(self, fraction: float | None) -> None:
        """How far merging is, from 0 to 1; None: nothing is being merged."""
        self.merge.set_progress(fraction)

    def offer_undo(self, run_id: str, name: str) -> None:
        """Say that an adapter was removed, and offer it back for a while."""
        text = self.tr("“{name}” was removed.").format(name=name)
        self.info_bar.post(
            "undo", text, self.tr("Undo"), lambda: self.restore_requested.emit(run_id)
        )

    @property
    def run_id(self) -> str:
        """The run on show; empty where there is none."""
        return self._row.run.id if self._row is not None else ""

    def focus_first(self) -> None:
        """Give the keyboard to the choice of the run, or to what can be done without one."""
        (self._which if self._stack.currentWidget() is self._full else self._empty).setFocus()

    # making

    def _make_full(self) -> ScrolledColumn:
        column = QWidget()
        inside = QVBoxLayout(column)
        inside.setContentsMargins(24, 16, 24, 24)
        inside.setSpacing(16)
        inside.addLayout(self._make_head())
        inside.addWidget(self.verdict)
        inside.addWidget(self.actions_row)
        inside.addWidget(self.merge)
        inside.addWidget(self.samples)
        inside.addWidget(self._make_card())
        inside.addWidget(FoldSection("teach.result.curves", self.tr("Curves"), self.curves))
        inside.addStretch(1)
        page = ScrolledColumn(column, _COLUMN)
        page.setObjectName("teach.result.page")
        return page

    def _make_head(self) -> QHBoxLayout:
        label = QLabel(self.tr("Run"))
        label.setBuddy(self._which)
        set_tone(label, "muted")
        self._which.setObjectName("teach.result.run")
        self._which.setAccessibleName(self.tr("The run on show"))
        self._which.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._which.setMinimumContentsLength(24)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(label)
        row.addWidget(self._which, 1)
        return row

    def _make_card(self) -> QWidget:
        whole = QWidget()
        title = QLabel(self.tr("Its card"))
        set_tone(title, "title")
        card = QFrame(whole)
        card.setProperty("card", True)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(16, 12, 16, 12)
        inside.addWidget(self._facts)
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(title)
        column.addWidget(card)
        return whole

    def _make_empty(self) -> PlaceholderPage:
        action = QAction(self.tr("Train a model"), self)
        action.setObjectName("teach.result.train")
        action.setProperty("icon_name", "teach")
        action.triggered.connect(self.train_requested)
        return PlaceholderPage(
            "teach",
            self.tr("No run yet"),
            self.tr(
                "When a training run is over, its verdict stands here: better, not shown to be better, or "
                "worse, with the numbers, and answers side by side."
            ),
            [action],
            self,
        )

    def _connect(self) -> None:
        actions = self.actions_row
        self._which.activated.connect(lambda _i: self.run_chosen.emit(self._which.currentData()))
        self.verdict.judge_requested.connect(lambda: self.judge_requested.emit(self.run_id))
        actions.vote_requested.connect(lambda: self.vote_requested.emit(self.run_id))
        actions.use_requested.connect(self._on_use)
        actions.again_requested.connect(lambda: self.again_requested.emit(self.run_id))
        actions.export_requested.connect(self._on_export)
        actions.merge_requested.connect(self.merge.open)
        actions.remove_requested.connect(lambda: self.remove_requested.emit(self.run_id))
        self.merge.merge_requested.connect(self._on_merge)
        self.merge.cancel_requested.connect(lambda: self.merge_cancelled.emit(self.run_id))
        self.merge.closed.connect(actions.focus_merge)

    # what a person does

    def _on_use(self) -> None:
        if self._row is not None:
            self.use_requested.emit(self.run_id, not self._row.in_use)

    def _on_export(self) -> None:
        path = self._ask(self.tr("Export the adapter"), "")
        if path:
            self.export_requested.emit(self.run_id, path)

    def _on_merge(self, quantisation: str) -> None:
        path = self._ask(self.tr("Merge into a new model"), f"-{quantisation}")
        if path:
            self.merge_requested.emit(self.run_id, path, quantisation)

    def _ask(self, title: str, ending: str) -> str:
        """Where a file shall go; empty where a person thinks better of it."""
        assert self._row is not None
        stem = re.sub(r"[^\w.-]+", "-", self._row.run.name).strip("-.") or "adapter"
        path, _chosen = QFileDialog.getSaveFileName(self, title, f"{stem}{ending}.gguf", "*.gguf")
        return path

    # showing

    def _begin_anew(self) -> None:
        """Another run begins at its top, and what was said of the one before is not said of it. What can be
        taken back stays on offer for its time."""
        self._full.verticalScrollBar().setValue(0)
        for notice in self.info_bar.notices():
            if notice.kind != "undo":
                self.info_bar.remove(notice)

    def _show_page(self) -> None:
        full = self._which.count() > 0 and self._row is not None
        page = self._full if full else self._empty
        if self._stack.currentWidget() is not page:
            focus = self.focusWidget()
            had = focus is not None and self._stack.isAncestorOf(focus) and focus.hasFocus()
            self._stack.setCurrentWidget(page)
            if had:
                self.focus_first()

    def _show_row(self, row: ResultRow, before: ResultRow | None) -> None:
        self.verdict.show_row(row)
        self._facts.set_facts(card_facts(row))
        self.samples.show_row(row)
        if not self.actions_row.show_row(row):
            self._which.setFocus()
        news = row.verdict is not None and (before is None or before.verdict != row.verdict)
        if news and before is not None:
            announce(self, self.verdict.words)

    def _show_curves(self, curves: RunCurves) -> None:
        self.curves.clear()
        if self._row is not None:
            self.curves.set_steps(self._row.run.result.steps if self._row.run.result else 0)
        self.curves.add_train(curves.train)
        self.curves.add_holdout(curves.holdout)
