"""What a suite run says, in words: cells, rates with their intervals, differences, regressions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from benchtop.ui.compare.suite_rows import (
    Against,
    Apart,
    CellState,
    PairsApart,
    ResultCell,
    RunProgress,
    SuiteTotals,
)
from benchtop.ui.icons import Tint
from benchtop.ui.models.figures_text import left_text

if TYPE_CHECKING:
    from benchtop.evaluation.suite_statistics import PairedDifference, PassRate

SIGNS: dict[CellState, tuple[str, Tint]] = {
    "waiting": ("", "muted"),
    "running": ("more", "accent"),
    "passed": ("check", "good"),
    "partly": ("minus", "warning"),
    "failed": ("close", "bad"),
    "unclear": ("help", "muted"),
    "answered": ("chat", "muted"),
    "error": ("error", "bad"),
}
"""The icon and the tint of a cell: a shape of its own for each state, beside its word."""
RANKS: dict[CellState, int] = {
    "error": 0, "failed": 1, "partly": 2, "unclear": 3, "answered": 4, "passed": 5, "running": 6,
    "waiting": 7,
}  # fmt: skip
SURE = 0.05
"""Tests with a p-value below are called clear."""
_NAMED = 3


def _tr(text: str) -> str:
    return QCoreApplication.translate("SuiteTexts", text)


def cell_words(cell: ResultCell) -> str:
    """ "passed", "2 of 3 passed", "no answer"."""
    if cell.repeats > 1 and cell.state in {"passed", "partly", "failed"}:
        words = _tr("{passed} of {replies} passed")
        return words.format(passed=cell.passed, replies=cell.replies)
    return {
        "waiting": _tr("waiting"),
        "running": _tr("answering"),
        "passed": _tr("passed"),
        "partly": _tr("partly"),
        "failed": _tr("failed"),
        "unclear": _tr("could not tell"),
        "answered": _tr("answered"),
        "error": _tr("no answer"),
    }[cell.state]


def cell_details(cell: ResultCell) -> str:
    """The state with its score and its trouble, for a tooltip and a screen reader."""
    parts = [cell_words(cell)]
    if cell.score is not None:
        parts.append(_tr("mean score {score}").format(score=f"{cell.score:.2f}"))
    return "\n".join([", ".join(parts), *filter(None, [cell.trouble])])


def verdict_words(passed: bool | None, *, checked: bool, trouble: str) -> str:
    """What became of one reply."""
    if trouble and passed is None:
        return _tr("no answer")
    if passed is None:
        return _tr("could not tell") if checked else _tr("answered, nothing is checked")
    return _tr("passed") if passed else _tr("failed")


def percent(share: float) -> str:
    """ "64 %"; never all or nothing unless it is."""
    number = round(share * 100)
    if 0 < share < 1:
        number = min(max(number, 1), 99)
    return _tr("{number} %").format(number=number)


def rate_words(rate: PassRate) -> str:
    """ "17 of 20, 64 % to 95 %"."""
    if not rate.replies:
        return _tr("nothing yet")
    words = _tr("{passed} of {replies}, {low} to {high}")
    counts = {"passed": f"{rate.passed:,}", "replies": f"{rate.replies:,}"}
    return words.format(**counts, low=percent(rate.low), high=percent(rate.high))


def rate_explanation(rate: PassRate) -> str:
    """What stands behind it."""
    words = _tr(
        "{rate} of the replies to {prompts} prompts passed. With 95 % the share on all prompts like "
        "these lies between {low} and {high} (Wilson's interval; replies to one prompt count as alike "
        "as they are)."
    )
    if not rate.replies:
        return ""
    return words.format(
        rate=percent(rate.rate),
        prompts=f"{rate.prompts:,}",
        low=percent(rate.low),
        high=percent(rate.high),
    )


def points(share: float) -> str:
    """A difference of two shares in points: "+12", "-3", "0"."""
    number = round(share * 100)
    return f"{number:+d}".replace("-", "\u2212") if number else "0"


def _span(change: PairedDifference) -> str:
    if not (math.isfinite(change.low) and math.isfinite(change.high)):
        return ""
    words = _tr("{difference} points, {low} to {high}")
    return words.format(
        difference=points(change.difference), low=points(change.low), high=points(change.high)
    )


def _p_words(value: float) -> str:
    return _tr("p < 0.001") if value < 0.001 else _tr("p = {p}").format(p=f"{value:.3f}")


def apart_words(apart: Apart, names: Mapping[str, str]) -> str:
    """The difference of two contestants in one sentence; nobody is called better by chance."""
    change = apart.change
    first, second = names.get(apart.first, "?"), names.get(apart.second, "?")
    if not change.prompts:
        return _tr("{first} and {second} have no prompt in common yet.").format(
            first=first, second=second
        )
    if change.difference < 0:
        first, second = second, first
    counts = _prompts_apart(change)
    if change.p_value < SURE:
        lead = _tr("{first} passes more than {second}")
    else:
        lead = _tr("Between {first} and {second} it is open")
    lead = lead.format(first=first, second=second)
    return f"{lead}: {counts} ({_sized(change)}{_p_words(change.p_value)})."


def _prompts_apart(change: PairedDifference) -> str:
    more, less = max(change.better, change.worse), min(change.better, change.worse)
    if not more:
        words = _tr("the one prompt alike") if change.same == 1 else _tr("all {same} prompts alike")
    elif more == 1:
        words = _tr("1 prompt against {less}, {same} alike")
    else:
        words = _tr("{more} prompts against {less}, {same} alike")
    return words.format(more=f"{more:,}", less=f"{less:,}", same=f"{change.same:,}")


def _sized(change: PairedDifference) -> str:
    """The interval, said of whom the sentence names first."""
    if not (math.isfinite(change.low) and math.isfinite(change.high)):
        return ""
    low, high, middle = change.low, change.high, change.difference
    if middle < 0:
        low, high, middle = -high, -low, -middle
    words = _tr("{difference} points, {low} to {high}; ")
    return words.format(difference=points(middle), low=points(low), high=points(high))


def against_words(against: Against, names: Mapping[str, str], titles: Mapping[str, str]) -> str:
    """What a contestant lost and gained against an earlier run."""
    found = against.regressions
    name = names.get(against.contestant, "?")
    parts = []
    for prompts, one, many in (
        (found.broken, _tr("1 prompt broke"), _tr("{count} prompts broke")),
        (found.shaken, _tr("1 passes less often"), _tr("{count} pass less often")),
        (found.mended, _tr("1 was mended"), _tr("{count} were mended")),
        (found.firmer, _tr("1 passes more often"), _tr("{count} pass more often")),
    ):
        if prompts:
            words = one if len(prompts) == 1 else many.format(count=len(prompts))
            parts.append(f"{words} ({_titles(prompts, titles)})")
    if not parts:
        words = _tr("{name} against {earlier}: nothing broke, {count} prompts are as before.")
        return words.format(name=name, earlier=against.earlier, count=len(found.same))
    lead = _tr("{name} against {earlier}").format(name=name, earlier=against.earlier)
    return f"{lead}: {'; '.join(parts)}."


def _titles(prompts: Sequence[str], titles: Mapping[str, str]) -> str:
    shown = ", ".join(titles.get(prompt, prompt) for prompt in prompts[:_NAMED])
    more = len(prompts) - _NAMED
    return shown + (_tr(" and {count} more").format(count=more) if more > 0 else "")


def pairs_words(pairs: PairsApart, names: Mapping[str, str]) -> str:
    """How replies to two variants differ; many such sentences are many tests."""
    found, name = pairs.difference, names.get(pairs.contestant, "?")
    change = found.change
    counts = _pairs_apart(change)
    if change.p_value < SURE:
        lead = _tr("{name} treats “{first}” and “{second}” differently")
    else:
        lead = _tr("{name} shows no clear difference between “{first}” and “{second}”")
    lead = lead.format(name=name, first=found.first, second=found.second)
    span = _span(change)
    return f"{lead}: {counts} ({span}{'; ' if span else ''}{_p_words(change.p_value)})."


def _pairs_apart(change: PairedDifference) -> str:
    apart, pairs = change.better + change.worse, change.prompts
    if pairs == 1:
        return _tr("the one pair differs") if apart else _tr("the one pair is alike")
    words = _tr("{apart} of {pairs} pairs differ") if apart else _tr("all {pairs} pairs are alike")
    return words.format(apart=f"{apart:,}", pairs=f"{pairs:,}")


def totals_sentences(
    totals: SuiteTotals, names: Mapping[str, str], titles: Mapping[str, str]
) -> list[str]:
    """All that a run says beyond its rates, a sentence each."""
    return [
        *(apart_words(one, names) for one in totals.apart),
        *(against_words(one, names, titles) for one in totals.against),
        *(pairs_words(one, names) for one in totals.pairs),
    ]


def progress_words(progress: RunProgress) -> str:
    """ "57 of 200 replies, 3 min left"."""
    counts = _tr("{done} of {total} replies").format(
        done=f"{progress.done:,}", total=f"{progress.total:,}"
    )
    parts = [counts]
    if progress.errors:
        without = _tr("{count} without an answer")
        parts.append(without.format(count=f"{progress.errors:,}"))
    match progress.state:
        case "running":
            parts += [left_text(progress.seconds_left), progress.now]
        case "paused":
            parts.append(_tr("paused; it goes on where it is, also after a restart"))
        case "stopping":
            parts.append(_tr("stopping after this reply"))
        case "done":
            parts.append(_tr("done"))
        case "idle":
            return ""
    return ", ".join(filter(None, parts))
