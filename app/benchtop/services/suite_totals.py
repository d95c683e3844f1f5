"""What the cells of a run come to: its marks by contestant and prompt, for evaluation.suite_statistics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from benchtop.domain.suite_runs import SuiteCell, SuiteRun
from benchtop.evaluation.suite_statistics import (
    FairnessDifference,
    PairedDifference,
    PassRate,
    Regressions,
    fairness,
    pass_rate,
    passes_apart,
    regressions,
)

Marks = dict[str, list[bool]]
"""Prompt id -> whether each reply passed. A cell without a reply says nothing of its contestant, and
one whose checks could not tell neither."""


@dataclass(frozen=True, slots=True)
class RunTotals:
    """By places of contestants in the run. ``against`` is empty without an earlier run."""

    rates: Mapping[int, PassRate] = field(default_factory=dict)
    apart: tuple[tuple[int, int, PairedDifference], ...] = ()
    pairs: tuple[tuple[int, FairnessDifference], ...] = ()
    against: tuple[tuple[int, Regressions], ...] = ()


def marks_of(cells: Iterable[SuiteCell]) -> dict[int, Marks]:
    """The marks of each contestant by its place; those without any are left out."""
    found: dict[int, Marks] = {}
    for cell in cells:
        if cell.state == "done" and cell.passed is not None:
            found.setdefault(cell.contestant, {}).setdefault(cell.prompt_id, []).append(cell.passed)
    return found


def run_totals(
    run: SuiteRun,
    cells: Iterable[SuiteCell],
    earlier: tuple[SuiteRun, Sequence[SuiteCell]] | None = None,
) -> RunTotals:
    """Everything a run says, and what changed against ``earlier``. Takes seconds for 100,000 cells: not
    for the window's thread."""
    marks = marks_of(cells)
    pairs = {one.id: (one.pair, one.variant) for one in run.suite.prompts if one.pair}
    found = [(place, one) for place in sorted(marks) for one in fairness(marks[place], pairs)]
    return RunTotals(
        {place: pass_rate(marks[place]) for place in sorted(marks)},
        tuple((a, b, passes_apart(marks[a], marks[b])) for a, b in combinations(sorted(marks), 2)),
        tuple(found),
        _against(run, marks, *earlier) if earlier is not None else (),
    )


def _against(
    run: SuiteRun, marks: Mapping[int, Marks], earlier: SuiteRun, cells: Sequence[SuiteCell]
) -> tuple[tuple[int, Regressions], ...]:
    before = marks_of(cells)
    found = []
    for place in sorted(marks):
        other = same_contestant(run.contestants, place, earlier.contestants)
        if other is not None and other in before:
            found.append((place, regressions(before[other], marks[place])))
    return tuple(found)


def same_contestant(
    now: Sequence[Mapping[str, Any]], place: int, before: Sequence[Mapping[str, Any]]
) -> int | None:
    """The place that a contestant had in an earlier run: by all that shapes its replies, else by its
    name; where each run had only one contestant, it is those two."""
    for name in ("key", "name"):
        for other, one in enumerate(before):
            if one.get(name) == now[place].get(name):
                return other
    return 0 if len(now) == len(before) == 1 else None
