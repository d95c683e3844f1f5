"""A card of a suite run: the suite as it was, who answered it, every reply, and what passed."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from benchtop.domain.cards import (
    Card,
    CardInterval,
    CardIntervals,
    CardNote,
    CardTable,
)
from benchtop.domain.contest_json import contestant_from
from benchtop.domain.contests import Contestant
from benchtop.domain.suite_json import suite_to_json
from benchtop.domain.suite_runs import SuiteCell, SuiteRun
from benchtop.domain.told_apart import told_apart
from benchtop.evaluation.suite_statistics import PassRate
from benchtop.services.card_files import card_machine, contestant_model
from benchtop.services.suite_totals import RunTotals

_METHOD = (
    "A reply passes when all checks of its prompt do. A rate is the mean over prompts; its interval is "
    "Wilson's with 95 %, where replies to one prompt count as alike as they are (Korn and Graubard). "
    "Differences are tested by the sign test over prompts (McNemar's exact test)."
)
_LONGEST = 400


def suite_card(
    run: SuiteRun, cells: Sequence[SuiteCell], totals: RunTotals, summary: str, said: Sequence[str]
) -> Card:
    """The run as a card. ``summary`` is its result in one sentence, ``said`` the findings, one each."""
    contestants = [contestant_from(one) for one in run.contestants]
    names = names_of(run)
    intervals = tuple(
        CardInterval(names[place], rate.rate, rate.low, rate.high)
        for place, rate in totals.rates.items()
    )
    notes = [CardNote("What the run says", text) for text in said]
    return Card(
        "suite",
        f"The suite “{run.suite.name}”",
        summary,
        time.time(),
        card_machine(),
        tuple(contestant_model(one, name) for one, name in zip(contestants, names, strict=True)),
        (
            CardIntervals(
                "Passed, with 95 % intervals", "share of replies", intervals, percent=True
            ),
            CardTable("Contestants", ("Name", "Settings"), _settings(contestants, names)),
            *notes,
            CardTable("Replies", ("Prompt", "Contestant", "Result", "Reply"), _replies(run, cells)),
            CardNote("How it is computed", _METHOD),
        ),
        {
            "suite": suite_to_json(run.suite),
            "contestants": [dict(one) for one in run.contestants],
            "repeats": run.repeats,
        },
        {
            "rates": {names[place]: rate_json(rate) for place, rate in totals.rates.items()},
            "answers": [cell_json(run, cell) for cell in cells],
        },
    )


def names_of(run: SuiteRun) -> list[str]:
    """Names that tell the contestants of a run apart."""
    return told_apart([str(one["name"]) for one in run.contestants])


def rate_json(rate: PassRate) -> dict[str, Any]:
    """A rate as plain values; what nobody can say is None, which JSON has."""
    return {name: _finite(value) for name, value in asdict(rate).items()}


def cell_json(run: SuiteRun, cell: SuiteCell) -> dict[str, Any]:
    """A reply as plain values. Its speed is left out: nobody expects that to repeat."""
    timings = cell.timings
    return {
        "contestant": names_of(run)[cell.contestant],
        "prompt": cell.prompt_id,
        "repeat": cell.repeat,
        "state": cell.state,
        "passed": cell.passed,
        "reply": cell.reply,
        "seed": cell.seed,
        "stop": cell.stop,
        "tokens": timings.completion_tokens if timings is not None else 0,
        "checks": [_plain(check) for check in cell.checks],
        "error": cell.error,
    }


def cell_word(cell: SuiteCell) -> str:
    """What became of a reply, in a word."""
    if cell.state == "failed":
        return "no answer"
    if cell.state != "done":
        return "not asked"
    if cell.passed is None:
        return "could not tell" if cell.checks else "answered"
    return "passed" if cell.passed else "failed"


def _replies(run: SuiteRun, cells: Sequence[SuiteCell]) -> tuple[tuple[str, ...], ...]:
    titles, names = {one.id: one.title for one in run.suite.prompts}, names_of(run)
    return tuple(
        (
            titles.get(cell.prompt_id, cell.prompt_id),
            names[cell.contestant],
            cell_word(cell),
            _short(cell.error or cell.reply),
        )
        for cell in cells
    )


def _settings(contestants: Sequence[Contestant], names: list[str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, _words(one)) for name, one in zip(names, contestants, strict=True))


def _words(one: Contestant) -> str:
    parts = [f"temperature {one.params.temperature:g}"]
    parts.append(f"seed {one.seed}" if one.seed is not None else "a new seed each time")
    parts += [f"adapter {adapter.path} × {adapter.scale:g}" for adapter in one.adapters]
    if one.system:
        parts.append(f"system prompt: {one.system}")
    return "; ".join(parts)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"


def _plain(check: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _finite(value) for name, value in check.items()}


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
