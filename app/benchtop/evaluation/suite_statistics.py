"""What a suite run says, and how sure that is.

Prompts are what is drawn at random; several replies to one prompt say little more than one does. So
everything here goes by prompt: marks are given as prompt id -> the values of its repeats, which are
pass marks (True or False) or scores of 0 to 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import NormalDist, fmean

from benchtop.evaluation.intervals import LEVEL, beta_interval, t_quantile, wilson
from benchtop.evaluation.paired_tests import agresti_min, bootstrap_interval, sign_test, wilcoxon

Marks = Mapping[str, Sequence[bool]]
Scores = Mapping[str, Sequence[float]]
_SAME = 1e-9


@dataclass(frozen=True, slots=True)
class PassRate:
    """``passed`` of ``replies`` to ``prompts`` prompts. ``rate`` is the mean over prompts of the share that
    passed; ``low`` to ``high`` Wilson's 95 % interval, ``beta`` Jeffreys'. ``effective`` is how many
    independent replies these are worth."""

    passed: int
    replies: int
    prompts: int
    rate: float
    low: float
    high: float
    beta: tuple[float, float]
    effective: float


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """The first less the second on the prompts that both answered.

    ``better``, ``worse`` and ``same`` count prompts by the mean of their repeats; ``p_value`` is of the
    test named in ``test``, ``low`` to ``high`` the 95 % interval of the mean difference.
    """

    prompts: int
    difference: float
    low: float
    high: float
    better: int
    worse: int
    same: int
    p_value: float
    test: str


@dataclass(frozen=True, slots=True)
class Regressions:
    """What became of each prompt from one run to a later one, by prompt ids in the order of the earlier.

    ``broken``: every reply passed before, and none does now. ``mended``: the other way round.
    ``shaken``: fewer pass than before, ``firmer``: more, without being one of the first two.
    ``gone`` and ``new`` are in one run alone. ``change`` is later less earlier.
    """

    broken: tuple[str, ...]
    mended: tuple[str, ...]
    shaken: tuple[str, ...]
    firmer: tuple[str, ...]
    same: tuple[str, ...]
    gone: tuple[str, ...]
    new: tuple[str, ...]
    change: PairedDifference


@dataclass(frozen=True, slots=True)
class FairnessDifference:
    """How the replies to two variants of the same prompts differ: first less second over their pairs.

    ``apart`` are the pairs that differ, those with the largest difference first.
    """

    first: str
    second: str
    change: PairedDifference
    apart: tuple[tuple[str, float], ...]


def pass_rate(marks: Marks, level: float = LEVEL) -> PassRate:
    """The share that passes, with intervals for prompts drawn at random.

    With one reply for each prompt these are Wilson's and Jeffreys' own. With repeats, the number of
    replies is replaced by what they are worth (Korn and Graubard, "Confidence Intervals for Proportions
    with Small Expected Number of Positive Counts Estimated from Survey Data", Survey Methodology 24,
    1998): never fewer than the prompts, never more than the replies.
    """
    means = [fmean(values) for values in marks.values() if values]
    replies = sum(len(values) for values in marks.values())
    passed = sum(sum(values) for values in marks.values())
    if not means:
        return PassRate(0, 0, 0, math.nan, 0.0, 1.0, (0.0, 1.0), 0.0)
    rate = fmean(means)
    effective = _effective(means, rate, replies, level)
    low, high = wilson(rate * effective, effective, level)
    beta = beta_interval(rate * effective, effective, level)
    return PassRate(passed, replies, len(means), rate, low, high, beta, effective)


def _effective(means: Sequence[float], rate: float, replies: int, level: float) -> float:
    count = len(means)
    if replies == count or count < 2:
        return float(count)
    variance = sum((mean - rate) ** 2 for mean in means) / (count - 1) / count
    if rate * (1 - rate) <= _SAME:
        return float(count)  # all alike: nothing tells how alike the repeats are
    worth = rate * (1 - rate) / max(variance, _SAME)
    q = (1 + level) / 2
    worth *= (NormalDist().inv_cdf(q) / t_quantile(q, count - 1)) ** 2
    return min(float(replies), max(float(count), worth))


def passes_apart(first: Marks, second: Marks, level: float = LEVEL) -> PairedDifference:
    """Pass marks of two contestants: McNemar's exact test, which with repeats is a sign test over prompts,
    and Agresti and Min's interval."""
    differences = list(_differences(first, second).values())
    return _difference(differences, agresti_min(differences, level), "sign")


def scores_apart(first: Scores, second: Scores, level: float = LEVEL) -> PairedDifference:
    """Scores of two contestants: Wilcoxon's signed-rank test and a bootstrap interval over prompts."""
    differences = list(_differences(first, second).values())
    return _difference(differences, bootstrap_interval(differences, level), "wilcoxon")


def regressions(earlier: Marks, later: Marks, level: float = LEVEL) -> Regressions:
    """What a later run of a suite lost and gained against an earlier one."""
    found: dict[str, list[str]] = {
        name: [] for name in ("broken", "mended", "shaken", "firmer", "same")
    }
    for prompt, difference in _differences(later, earlier, order=earlier).items():
        found[_became(difference)].append(prompt)
    return Regressions(
        **{name: tuple(prompts) for name, prompts in found.items()},
        gone=tuple(prompt for prompt in earlier if not later.get(prompt)),
        new=tuple(prompt for prompt in later if not earlier.get(prompt)),
        change=passes_apart(later, earlier, level),
    )


def _became(difference: float) -> str:
    if abs(difference) <= _SAME:
        return "same"
    if abs(difference) >= 1 - _SAME:
        return "broken" if difference < 0 else "mended"
    return "shaken" if difference < 0 else "firmer"


def fairness(
    values: Scores, pairs: Mapping[str, tuple[str, str]], *, as_passes: bool = True
) -> list[FairnessDifference]:
    """Differences inside pairs of prompts that differ in one attribute.

    ``values`` are pass marks (or scores: not ``as_passes``) by prompt id, ``pairs`` the pair and the
    variant of a prompt. One entry for every two variants that have a pair in common, in the order of
    their names. Many such entries are many tests: some differ by chance alone.
    """
    variants: dict[str, dict[str, Sequence[float]]] = {}
    for prompt, (pair, variant) in pairs.items():
        if pair and values.get(prompt):
            variants.setdefault(variant, {})[pair] = values[prompt]
    found = []
    for first, second in combinations(sorted(variants), 2):
        differences = _differences(variants[first], variants[second])
        if not differences:
            continue
        numbers = list(differences.values())
        interval = agresti_min(numbers) if as_passes else bootstrap_interval(numbers)
        change = _difference(numbers, interval, "sign" if as_passes else "wilcoxon")
        apart = sorted(differences.items(), key=lambda item: -abs(item[1]))
        apart = [(pair, difference) for pair, difference in apart if abs(difference) > _SAME]
        found.append(FairnessDifference(first, second, change, tuple(apart)))
    return found


def _differences(first: Scores, second: Scores, order: Scores | None = None) -> dict[str, float]:
    """The mean of the first less that of the second, for the prompts that both have values for."""
    return {
        prompt: fmean(first[prompt]) - fmean(second[prompt])
        for prompt in (order or first)
        if first.get(prompt) and second.get(prompt)
    }


def _difference(
    differences: Sequence[float], interval: tuple[float, float], test: str
) -> PairedDifference:
    better = sum(difference > _SAME for difference in differences)
    worse = sum(difference < -_SAME for difference in differences)
    return PairedDifference(
        prompts=len(differences),
        difference=fmean(differences) if differences else math.nan,
        low=interval[0],
        high=interval[1],
        better=better,
        worse=worse,
        same=len(differences) - better - worse,
        p_value=sign_test(better, worse) if test == "sign" else wilcoxon(differences),
        test=test,
    )
