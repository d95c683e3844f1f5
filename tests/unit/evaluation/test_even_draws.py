"""Even draws: their quantiles against the standard library, and how evenly they lie."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest

from benchtop.evaluation.even_draws import chi_square_quantile, normal_quantile, spread_evenly


def test_normal_quantiles_are_those_of_the_standard_library() -> None:
    shares = np.array([1e-12, 1e-6, 0.001, 0.02, 0.03, 0.2, 0.5, 0.7, 0.98, 0.999999])
    wanted = [NormalDist().inv_cdf(share) for share in shares]
    assert normal_quantile(shares) == pytest.approx(wanted, rel=2e-9, abs=1e-9)
    square = shares.reshape(5, 2)
    assert normal_quantile(square).shape == (5, 2)


@pytest.mark.parametrize("freedom", [2, 8])
def test_chi_square_quantiles_have_that_share_below(freedom: int) -> None:
    shares = np.array([0.001, 0.01, 0.1, 0.5, 0.9, 0.999])
    half = chi_square_quantile(shares, freedom) / 2
    terms = sum(half**i / math.factorial(i) for i in range(freedom // 2))
    assert 1 - np.exp(-half) * terms == pytest.approx(shares, abs=1e-4)


def test_points_lie_evenly_in_every_dimension_and_anew_for_each_seed() -> None:
    points = spread_evenly(1_000, 21, seed=1)
    assert points.shape == (1_000, 21)
    for column in points.T:
        counts = np.histogram(column, 10, (0, 1))[0]
        assert counts.min() >= 90  # chance would leave one of 210 below 75
        assert counts.max() <= 110
    assert not np.allclose(points, spread_evenly(1_000, 21, seed=2))
