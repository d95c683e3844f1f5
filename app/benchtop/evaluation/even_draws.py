"""Draws that lie more evenly than chance would have them, and the quantiles that shape them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_EDGE = 1e-12
_TABLE = 4_096
_CENTRE = 0.02425
_NUMERATOR = (
    -3.969683028665376e01, 2.209460984245205e02, -2.759285104469687e02, 1.383577518672690e02,
    -3.066479806614716e01, 2.506628277459239e00,
)  # fmt: skip
_DENOMINATOR = (
    -5.447609879822406e01, 1.615858368580409e02, -1.556989798598866e02, 6.680131188771972e01,
    -1.328068155288572e01, 1.0,
)  # fmt: skip
_TAIL_NUMERATOR = (
    -7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e00, -2.549732539343734e00,
    4.374664141464968e00, 2.938163982698783e00,
)  # fmt: skip
_TAIL_DENOMINATOR = (
    7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e00, 3.754408661907416e00, 1.0,
)  # fmt: skip


def spread_evenly(count: int, dimensions: int, seed: int) -> Floats:
    """Points of the unit cube, [count, dimensions], shifted at random as a whole by ``seed``.

    Source: Richtmyer's lattice, multiples of the square roots of primes modulo 1 (Niederreiter, "Random
    Number Generation and Quasi-Monte Carlo Methods", 1992, chapter 3).
    """
    shift = np.random.default_rng(seed).random(dimensions)
    steps = np.sqrt(np.array(_primes(dimensions), np.float64)) % 1.0
    points = (np.arange(1, count + 1)[:, None] * steps + shift) % 1.0
    return np.clip(points, _EDGE, 1 - _EDGE)


def normal_quantile(share: Floats) -> Floats:
    """Where a standard normal has ``share`` below, to a relative error of 1.2e-9; the same shape.

    Source: P. J. Acklam, "An algorithm for computing the inverse normal cumulative distribution
    function", 2003.
    """
    away = share - 0.5
    square = away * away
    found = away * _polynomial(square, _NUMERATOR) / _polynomial(square, _DENOMINATOR)
    tail = np.minimum(share, 1 - share)
    far = tail < _CENTRE
    root = np.sqrt(-2 * np.log(tail[far]))
    ends = _polynomial(root, _TAIL_NUMERATOR) / _polynomial(root, _TAIL_DENOMINATOR)
    found[far] = np.where(away[far] < 0, ends, -ends)
    return found


def chi_square_quantile(share: Floats, freedom: int) -> Floats:
    """Where a chi-square of an even number of degrees of freedom has ``share`` below, from a table.

    For k degrees, P(X > x) = e^(-x/2) times the sum of (x/2)^i / i! for i < k/2.
    """
    half = np.concatenate([np.geomspace(1e-4, 0.05, 64), np.linspace(0.06, 60, _TABLE)])
    terms = sum(half**i / math.factorial(i) for i in range(freedom // 2))
    below = np.concatenate([[0.0], 1 - np.exp(-half) * terms])
    found: Floats = np.interp(share, below, np.concatenate([[0.0], 2 * half]))
    return found


def _polynomial(x: Floats, coefficients: tuple[float, ...]) -> Floats:
    value = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        value = value * x + coefficient
    return value


def _primes(count: int) -> list[int]:
    found: list[int] = []
    number = 2
    while len(found) < count:
        if all(number % prime for prime in found):
            found.append(number)
        number += 1
    return found
