"""What training did to the perplexity on examples that were held out, and how sure that is.

The same examples are read before and after, so that the difference of each one counts: an example that is
hard is hard both times. The ratio of perplexities is exp(sum of differences / tokens); its interval is that
of a ratio of means over examples, which are what is independent (tokens of one answer are not): the residuals
d - r n give its variance (Cochran 1977, Sampling Techniques, 6.4), with Student's t.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from benchtop.evaluation.intervals import t_quantile

LEVEL = 0.90


@dataclass(frozen=True, slots=True)
class HoldoutChange:
    """Perplexities before and after, and the 90 % interval of after over before. With fewer than two
    examples the interval is everything: 0 to infinity."""

    before: float
    after: float
    low: float
    high: float
    tokens: int
    examples: int


def holdout_change(
    before: Sequence[float], after: Sequence[float], tokens: Sequence[int]
) -> HoldoutChange:
    """From each example's negative log-likelihood in nats before and after, and its tokens (at least one in
    all; ValueError else)."""
    total, count = sum(tokens), len(tokens)
    if not total:
        raise ValueError("no tokens were read")
    change = (math.fsum(after) - math.fsum(before)) / total
    low, high = -math.inf, math.inf
    if count >= 2:
        residuals = (
            (b - a - change * n) ** 2 for a, b, n in zip(before, after, tokens, strict=True)
        )
        spread = math.sqrt(count / (count - 1) * math.fsum(residuals)) / total
        reach = t_quantile(0.5 + LEVEL / 2, count - 1) * spread
        low, high = change - reach, change + reach
    return HoldoutChange(
        _exp(math.fsum(before) / total),
        _exp(math.fsum(after) / total),
        _exp(low),
        _exp(high),
        total,
        count,
    )


def _exp(value: float) -> float:
    """exp, without an error for what no float holds."""
    return math.exp(value) if value < 700 else math.inf
