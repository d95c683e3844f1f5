"""What the views of suites show: plain values, filled by the wiring.

Times are seconds since 1970 in UTC; what is not known is 0, empty or None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:  # numpy and the checks are not needed to show figures
    from benchtop.evaluation.checks import CheckResult
    from benchtop.evaluation.suite_statistics import (
        FairnessDifference,
        PairedDifference,
        PassRate,
        Regressions,
    )

CellState = Literal[
    "waiting", "running", "passed", "partly", "failed", "unclear", "answered", "error"
]
"""Not asked yet; being answered; every reply passed; some did; none did; a check could not tell;
answered where nothing is checked; the engine or the file failed there."""
RunState = Literal["idle", "running", "paused", "stopping", "done"]


@dataclass(frozen=True, slots=True)
class SuiteSummary:
    """A suite in the list. ``builtin``: it comes with Benchtop, and a copy of it can be changed.

    ``last_run`` is when it was last run, ``run_words`` what became of that: "17 of 20 passed".
    """

    id: str
    name: str
    prompts: int
    about: str = ""
    tags: tuple[str, ...] = ()
    builtin: bool = False
    last_run: float | None = None
    run_words: str = ""


@dataclass(frozen=True, slots=True)
class RunChoice:
    """A contestant that a run can have. ``detail`` says what tells it from others of the same model;
    ``trouble`` why it cannot be asked, such as a file that is gone."""

    id: str
    name: str
    detail: str = ""
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class RunProgress:
    """How far a run is: ``done`` of ``total`` replies, ``errors`` of them without an answer.

    ``now`` says in words what is asked just now; ``trouble`` why the run stands still by itself.
    """

    state: RunState = "idle"
    done: int = 0
    total: int = 0
    seconds_left: float | None = None
    errors: int = 0
    now: str = ""
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class ResultContestant:
    """A column of the results."""

    id: str
    name: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ResultPrompt:
    """A row of the results."""

    id: str
    title: str
    text: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ResultCell:
    """A prompt and a contestant: ``passed`` of ``replies`` that came, of ``repeats`` that were asked for.

    ``score`` is the mean of the checks' scores, 0 to 1, where they have any; ``trouble`` one sentence.
    """

    state: CellState = "waiting"
    passed: int = 0
    replies: int = 0
    repeats: int = 1
    score: float | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class ResultAnswer:
    """One reply in full, with what each check says of it; ``trouble`` where there is none or a part.

    ``expected`` has for each check what it asked for, empty where the check says so itself.
    """

    text: str
    passed: bool | None = None
    results: tuple[CheckResult, ...] = ()
    trouble: str = ""
    tokens: int = 0
    tokens_per_second: float | None = None
    expected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Apart:
    """Two contestants of a run by their ids, and how far the first is from the second."""

    first: str
    second: str
    change: PairedDifference


@dataclass(frozen=True, slots=True)
class Against:
    """A contestant now against an earlier run, which ``earlier`` names: "the run of 18 Nov"."""

    contestant: str
    earlier: str
    regressions: Regressions


@dataclass(frozen=True, slots=True)
class PairsApart:
    """How a contestant's replies differ inside the pairs of a fairness suite."""

    contestant: str
    difference: FairnessDifference


@dataclass(frozen=True, slots=True)
class SuiteTotals:
    """What the whole run says, as evaluation/suite_statistics.py has it; ``rates`` by contestant id."""

    rates: Mapping[str, PassRate] = field(default_factory=dict)
    apart: tuple[Apart, ...] = ()
    against: tuple[Against, ...] = ()
    pairs: tuple[PairsApart, ...] = ()


@dataclass(frozen=True, slots=True)
class SuiteResults:
    """A run: its columns, its rows, and what is known of each cell by (prompt id, contestant id)."""

    contestants: tuple[ResultContestant, ...] = ()
    prompts: tuple[ResultPrompt, ...] = ()
    cells: Mapping[tuple[str, str], ResultCell] = field(default_factory=dict)
