"""Sums to figures."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from benchtop.evaluation.divergence import divergence
from benchtop.evaluation.next_token import places
from benchtop.evaluation.perplexity import perplexity

DRAW = np.random.default_rng(5)
LOSSES = DRAW.gamma(2.0, 1.5, 900)


def test_perplexity_and_its_error_are_llama_perplexity_s() -> None:
    """e to the mean, and sqrt((mean of squares - mean²) / (count - 1)) times that (llama.cpp,
    tools/perplexity/perplexity.cpp)."""
    found = perplexity(float(LOSSES.sum()), float((LOSSES**2).sum()), len(LOSSES), 64)
    assert found.perplexity == pytest.approx(math.exp(LOSSES.mean()))
    assert found.nll_error == pytest.approx(LOSSES.std() / math.sqrt(len(LOSSES) - 1))
    assert found.nll_error == pytest.approx(stats.sem(LOSSES))
    assert found.standard_error == pytest.approx(found.nll_error * found.perplexity)
    low, high = stats.norm.interval(0.9, LOSSES.mean(), stats.sem(LOSSES))
    assert (found.low, found.high) == pytest.approx((math.exp(low), math.exp(high)))
    assert (found.tokens, found.context) == (900, 64)


def test_its_interval_covers_the_truth_nine_times_in_ten() -> None:
    truth = math.exp(3.0)
    hits = 0
    for _ in range(1_000):
        drawn = DRAW.gamma(2.0, 1.5, 400)
        found = perplexity(float(drawn.sum()), float((drawn**2).sum()), 400, 64)
        hits += found.low < truth < found.high
    assert 860 < hits < 940


def test_few_tokens_and_none() -> None:
    assert perplexity(2.0, 4.0, 1, 16).standard_error == math.inf
    assert perplexity(6.0, 12.0, 3, 16).standard_error == 0  # all alike
    assert perplexity(1e9, 1e18, 1, 16).perplexity == math.inf
    with pytest.raises(ValueError, match="no token"):
        perplexity(0.0, 0.0, 0, 16)


def test_divergence_figures() -> None:
    kl = DRAW.exponential(0.02, 2_000)
    same = DRAW.random(2_000) < 0.9
    found = divergence(kl.tolist(), same.tolist(), ([-1.0] * 2_000, [-2.0] * 2_000), 128)
    assert found.mean.value == pytest.approx(kl.mean())
    assert found.mean.standard_error == pytest.approx(stats.sem(kl))
    assert found.median.value == pytest.approx(np.median(kl))
    assert found.percentile_99.value == pytest.approx(np.quantile(kl, 0.99))
    assert found.most == kl.max()
    share = same.mean()
    assert found.top1_agreement.value == pytest.approx(share)
    error = math.sqrt(share * (1 - share) / 1_999)
    assert found.top1_agreement.standard_error == pytest.approx(error)
    assert found.first.perplexity == pytest.approx(math.e)
    assert found.second.perplexity == pytest.approx(math.e**2)


def test_the_errors_of_quantiles_are_those_of_repetitions() -> None:
    drawn = DRAW.exponential(0.02, (400, 1_000))
    figures = [divergence(row.tolist(), [True] * 1_000, ([0.0] * 1_000,) * 2, 64) for row in drawn]
    for name in ("median", "percentile_99"):
        values = [getattr(figure, name).value for figure in figures]
        told = [getattr(figure, name).standard_error for figure in figures]
        assert np.mean(told) == pytest.approx(np.std(values), rel=0.2)


def test_lists_that_do_not_fit_are_refused() -> None:
    for kl, same, logprobs in (
        ([], [], ([], [])),
        ([0.1], [], ([0.0], [0.0])),
        ([0.1], [True], ([0.0], [])),
    ):
        with pytest.raises(ValueError, match="lengths"):
            divergence(kl, same, logprobs, 16)


def test_places_of_a_lens() -> None:
    found = places(
        [1, 7],
        [-0.5],
        2,
        top_ids=[7, 3, 1, 2],
        top_logprobs=[-0.5, -2.0, -0.1, -3.0],
        texts={1: "<s>", 7: "a", 3: "b", 2: "c"},
        divergences=[0.25, 0.5],
        same_top=[True, False],
    )
    assert [(place.id, place.text) for place in found] == [(1, "<s>"), (7, "a"), (-1, "")]
    assert found[0].came is None
    assert found[0].options == ()
    assert found[1].came is not None
    assert found[1].came.probability == pytest.approx(math.exp(-0.5))
    assert [option.text for option in found[1].options] == ["a", "b"]
    assert [option.text for option in found[2].options] == ["<s>", "c"]
    assert [(place.divergence, place.same_top) for place in found[1:]] == [
        (0.25, True),
        (0.5, False),
    ]
    assert places([], [], 0, top_ids=[], top_logprobs=[], texts={}) == []
