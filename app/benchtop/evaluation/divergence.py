"""How far a model's predictions are from another's with the same vocabulary: damage by quantisation.

The figures of llama-perplexity --kl-divergence (llama.cpp, tools/perplexity/perplexity.cpp, kl_divergence()):
the Kullback-Leibler divergence KL(first | second) at each scored place of a text, and how often both hold
the same token for the likeliest. llama.cpp keeps the first one's log-probabilities in 16 bits and leaves
those below e^-16 out; here they are in 32 bits and complete, so that a file differs by 0 from itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchtop.evaluation.perplexity import Perplexity, perplexity


@dataclass(frozen=True, slots=True)
class Figure:
    """An estimate and its standard error."""

    value: float
    standard_error: float


@dataclass(frozen=True, slots=True)
class Divergence:
    """Two models on one text. The divergences are in nats, ``top1_agreement`` is a share of 1.

    ``first`` and ``second`` are the perplexities of both on the same ``tokens`` tokens.
    """

    mean: Figure
    median: Figure
    percentile_99: Figure
    most: float
    top1_agreement: Figure
    first: Perplexity
    second: Perplexity
    tokens: int
    context: int


def divergence(
    values: Sequence[float],
    same_top: Sequence[bool],
    logprobs: tuple[Sequence[float], Sequence[float]],
    context: int,
) -> Divergence:
    """The figures of places: KL divergences in nats, whether the likeliest tokens were the same, and the
    log-probabilities of the token that came, by the first model and by the second.

    All of one length, or ValueError. Standard errors take the places for independent.
    """
    kl = np.asarray(values, np.float64)
    count = len(kl)
    if not count or any(len(part) != count for part in (same_top, *logprobs)):
        raise ValueError("lists of different lengths, or of no place")
    ordered = np.sort(kl)
    agreement = float(np.mean(same_top))
    first, second = (_perplexity(part, context) for part in logprobs)
    return Divergence(
        mean=Figure(float(kl.mean()), _error_of_mean(float(kl.var()), count)),
        median=_quantile(ordered, 0.5),
        percentile_99=_quantile(ordered, 0.99),
        most=float(ordered[-1]),
        top1_agreement=Figure(agreement, _error_of_mean(agreement * (1 - agreement), count)),
        first=first,
        second=second,
        tokens=count,
        context=context,
    )


def _error_of_mean(variance: float, count: int) -> float:
    """From the variance over ``count`` (not count - 1), as llama.cpp has it."""
    return math.sqrt(variance / (count - 1)) if count > 1 else math.inf


def _quantile(ordered: NDArray[np.float64], share: float) -> Figure:
    """A quantile between the two values around it, with an error that takes no shape for granted.

    How many values lie below the true quantile is binomial, so one standard deviation of that on either
    side are two values whose distance is about two standard errors (Woodruff, "Confidence Intervals for
    Medians and Other Position Measures", JASA 47, 1952).
    """
    count = len(ordered)
    away = math.sqrt(share * (1 - share) / count)
    low, high = (min(1.0, max(0.0, share + sign * away)) for sign in (-1, 1))
    below, middle, above = np.quantile(ordered, [low, share, high])
    return Figure(float(middle), float(above - below) / 2)


def _perplexity(logprobs: Sequence[float], context: int) -> Perplexity:
    losses = -np.asarray(logprobs, np.float64)
    return perplexity(float(losses.sum()), float(np.square(losses).sum()), len(losses), context)
