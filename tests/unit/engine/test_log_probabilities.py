"""Log-probabilities in slices, against scipy and a plain sort."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import log_softmax, logsumexp, rel_entr

from benchtop.engine.log_probabilities import (
    LEAST_LOGPROB,
    NotNumbers,
    divergences,
    likeliest,
    log_rows,
    log_sums,
)

DRAW = np.random.default_rng(11)
SIZES = (1, 7, 64, 65, 1_000, 49_153, 300_000)


@pytest.mark.parametrize("size", SIZES)
def test_they_are_a_log_softmax(size: int) -> None:
    logits = (DRAW.standard_normal((9, size)) * 8).astype(np.float32)
    exact = logits.astype(np.float64)
    assert log_sums(logits) == pytest.approx(logsumexp(exact, axis=1), abs=2e-6)
    found = log_rows(logits, log_sums(logits))
    assert np.abs(found - log_softmax(exact, axis=1)).max() < 1e-5


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("count", [0, 1, 5, 100])
def test_the_likeliest_are_those_of_a_sort(size: int, count: int) -> None:
    count = min(count, size)
    logits = DRAW.standard_normal((6, size)).astype(np.float32)
    logits[0] = 0  # all alike
    logits[1, -1] = 9  # behind the last whole block
    found = likeliest(logits, count)
    assert found.shape == (6, count)
    values = np.take_along_axis(logits, found, axis=1)
    assert values.tolist() == np.sort(logits, axis=1)[:, ::-1][:, :count].tolist()
    assert all(len(set(row)) == count for row in found.tolist())


def test_divergences_are_relative_entropies() -> None:
    p, q = (
        log_softmax(DRAW.standard_normal((5, 3_000)) * 4, axis=1).astype(np.float32)
        for _ in range(2)
    )
    expected = rel_entr(np.exp(p.astype(np.float64)), np.exp(q.astype(np.float64))).sum(axis=1)
    assert divergences(p, q) == pytest.approx(expected, rel=1e-5)
    assert divergences(p, p).tolist() == [0.0] * 5


def test_what_is_impossible_stays_finite() -> None:
    logits = np.array([[0.0, -np.inf, 1.0]], np.float32)
    rows = log_rows(logits, log_sums(logits))
    assert rows[0, 1] == LEAST_LOGPROB
    assert divergences(rows, rows).tolist() == [0.0]


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_no_numbers_are_noticed(wrong: float) -> None:
    logits = np.zeros((3, 200), np.float32)
    logits[2, 7] = wrong
    with pytest.raises(NotNumbers), np.errstate(invalid="ignore"):
        log_sums(logits)
    with pytest.raises(NotNumbers), np.errstate(invalid="ignore"):
        log_sums(np.full((1, 4), -np.inf, np.float32))
