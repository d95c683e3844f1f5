"""Suites and runs as the views show them: plain work, done on the store's thread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QCoreApplication

from benchtop.domain.suite_runs import SuiteCell, SuiteRun, SuiteRunHead
from benchtop.domain.suites import Check, Suite
from benchtop.evaluation.checks import CheckResult
from benchtop.services.suite_card import names_of
from benchtop.services.suite_results_csv import mean_score
from benchtop.services.suite_totals import RunTotals
from benchtop.services.suites import shipped_suites
from benchtop.store.database import Store
from benchtop.ui.compare.suite_check_words import expected_words
from benchtop.ui.compare.suite_rows import (
    Against,
    Apart,
    CellState,
    PairsApart,
    ResultAnswer,
    ResultCell,
    ResultContestant,
    ResultPrompt,
    SuiteResults,
    SuiteSummary,
    SuiteTotals,
)
from benchtop.ui.models.figures_text import day_text

Place = tuple[str, str]
"""A prompt's id and a contestant's, which is its place in the run as a text."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("SuiteMaking", text)


@dataclass(slots=True)
class RunOnShow:
    """A run with what is known of its cells, by place and then by repeat."""

    run: SuiteRun
    results: SuiteResults
    cells: dict[Place, dict[int, SuiteCell]] = field(default_factory=dict)
    checked: frozenset[str] = frozenset()
    """The ids of prompts that have checks."""
    ended: int = 0
    errors: int = 0

    def put(self, cell: SuiteCell) -> None:
        """Take a cell that has ended."""
        at_place = self.cells.setdefault(place_of(cell), {})
        if cell.repeat not in at_place:
            self.ended += 1
            self.errors += cell.state == "failed"
        at_place[cell.repeat] = cell

    def shown(self, place: Place) -> ResultCell:
        """What a place shows now."""
        cells = self.cells.get(place, {}).values()
        return result_cell(cells, self.run.repeats, checked=place[0] in self.checked)


def place_of(cell: SuiteCell) -> Place:
    """Where a cell stands in the results."""
    return cell.prompt_id, str(cell.contestant)


def read_summaries(store: Store) -> list[SuiteSummary]:
    """Every suite, shipped and own, with what became of its last run."""
    newest: dict[str, SuiteRunHead] = {}
    for head in store.suite_runs.heads():
        newest.setdefault(head.suite_id, head)
    shipped = [
        SuiteSummary(one.id, one.name, len(one.prompts), one.about, one.tags, builtin=True)
        for one in shipped_suites()
    ]
    own = [
        SuiteSummary(one.id, one.name, one.prompts, tags=one.tags) for one in store.suites.heads()
    ]
    return [_with_last(one, newest.get(one.id)) for one in (*shipped, *own)]


def _with_last(row: SuiteSummary, head: SuiteRunHead | None) -> SuiteSummary:
    return row if head is None else replace(row, last_run=head.created, run_words=head_words(head))


def head_words(head: SuiteRunHead) -> str:
    """What became of a run: "17 of 20 passed", "57 of 200 replies, paused"."""
    ended = head.done + head.failed
    total = ended + head.queued + head.running
    if ended < total:
        words = {
            "running": _tr("{done} of {total} replies, running"),
            "paused": _tr("{done} of {total} replies, paused"),
            "done": _tr("ended at {done} of {total} replies"),
        }[head.state]
        return words.format(done=f"{ended:,}", total=f"{total:,}")
    if head.judged:
        words = _tr("{passed} of {judged} passed")
        return words.format(passed=f"{head.passed:,}", judged=f"{head.judged:,}")
    return _tr("{count} replies").format(count=f"{head.done:,}")


def run_words(heads: Sequence[SuiteRunHead]) -> list[tuple[str, str]]:
    """The ids of runs with when each was and what became of it, told apart: those that would be of the
    same time are numbered, the oldest first. ``heads`` has the newest first."""
    left = Counter(day_text(head.created) for head in heads)
    same = set(left - Counter(set(left)))
    found = []
    for head in heads:
        when = day_text(head.created)
        said = _tr("{time} ({number})").format(time=when, number=left[when])
        left[when] -= 1
        found.append((head.id, f"{said if when in same else when}: {head_words(head)}"))
    return found


def read_run(store: Store, run_id: str) -> RunOnShow:
    """A run with its cells; the replies themselves are not read."""
    run = store.suite_runs.get(run_id)
    shown = RunOnShow(run, SuiteResults(), checked=_checked(run.suite))
    for cell in store.suite_cells.without_replies(run_id):
        if cell.state in {"done", "failed"}:
            shown.put(cell)
    names = names_of(run)
    contestants = tuple(
        ResultContestant(str(place), names[place], str(one["file"]))
        for place, one in enumerate(run.contestants)
    )
    cells = {place: shown.shown(place) for place in shown.cells}
    shown.results = SuiteResults(contestants, prompts_of(run.suite), cells)
    return shown


def prompts_of(suite: Suite) -> tuple[ResultPrompt, ...]:
    """The rows of a suite's results."""
    return tuple(ResultPrompt(one.id, one.title, one.text, one.tags) for one in suite.prompts)


def _checked(suite: Suite) -> frozenset[str]:
    return frozenset(one.id for one in suite.prompts if one.checks)


def result_cell(cells: Iterable[SuiteCell], repeats: int, *, checked: bool) -> ResultCell:
    """What the replies of one contestant to one prompt come to."""
    ended = [one for one in cells if one.state in {"done", "failed"}]
    if not ended:
        return ResultCell(repeats=repeats)
    done = [one for one in ended if one.state == "done"]
    scores = [score for score in map(mean_score, done) if score is not None]
    return ResultCell(
        _state(done, checked=checked),
        sum(one.passed is True for one in done),
        len(done),
        repeats,
        sum(scores) / len(scores) if scores else None,
        next((one.error for one in ended if one.error), ""),
    )


def _state(done: Sequence[SuiteCell], *, checked: bool) -> CellState:
    if not done:
        return "error"
    if not checked:
        return "answered"
    passed = [one.passed for one in done]
    if all(passed):
        return "passed"
    if True in passed and False in passed:
        return "partly"
    return "failed" if False in passed else "unclear"


def read_answers(store: Store, run: SuiteRun, place: Place) -> list[SuiteCell]:
    """The cells behind one place that have ended, in the order of the repeats."""
    wanted = (SuiteCell(run.id, int(place[1]), place[0], n) for n in range(run.repeats))
    found = [store.suite_cells.get(one) for one in wanted]
    return [one for one in found if one is not None and one.state in {"done", "failed"}]


def answer_row(cell: SuiteCell, checks: Sequence[Check] = ()) -> ResultAnswer:
    """A reply in full; ``checks`` are those of its prompt, which say what was expected."""
    timings = cell.timings
    results = tuple(
        CheckResult(
            str(one.get("kind", "")),
            one.get("passed"),
            str(one.get("detail", "")),
            one.get("score"),
        )
        for one in cell.checks
    )
    details = [one.detail for one in results]
    return ResultAnswer(
        cell.reply,
        cell.passed,
        results,
        cell.error,
        timings.completion_tokens if timings is not None else 0,
        timings.tokens_per_second if timings is not None else None,
        tuple(expected_words(*pair) for pair in zip(checks, details, strict=False)),
    )


def totals_row(totals: RunTotals, earlier: str = "") -> SuiteTotals:
    """Totals as the views name contestants; ``earlier`` says in words which run ``against`` is with."""
    return SuiteTotals(
        {str(place): rate for place, rate in totals.rates.items()},
        tuple(Apart(str(a), str(b), change) for a, b, change in totals.apart),
        tuple(Against(str(place), earlier, found) for place, found in totals.against),
        tuple(PairsApart(str(place), found) for place, found in totals.pairs),
    )
