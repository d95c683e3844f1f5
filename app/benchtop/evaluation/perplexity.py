"""Sums of negative log-likelihoods to perplexity, with its error."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

INTERVAL = 0.90
_WIDTH = NormalDist().inv_cdf((1 + INTERVAL) / 2)
_LARGEST = 700.0  # e to the power of more is beyond a float


@dataclass(frozen=True, slots=True)
class Perplexity:
    """Perplexity with its standard error and the interval that holds it with 90 %.

    ``nll`` is the mean negative log-likelihood of a token in nats and ``nll_error`` its standard error;
    ``tokens`` how many were scored, in windows of ``context`` tokens.
    """

    perplexity: float
    standard_error: float
    low: float
    high: float
    nll: float
    nll_error: float
    tokens: int
    context: int


def perplexity(nll: float, squares: float, tokens: int, context: int) -> Perplexity:
    """The figures of sums over ``tokens`` tokens: of negative log-likelihoods (nats) and their squares.

    Perplexity is e to the mean; its standard error is that of the mean, taking the tokens for
    independent, times the perplexity. Source: llama.cpp, tools/perplexity/perplexity.cpp, "Final estimate":
    sqrt((mean of squares - mean²) / (count - 1)) * ppl. The interval is taken around the mean and then
    raised to the power of e, so that it is not symmetric. Raises ValueError for no tokens.
    """
    if tokens < 1:
        raise ValueError("no token was scored")
    mean = nll / tokens
    spread = max(0.0, squares / tokens - mean * mean)
    error = math.sqrt(spread / (tokens - 1)) if tokens > 1 else math.inf
    value = _power(mean)
    return Perplexity(
        perplexity=value,
        standard_error=error * value,
        low=_power(mean - _WIDTH * error),
        high=_power(mean + _WIDTH * error),
        nll=mean,
        nll_error=error,
        tokens=tokens,
        context=context,
    )


def _power(mean: float) -> float:
    return math.exp(mean) if mean < _LARGEST else math.inf
