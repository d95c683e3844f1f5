"""Statistics of suites against scipy, against counting by hand, and against a known truth."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from scipy import stats

from benchtop.evaluation.intervals import (
    beta_below,
    beta_interval,
    beta_quantile,
    t_quantile,
    wilson,
)
from benchtop.evaluation.paired_tests import (
    MOST_EXACT,
    agresti_min,
    bootstrap_interval,
    sign_test,
    wilcoxon,
)
from benchtop.evaluation.suite_statistics import (
    fairness,
    pass_rate,
    passes_apart,
    regressions,
    scores_apart,
)

COUNTS = [
    (0, 1),
    (1, 1),
    (0, 20),
    (3, 20),
    (10, 20),
    (19, 20),
    (20, 20),
    (500, 2_000),
    (1_999, 2_000),
]


@pytest.mark.parametrize(("passed", "total"), COUNTS)
def test_wilson_is_scipys(passed: int, total: int) -> None:
    theirs = stats.binomtest(passed, total).proportion_ci(0.95, method="wilson")
    assert wilson(passed, total) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


@pytest.mark.parametrize(("passed", "total"), COUNTS)
def test_jeffreys_is_scipys(passed: int, total: int) -> None:
    low, high = beta_interval(passed, total, 0.9)
    theirs = stats.beta(passed + 0.5, total - passed + 0.5)
    assert low == pytest.approx(theirs.ppf(0.05) if passed else 0, abs=1e-9)
    assert high == pytest.approx(theirs.ppf(0.95) if passed < total else 1, abs=1e-9)


def test_nothing_counted_says_nothing() -> None:
    assert wilson(0, 0) == beta_interval(0, 0) == (0.0, 1.0)
    empty = pass_rate({})
    assert (empty.prompts, empty.low, empty.high) == (0, 0.0, 1.0)
    assert math.isnan(empty.rate)
    assert passes_apart({}, {}).p_value == scores_apart({}, {}).p_value == 1.0


@pytest.mark.parametrize(("a", "b"), [(0.5, 0.5), (1, 3), (7.5, 2.5), (300.5, 80), (5_000, 5_000)])
def test_the_beta_distribution_is_scipys(a: float, b: float) -> None:
    for x in (0, 1e-6, 0.1, 0.5, 0.79, 0.999, 1):
        assert beta_below(x, a, b) == pytest.approx(stats.beta.cdf(x, a, b), rel=1e-9, abs=1e-14)
    for q in (0.025, 0.5, 0.975):
        assert beta_quantile(q, a, b) == pytest.approx(stats.beta.ppf(q, a, b), rel=1e-8)


@pytest.mark.parametrize("freedom", [1, 2, 5, 19, 400])
def test_the_t_distribution_is_scipys(freedom: int) -> None:
    for q in (0.6, 0.95, 0.975, 0.995):
        assert t_quantile(q, freedom) == pytest.approx(stats.t.ppf(q, freedom), rel=1e-8)


@pytest.mark.parametrize(
    ("more", "less"), [(0, 0), (1, 0), (5, 0), (0, 6), (8, 3), (40, 60), (700, 800)]
)
def test_the_sign_test_is_scipys(more: int, less: int) -> None:
    theirs = stats.binomtest(more, more + less).pvalue if more + less else 1.0
    assert sign_test(more, less) == pytest.approx(theirs, rel=1e-9)


def test_wilcoxons_test_is_scipys_without_ties() -> None:
    draw = np.random.default_rng(1)
    for count in (1, 2, 5, 12, 40, MOST_EXACT):
        values = draw.normal(0.3, 1, count)
        theirs = stats.wilcoxon(values, method="exact").pvalue
        assert wilcoxon(values.tolist()) == pytest.approx(theirs, rel=1e-9)
    many = draw.normal(0.05, 1, 3 * MOST_EXACT)
    theirs = stats.wilcoxon(many, method="approx", correction=False).pvalue
    assert wilcoxon(many.tolist()) == pytest.approx(theirs, rel=1e-6)
    tied = np.round(many, 1)
    theirs = stats.wilcoxon(tied, method="approx", correction=False).pvalue
    assert wilcoxon(tied.tolist()) == pytest.approx(theirs, rel=1e-6)


def test_wilcoxons_test_with_ties_is_that_of_all_signs() -> None:
    values = [0.5, 0.5, -0.5, 1.0, 1.0, 0.0, -0.25, 0.75, 0.1 + 0.2, 0.3]
    kept = np.array([value for value in values if value])
    ranks = stats.rankdata(np.round(np.abs(kept), 9))
    seen = min(ranks[kept > 0].sum(), ranks[kept < 0].sum())
    sums = [
        sum(r for r, up in zip(ranks, ups, strict=True) if up) for ups in product((0, 1), repeat=9)
    ]
    assert wilcoxon(values) == pytest.approx(min(1, 2 * np.mean(np.array(sums) <= seen)), rel=1e-12)
    assert wilcoxon([0.0, 0.0]) == wilcoxon([]) == 1.0


def test_the_bootstrap_is_about_scipys_and_the_same_each_time() -> None:
    values = np.random.default_rng(2).exponential(1, 60) - 0.5
    theirs = stats.bootstrap((values,), np.mean, method="percentile", rng=3).confidence_interval
    ours = bootstrap_interval(values.tolist())
    assert ours == pytest.approx((theirs.low, theirs.high), abs=0.02)
    assert ours == bootstrap_interval(values.tolist())
    assert bootstrap_interval([1.0]) == (-math.inf, math.inf)


def test_agresti_and_mins_interval_by_hand() -> None:
    # Agresti and Min 2005, 2.2: (c - b)/(n + 2), variance ((b + c + 1) - (c - b)^2 / (n + 2)) / (n + 2)^2.
    b, c, n = 3, 9, 30
    middle = (c - b) / (n + 2)
    spread = 1.959964 * math.sqrt((b + c + 1) - (c - b) ** 2 / (n + 2)) / (n + 2)
    differences = [1.0] * c + [-1.0] * b + [0.0] * (n - b - c)
    assert agresti_min(differences) == pytest.approx((middle - spread, middle + spread), abs=1e-6)
    low, high = agresti_min([0.0] * 5)
    assert low == -high
    assert high > 0.2


def test_one_reply_a_prompt_is_plain_wilson() -> None:
    found = pass_rate({f"{n}": [n < 13] for n in range(20)})
    assert (found.passed, found.replies, found.prompts, found.rate) == (13, 20, 20, 0.65)
    assert (found.low, found.high) == wilson(13, 20)
    assert found.beta == beta_interval(13, 20)


def test_repeats_that_always_agree_are_worth_one() -> None:
    once = pass_rate({f"{n}": [n < 13] for n in range(20)})
    often = pass_rate({f"{n}": [n < 13] * 50 for n in range(20)})
    assert often.replies == 1_000
    assert (often.low, often.high, often.effective) == (once.low, once.high, 20)
    sure = pass_rate({f"{n}": [True] * 50 for n in range(20)})
    assert (sure.low, sure.high) == wilson(20, 20)


def test_repeats_of_uneven_number_count_by_prompt() -> None:
    found = pass_rate({"a": [True] * 9, "b": [False], "none": []})
    assert (found.rate, found.prompts, found.replies) == (0.5, 2, 10)


def test_the_interval_covers_the_truth_with_clustered_repeats() -> None:
    """Prompts of which some are hard and some easy, 5 replies each; the mean rate is 0.6."""
    draw = np.random.default_rng(4)
    covered = naive = 0
    for _ in range(400):
        rates = draw.beta(0.9, 0.6, 25)
        marks = draw.random((25, 5)) < rates[:, None]
        found = pass_rate({f"{n}": row.tolist() for n, row in enumerate(marks)})
        covered += found.low <= 0.6 <= found.high
        low, high = wilson(int(marks.sum()), marks.size)
        naive += low <= 0.6 <= high
    assert 0.92 <= covered / 400 <= 0.99
    assert naive / 400 < 0.80  # what taking every reply for a prompt of its own would give


def marks(text: str) -> dict[str, list[bool]]:
    """ "a:1 b:01" as passes and failures by prompt."""
    return {p[0]: [c == "1" for c in p[2:]] for p in text.split()}


def test_passes_apart_is_mcnemars_test() -> None:
    first = marks("a:1 b:1 c:1 d:1 e:1 f:1 g:0 h:0 i:1")
    second = marks("a:0 b:0 c:0 d:0 e:0 f:0 g:1 h:0 i:1")
    found = passes_apart(first, second | {"other": [True]})
    assert (found.prompts, found.better, found.worse, found.same) == (9, 6, 1, 2)
    assert found.difference == pytest.approx(5 / 9)
    assert found.p_value == pytest.approx(stats.binomtest(1, 7).pvalue)
    assert found.low < found.difference < found.high


def test_repeats_do_not_make_a_difference_surer() -> None:
    first, second = marks("a:1 b:1 c:1"), marks("a:0 b:0 c:0")
    often = passes_apart(
        {k: v * 100 for k, v in first.items()}, {k: v * 100 for k, v in second.items()}
    )
    assert often == passes_apart(first, second)
    assert often.p_value == 0.25


def test_scores_apart_is_wilcoxons_test_by_prompt() -> None:
    draw = np.random.default_rng(5)
    values = draw.random((30, 2))
    first = {f"{n}": [a, a] for n, (a, _) in enumerate(values)}
    second = {f"{n}": [b] for n, (_, b) in enumerate(values)}
    found = scores_apart(first, second)
    theirs = stats.wilcoxon(values[:, 0] - values[:, 1], method="exact").pvalue
    assert found.p_value == pytest.approx(theirs)
    assert found.low < found.difference < found.high


def test_regressions_say_what_became_of_each_prompt() -> None:
    earlier = marks("a:11 b:00 c:11 d:01 e:10 f:11 x:1")
    later = marks("a:00 b:11 c:10 d:11 e:01 f:11 n:1")
    found = regressions(earlier, later)
    assert (found.broken, found.mended, found.shaken) == (("a",), ("b",), ("c",))
    assert (found.firmer, found.same) == (("d",), ("e", "f"))
    assert (found.gone, found.new) == (("x",), ("n",))
    assert (found.change.better, found.change.worse) == (2, 2)
    assert found.change.difference == 0


def test_the_false_alarms_of_the_tests_are_few() -> None:
    """Two contestants of the same strength: p below 0.05 in at most about 5 % of contests."""
    draw = np.random.default_rng(6)
    alarms = np.zeros(2)
    for _ in range(300):
        rates = draw.random((20, 1))
        one, other = ((draw.random((20, 3)) < rates) for _ in range(2))
        sides = [{f"{n}": row.tolist() for n, row in enumerate(side)} for side in (one, other)]
        alarms += [passes_apart(*sides).p_value < 0.05, scores_apart(*sides).p_value < 0.05]
    assert (alarms / 300 <= 0.08).all()


def test_fairness_counts_inside_pairs_alone() -> None:
    pairs = {}
    values = {}
    for n in range(8):
        for variant in ("woman", "man"):
            pairs[f"{n}{variant}"] = (f"pair {n}", variant)
            values[f"{n}{variant}"] = [variant == "man" or n == 0]
    pairs["alone"] = ("pair 99", "woman")
    values["alone"] = [True]
    (found,) = fairness(values, pairs)
    assert (found.first, found.second) == ("man", "woman")
    assert (found.change.better, found.change.worse, found.change.same) == (7, 0, 1)
    assert found.change.p_value == pytest.approx(2 / 2**7)
    assert [pair for pair, _ in found.apart] == [f"pair {n}" for n in range(1, 8)]
    lengths = {prompt: [10.0 + 5 * passed[0]] for prompt, passed in values.items()}
    (words,) = fairness(lengths, pairs, as_passes=False)
    assert (words.change.test, words.change.difference) == ("wilcoxon", pytest.approx(5 * 7 / 8))


def test_fairness_of_three_variants_is_three_comparisons() -> None:
    pairs = {f"{n}{v}": (f"{n}", v) for n in range(3) for v in "abc"}
    found = fairness({prompt: [True] for prompt in pairs}, pairs)
    assert [(one.first, one.second) for one in found] == [("a", "b"), ("a", "c"), ("b", "c")]
    assert all(one.apart == () and one.change.p_value == 1 for one in found)
    assert fairness({"x": [True]}, {"x": ("k", "a")}) == []
