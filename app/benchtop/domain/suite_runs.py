"""A run of a suite: which contestants answer it, and a cell for every reply that is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from benchtop.domain.generation import StopReason, Timings
from benchtop.domain.suites import Suite

RunState = Literal["running", "paused", "done"]
"""running: goes on whenever Benchtop runs; paused: by the person, or by a trouble that ``error`` tells."""
CellState = Literal["queued", "running", "done", "failed"]
"""failed: there is no reply, and ``error`` says why; a reply that fails its checks is done."""
MOST_CELLS = 2_000_000
MOST_REPEATS = 1_000


@dataclass(frozen=True, slots=True)
class SuiteRun:
    """A run: the suite as it was, and contestants as plain values for JSON, each asked ``repeats`` times.

    ``created`` and ``deleted`` are seconds since 1970, UTC; ``deleted`` None outside the bin.
    """

    id: str
    suite: Suite
    contestants: tuple[Mapping[str, Any], ...]
    repeats: int
    created: float
    state: RunState = "running"
    error: str = ""
    deleted: float | None = None

    @property
    def cells(self) -> int:
        """How many replies it asks for."""
        return len(self.suite.prompts) * len(self.contestants) * self.repeats


@dataclass(frozen=True, slots=True)
class SuiteRunHead:
    """What a list of runs shows. ``passed`` and ``judged`` count replies whose checks could tell."""

    id: str
    suite_id: str
    name: str
    contestants: tuple[Mapping[str, Any], ...]
    repeats: int
    created: float
    state: RunState
    error: str
    queued: int
    running: int
    done: int
    failed: int
    passed: int
    judged: int


@dataclass(frozen=True, slots=True)
class SuiteCell:
    """One reply of a run: ``contestant`` is a place in the run's list, ``repeat`` counts from 0.

    ``checks`` are the results as plain values, ``passed`` what they say together (None: they cannot
    tell, or there are none). ``finished`` is seconds since 1970, UTC.
    """

    run_id: str
    contestant: int
    prompt_id: str
    repeat: int
    state: CellState = "queued"
    reply: str = ""
    reasoning: str = ""
    seed: int | None = None
    timings: Timings | None = None
    stop: StopReason | None = None
    checks: tuple[Mapping[str, Any], ...] = ()
    passed: bool | None = None
    error: str = ""
    finished: float | None = None
