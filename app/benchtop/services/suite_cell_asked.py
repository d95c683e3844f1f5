"""A cell of a suite as it is asked: the request, what comes of it, and how it is kept."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from benchtop.domain.contests import Contestant
from benchtop.domain.models import ModelFile
from benchtop.domain.suite_runs import SuiteCell
from benchtop.domain.suites import SuitePrompt
from benchtop.protocol.messages import ChatTurn, Generate

if TYPE_CHECKING:
    from benchtop.store.database import Store


@dataclass(slots=True)
class AskedCell:
    """The cell at hand, and what came of it so far."""

    cell: SuiteCell
    model: ModelFile
    request: Generate
    sent: bool = False
    seed: int | None = None
    text: str = ""
    reasoning: str = ""


def cell_request(
    run_id: str, cell: SuiteCell, contestant: Contestant, prompt: SuitePrompt, seed: int | None
) -> Generate:
    """What the worker is sent. Repeats take the seeds after that of the contestant: the same ones each
    time it is run; ``seed`` is for one that has none."""
    system = prompt.system or contestant.system
    turns = [ChatTurn("system", system)] if system else []
    turns += [ChatTurn(turn.role, turn.content) for turn in prompt.turns]
    if contestant.seed is not None:
        seed = contestant.seed + cell.repeat
    return Generate(
        uuid.uuid4().hex,
        tuple(turns),
        params=replace(contestant.params, seed=seed),
        adapters=tuple(one.use for one in contestant.adapters),
        conversation=f"suite/{run_id}/{cell.contestant}",  # what all prompts begin with is read once
    )


def waiting_runs(store: Store) -> list[str]:
    """The ids of the runs that are to go on and that nobody answers now, the newest first.

    A cell that is running belongs to a process that lives: those of dead ones were queued again when
    the store was opened.
    """
    heads = store.suite_runs.heads()
    return [one.id for one in heads if one.state == "running" and not one.running]


def keep_cell(store: Store, done: SuiteCell) -> None:
    """Write a cell that is done."""
    store.suite_cells.keep(
        done,
        done.reply,
        reasoning=done.reasoning,
        seed=done.seed,
        timings=done.timings,
        stop=done.stop,
        checks=done.checks,
        passed=done.passed,
    )
