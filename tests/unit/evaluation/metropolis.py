"""Another road to the same posterior: Metropolis' algorithm, written without a look at ranking.py.

Many chains side by side, from draws of the prior, with steps that are fitted while they warm up.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchtop.evaluation.votes import Vote

Floats = NDArray[np.float64]


def log_posterior(points: Floats, names: Sequence[str], votes: Sequence[Vote]) -> Floats:
    """Vote by vote, from the formula: points are [chains, names + 1], the last is the log of ties."""
    result = -0.5 * np.sum((points[:, :-1] / 1.5) ** 2, axis=1) - 0.5 * (points[:, -1] + 1) ** 2
    tie = np.exp(points[:, -1])
    for vote in votes:
        strong_a = np.exp(points[:, names.index(vote.a)])
        strong_b = np.exp(points[:, names.index(vote.b)])
        draw = tie * np.sqrt(strong_a * strong_b)
        part = {"a": strong_a, "b": strong_b}.get(vote.outcome, draw)
        result += np.log(part / (strong_a + strong_b + draw))
    return result


def sample(
    names: Sequence[str],
    votes: Sequence[Vote],
    *,
    chains: int = 400,
    steps: int = 1_500,
    seed: int = 7,
) -> Floats:
    """Draws of shape [n, names + 1]."""
    draw = np.random.default_rng(seed)
    size = len(names) + 1
    at = draw.standard_normal((chains, size)) * 1.5
    at[:, -1] = draw.standard_normal(chains) - 1
    height = log_posterior(at, names, votes)
    kept = []
    for step in range(2 * steps):
        if step < steps and step % 100 == 0:  # steps as wide as the cloud of chains is now
            width = np.linalg.cholesky(np.cov(at.T) + 1e-6 * np.eye(size)) * 2.38 / np.sqrt(size)
        new = at + draw.standard_normal((chains, size)) @ width.T
        new_height = log_posterior(new, names, votes)
        taken = np.log(draw.random(chains)) < new_height - height
        at[taken], height[taken] = new[taken], new_height[taken]
        if step >= steps and step % 10 == 0:
            kept.append(at.copy())
    return np.concatenate(kept)
