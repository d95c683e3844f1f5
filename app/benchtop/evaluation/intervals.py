"""Intervals of proportions, and the few distributions they need; numpy and no scipy."""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist

LEVEL = 0.95
_TINY = 1e-300


def wilson(passed: float, total: float, level: float = LEVEL) -> tuple[float, float]:
    """The score interval of a proportion (E. B. Wilson, "Probable Inference, the Law of Succession, and
    Statistical Inference", JASA 22, 1927), 0 to 1; (0, 1) where nothing was counted."""
    if total <= 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + level) / 2)
    rate = passed / total
    middle = (rate + z * z / (2 * total)) / (1 + z * z / total)
    spread = z / (1 + z * z / total)
    spread *= math.sqrt(max(0.0, rate * (1 - rate) / total + z * z / (4 * total * total)))
    low = 0.0 if rate <= 0 else max(0.0, middle - spread)
    return low, 1.0 if rate >= 1 else min(1.0, middle + spread)


def beta_interval(passed: float, total: float, level: float = LEVEL) -> tuple[float, float]:
    """The central interval of the posterior under Jeffreys' prior, Beta(passed + 1/2, failed + 1/2), with
    the end at 0 or 1 where none or all passed (Brown, Cai and DasGupta, Statistical Science 16, 2001)."""
    if total <= 0:
        return 0.0, 1.0
    edge = (1 - level) / 2
    a, b = passed + 0.5, total - passed + 0.5
    low = 0.0 if passed <= 0 else beta_quantile(edge, a, b)
    return low, 1.0 if passed >= total else beta_quantile(1 - edge, a, b)


def beta_below(x: float, a: float, b: float) -> float:
    """P(X <= x) for X ~ Beta(a, b): the regularised incomplete beta function, by its continued fraction
    (Abramowitz and Stegun 26.5.8, evaluated as Lentz does)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_below(1 - x, b, a)
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    log_front += a * math.log(x) + b * math.log1p(-x)
    return math.exp(log_front) / (a * _beta_fraction(x, a, b))


def _beta_fraction(x: float, a: float, b: float) -> float:
    """1 + d1/(1 + d2/(1 + ...)) with the coefficients of 26.5.8, by Lentz's method."""
    value = c = 1.0
    d = 0.0
    for step in range(1, 10_000):
        m = step // 2
        if step % 2:
            factor = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            factor = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / ((1 + factor * d) or _TINY)
        c = (1 + factor / c) or _TINY
        value *= c * d
        if abs(c * d - 1) < 1e-14:
            break
    return value


def beta_quantile(q: float, a: float, b: float) -> float:
    """The x with P(X <= x) = q for X ~ Beta(a, b)."""
    return _bisected(lambda x: beta_below(x, a, b), q, 0.0, 1.0)


def t_quantile(q: float, freedom: float) -> float:
    """The quantile of Student's t, for q of at least one half."""

    def below(t: float) -> float:
        return 1 - 0.5 * beta_below(freedom / (freedom + t * t), freedom / 2, 0.5)

    high = 1.0
    while below(high) < q:
        high *= 2
    return _bisected(below, q, 0.0, high)


def _bisected(rising: Callable[[float], float], wanted: float, low: float, high: float) -> float:
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if rising(middle) < wanted else (low, middle)
    return (low + high) / 2
