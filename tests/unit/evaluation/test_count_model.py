"""A model of counts against its formula, simulation and scipy."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, special, stats

from benchtop.evaluation.count_model import (
    CountModel,
    WordIds,
    count_options,
    count_places,
    log_evidence,
    log_gamma,
    split_words,
)

TEXTS = [[0, 1, 2, 1, 2, 3], [1, 2, 0, 1, 2, 1], [3, 3, 1, 2]]
texts = st.lists(st.lists(st.integers(0, 4), max_size=12), max_size=4)


def test_the_mean_is_the_formula_s() -> None:
    model = CountModel(TEXTS, 5, order=1, concentrations=[2.0, 3.0])
    followed = {1: 1, 2: 5}  # by hand: what came after 1
    total = sum(followed.values()) - 1
    assert total == 5
    unigram = (5 + 2.0 / 5) / (16 + 2.0)  # 2 was seen 5 times in 16
    assert model.mean([], 2) == pytest.approx(unigram)
    assert model.mean([1], 2) == pytest.approx((5 + 3.0 * unigram) / (5 + 3.0))
    assert model.mean([4], 2) == pytest.approx(unigram)  # never seen: the prior's mean
    assert model.mean([0, 3, 4, 1], 2) == model.mean([1], 2)


@given(texts, st.lists(st.integers(0, 4), max_size=4), st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_predictions_are_a_distribution_and_agree(
    given_texts: list[list[int]], history: list[int], order: int
) -> None:
    model = CountModel(given_texts, 5, order=order, concentrations=[1.5] * (order + 1))
    expected = model.predict(history)
    assert expected.sum() == pytest.approx(1)
    assert (expected > 0).all()
    assert [model.mean(history, token) for token in range(5)] == pytest.approx(expected.tolist())
    used, seen = model.seen(history)
    counts = [model.count(history, token) for token in range(5)]
    assert sum(counts) == seen
    assert used <= min(order, len(history))
    assert (seen == 0) == (model.tokens == 0)


def test_the_interval_is_the_dirichlet_s() -> None:
    model = CountModel(TEXTS, 5, order=1, concentrations=[2.0, 3.0])
    after = [model.count([1], token) for token in range(5)]
    prior = 3.0 * model.predict([])
    draws = np.random.default_rng(1).dirichlet(after + prior, 200_000)
    for token in range(5):
        known = model.posterior([1], token)
        assert known.count == after[token]
        assert known.mean == pytest.approx(draws[:, token].mean(), abs=3e-3)
        edges = np.quantile(draws[:, token], [0.05, 0.95])
        assert (known.low, known.high) == pytest.approx(tuple(edges), abs=5e-3)
        exact = stats.beta((after + prior)[token], (after + prior).sum() - (after + prior)[token])
        assert (known.low, known.high) == pytest.approx(exact.ppf([0.05, 0.95]), abs=1e-6)


def test_what_was_never_seen_is_less_sure() -> None:
    model = CountModel(TEXTS * 20, 5, order=1)
    seen, unseen = model.posterior([1], 2), model.posterior([4], 2)
    assert seen.high - seen.low < unseen.high - unseen.low


def test_the_concentrations_have_the_largest_evidence() -> None:
    """Against scipy's optimiser over its own lnΓ, order by order."""
    draw = np.random.default_rng(3)
    rows = draw.dirichlet(np.full(6, 0.5), 6)
    text = [0]
    for _ in range(3_000):
        text.append(int(draw.choice(6, p=rows[text[-1]])))
    model = CountModel([text], 6, order=1)
    pairs = np.zeros((6, 6))
    for before, after in pairwise(text):
        pairs[before, after] += 1
    means = model.predict([])

    def loss(log_concentration: float) -> float:
        prior = np.exp(log_concentration) * means
        parts = special.gammaln(pairs + prior) - special.gammaln(prior)
        totals = pairs.sum(axis=1)
        whole = special.gammaln(prior.sum()) - special.gammaln(totals + prior.sum())
        return -float(parts.sum() + whole.sum())

    best = optimize.minimize_scalar(loss, bounds=(-7, 14), method="bounded").x
    assert math.log(model.concentrations[1]) == pytest.approx(best, abs=1e-3)
    counts = pairs[pairs > 0]
    prior_means = np.broadcast_to(means, pairs.shape)[pairs > 0]
    found = log_evidence(2.0, counts, prior_means, pairs.sum(axis=1))
    assert found == pytest.approx(-loss(math.log(2.0)), rel=1e-9)


def test_log_gamma_is_scipy_s() -> None:
    x = np.concatenate([np.logspace(-12, 8, 400), [1.0, 2.0, 0.5]])
    assert log_gamma(x) == pytest.approx(special.gammaln(x), rel=1e-11, abs=1e-11)


def test_a_text_is_seen_as_the_lens_sees_it() -> None:
    model = CountModel(TEXTS, 5, order=2)
    found = count_places(model, [1, 2, 4], {1: "one", 2: "two"}, 3)
    assert [place.id for place in found] == [1, 2, 4, -1]
    assert [place.text for place in found] == ["one", "two", "", ""]
    second = found[1]
    assert second.came is not None
    assert second.came.probability == pytest.approx(model.mean([1], 2))
    assert (second.order, second.seen, second.came.count) == (1, 5, 5)
    assert second.options[0].id == 2
    assert all(a.logprob >= b.logprob for a, b in pairwise(second.options))
    last = found[-1]
    assert last.came is None
    assert (last.order, last.seen) == (0, 16)  # nothing ever came after 4
    options = count_options(model, [1], {2: "two"}, 2)
    assert [option.id for option in options] == [option.id for option in second.options[:2]]
    for option in options:
        assert option.low is not None
        assert option.high is not None
        assert option.low < option.probability < option.high


def test_no_text_knows_nothing() -> None:
    model = CountModel([], 4)
    assert model.predict([1, 2]).tolist() == [0.25] * 4
    assert model.seen([1]) == (0, 0)
    assert CountModel([[0]], 1).posterior([], 0).mean == 1


def test_what_makes_no_sense_is_refused() -> None:
    for wrong, size, order in (([[5]], 5, 1), ([[-1]], 5, 1), ([], 0, 1), ([], 5, -1)):
        with pytest.raises(ValueError, match="vocabulary"):
            CountModel(wrong, size, order)


@given(st.text())
def test_words_make_up_their_text(text: str) -> None:
    assert "".join(split_words(text)) == text
    ids = WordIds([text])
    assert "".join(ids.texts[number] for number in ids.ids(text)) == text
    assert len(ids) == len(set(split_words(text))) + 1


def test_unknown_words_share_an_id() -> None:
    ids = WordIds(["a cat"])
    assert ids.ids("a dog cat") == [1, 0, 2]
