"""The results of the run on show: its cells as they come, what they say in all, and what is kept of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFileDialog

from benchtop.domain.cards import Card
from benchtop.domain.chat import Conversation
from benchtop.domain.contest_json import contestant_from
from benchtop.domain.contests import ContestAnswer
from benchtop.domain.errors import BenchtopError
from benchtop.domain.suite_runs import SuiteCell, SuiteRun
from benchtop.services.answer_to_chat import take_into_chat
from benchtop.services.compare_services import CompareServices
from benchtop.services.reply_stream import explain
from benchtop.services.suite_card import names_of, suite_card
from benchtop.services.suite_results_csv import results_table
from benchtop.services.suite_runner import SuiteRunner
from benchtop.services.suite_totals import run_totals
from benchtop.store.export_file import write_export_by_parts
from benchtop.ui.compare.card_saver import CardSaver
from benchtop.ui.compare.open_file import open_file
from benchtop.ui.compare.suite_making import (
    Place,
    RunOnShow,
    answer_row,
    place_of,
    read_answers,
    totals_row,
)
from benchtop.ui.compare.suite_results_view import SuiteResultsView
from benchtop.ui.compare.suite_rows import ResultCell, SuiteTotals
from benchtop.ui.compare.suite_texts import rate_words, totals_sentences
from benchtop.ui.models.figures_text import day_text
from benchtop.ui.models.row_making import dated_name
from benchtop.ui.widgets.info_bar import InfoBar
from benchtop.ui.widgets.when_visible import WhenVisible

if TYPE_CHECKING:
    from benchtop.store.database import Store

Earlier = tuple[SuiteRun, Sequence[SuiteCell]]
CELLS_MS, TOTALS_MS = 100, 1_000


class SuiteResultsWiring(QObject):
    """What is known of one run. Statistics are computed on a thread of their own."""

    counted = Signal()
    """More cells have ended."""

    def __init__(
        self,
        view: SuiteResultsView,
        services: CompareServices,
        info: InfoBar,
        runner: SuiteRunner,
        open_chat: Callable[[Conversation], object],
    ) -> None:
        super().__init__(view)
        self._view, self._store, self._info = view, services.store, info
        self._open_chat, self._cards = open_chat, CardSaver(view, info)
        self._disk = services.disk
        self._now: RunOnShow | None = None
        self.earlier = ""
        self._answers: tuple[Place, list[SuiteCell]] = (("", ""), [])
        self._changed: set[Place] = set()
        self._writing: Place | None = None
        self._is_computing = self._is_stale = False
        self._cells_soon = QTimer(self, singleShot=True, interval=CELLS_MS)
        self._cells_soon.timeout.connect(self._show_cells)
        self._totals_soon = WhenVisible(view, self._read_totals, TOTALS_MS)
        runner.grown.connect(lambda cell, _text: self._grown(cell))
        runner.cell_ended.connect(self._ended)
        view.answers_requested.connect(self._read_answers)
        view.chat_requested.connect(self._take)
        view.tools.earlier_chosen.connect(self._compare_with)
        view.export_requested.connect(self._export)
        view.card_requested.connect(self._save_card)

    @property
    def run(self) -> SuiteRun | None:
        """The run on show."""
        return self._now.run if self._now is not None else None

    @property
    def ended(self) -> int:
        """How many of its cells have ended."""
        return self._now.ended if self._now is not None else 0

    @property
    def errors(self) -> int:
        """How many of those without a reply."""
        return self._now.errors if self._now is not None else 0

    def clear(self) -> None:
        """Show no run; the view is emptied by whoever has the next."""
        self._now, self.earlier, self._writing = None, "", None
        self._answers = (("", ""), [])
        self._changed.clear()

    def show(self, found: RunOnShow) -> None:
        """Show a run as it was read."""
        self._now, self._writing = found, None
        self._answers = (("", ""), [])
        self._changed.clear()
        self._view.set_results(found.run.suite.name, found.results)
        self._read_totals()

    def settle(self) -> None:
        """Nothing is written any more: what was begun waits again."""
        if self._writing is not None:
            self._changed.add(self._writing)
            self._writing = None
        self._show_cells()
        self._read_totals()

    # Cells

    def _grown(self, cell: SuiteCell) -> None:
        place = place_of(cell)
        if self._now is not None and cell.run_id == self._now.run.id and place != self._writing:
            self._writing = place
            self._change(place)

    def _ended(self, cell: SuiteCell) -> None:
        if self._now is None or cell.run_id != self._now.run.id:
            return
        self._writing = None
        self._now.put(replace(cell, reply="", reasoning=""))
        self._change(place_of(cell))

    def _change(self, place: Place) -> None:
        self._changed.add(place)
        if not self._cells_soon.isActive():
            self._cells_soon.start()

    def _show_cells(self) -> None:
        now, changed = self._now, self._changed
        if now is None or not changed:
            return
        self._changed = set()
        self._view.set_cells({place: self._cell(now, place) for place in changed})
        self._totals_soon.ask()
        self.counted.emit()

    def _cell(self, now: RunOnShow, place: Place) -> ResultCell:
        cell = now.shown(place)
        return replace(cell, state="running") if place == self._writing else cell

    # What they say in all

    def _compare_with(self, run_id: str) -> None:
        self.earlier = run_id
        self._read_totals()

    def _read_totals(self) -> None:
        now, earlier = self._now, self.earlier
        if now is None:
            return
        if self._is_computing:
            self._is_stale = True
            return
        self._is_computing, self._is_stale = True, False

        def work(store: Store) -> tuple[list[SuiteCell], Earlier | None]:
            cells = store.suite_cells.without_replies(now.run.id)
            if not earlier:
                return cells, None
            return cells, (
                store.suite_runs.get(earlier),
                store.suite_cells.without_replies(earlier),
            )

        def compute(found: tuple[list[SuiteCell], Earlier | None]) -> None:
            self._disk.run(lambda: _totals(now.run, *found), show, self._not_computed)

        def show(totals: SuiteTotals) -> None:
            self._is_computing = False
            if self._now is now:
                self._view.set_totals(totals)
            if self._is_stale or self._now is not now:
                self._totals_soon.ask()

        self._store.run(work, compute, self._not_computed)

    def _not_computed(self, error: BenchtopError) -> None:
        self._is_computing = False
        self._say(error)

    def _say(self, error: BenchtopError) -> None:
        self._info.post("error", explain(error))

    # Answers

    def _read_answers(self, prompt_id: str, contestant_id: str) -> None:
        now, place = self._now, (prompt_id, contestant_id)
        if now is None:
            self._view.set_answers(prompt_id, contestant_id, ())
            return

        prompt = next((one for one in now.run.suite.prompts if one.id == prompt_id), None)
        checks = prompt.checks if prompt is not None else ()

        def show(cells: list[SuiteCell]) -> None:
            self._answers = (place, cells)
            rows = [answer_row(one, checks) for one in cells]
            self._view.set_answers(prompt_id, contestant_id, rows)

        self._store.run(lambda store: read_answers(store, now.run, place), show, self._say)

    def _take(self, prompt_id: str, contestant_id: str, number: int) -> None:
        now, (place, cells) = self._now, self._answers
        if now is None or place != (prompt_id, contestant_id) or number >= len(cells):
            return
        cell = cells[number]
        prompt = next((one for one in now.run.suite.prompts if one.id == prompt_id), None)
        if prompt is None:
            return
        one = contestant_from(now.run.contestants[cell.contestant])
        contestant = replace(one, system_prompt=prompt.system or one.system_prompt)
        answer = ContestAnswer(
            now.run.id,
            cell.contestant,
            0,
            prompt.turns,
            cell.finished or now.run.created,
            cell.reply,
            cell.reasoning,
            cell.seed,
            cell.timings,
            cell.stop,
            error=cell.error,
        )
        self._store.run(
            lambda store: take_into_chat(store, contestant, answer), self._open_chat, self._say
        )

    # Files

    def _export(self) -> None:
        now = self._now
        if now is None:
            return
        name = dated_name("benchtop-suite", "csv")
        path, _ = QFileDialog.getSaveFileName(
            self._view, self.tr("Export the results"), name, self.tr("Tables (*.csv)")
        )
        if not path:
            return
        run, place = now.run, Path(path)

        def written(_none: None) -> None:
            text = self.tr("The results are in {path}.").format(path=place)
            self._info.post("info", text, self.tr("Open"), lambda: open_file(place))

        def write(cells: list[SuiteCell]) -> None:
            self._disk.run(
                lambda: write_export_by_parts(place, results_table(run, cells)), written, self._say
            )

        self._store.run(lambda store: store.suite_cells.of(run.id), write, self._say)

    def _save_card(self) -> None:
        now = self._now
        if now is None:
            return
        run, page = now.run, self._cards.ask("benchtop-suite")
        if page is None:
            return

        def write(cells: list[SuiteCell]) -> None:
            self._cards.write(page, lambda: _card(run, cells))

        self._store.run(lambda store: store.suite_cells.of(run.id), write, self._say)


def _totals(run: SuiteRun, cells: Sequence[SuiteCell], earlier: Earlier | None) -> SuiteTotals:
    words = day_text(earlier[0].created) if earlier is not None else ""
    return totals_row(run_totals(run, cells, earlier), words)


def _card(run: SuiteRun, cells: Sequence[SuiteCell]) -> Card:
    totals, names = run_totals(run, cells), names_of(run)
    said = totals_sentences(
        totals_row(totals),
        {str(at): name for at, name in enumerate(names)},
        {one.id: one.title for one in run.suite.prompts},
    )
    rates = [f"{names[at]} {rate_words(rate)}" for at, rate in totals.rates.items()]
    summary = "; ".join(rates) or f"{sum(one.state == 'done' for one in cells):,} replies"
    return suite_card(run, cells, totals, f"{summary}.", said)
