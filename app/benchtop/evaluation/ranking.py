"""Strengths from votes, with all the uncertainty that few votes leave.

Bradley and Terry's model with Davidson's ties (R. R. Davidson, "On Extending the Bradley-Terry Model to
Accommodate Ties in Paired Comparison Experiments", JASA 65, 1970): with log-strengths x and
d = x_a - x_b,

    P(a wins) = e^(d/2) / Z,   P(b wins) = e^(-d/2) / Z,   P(tie) = n / Z,   Z = e^(d/2) + e^(-d/2) + n

Priors: x ~ Normal(0, 1.5²) each, log n ~ Normal(-1, 1). The posterior is log-concave, so Newton's
method finds its top. It is then sampled by importance: draws from a t distribution around the top
(Laplace's approximation with heavier tails), in antithetic pairs and with a fixed seed, weighted by
the posterior. The effective number of draws says how good that is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchtop.evaluation.votes import Tally

Floats = NDArray[np.float64]
STRENGTH_SD = 1.5
LOG_TIE_MEAN, LOG_TIE_SD = -1.0, 1.0
INTERVAL = 0.90
SURE = 0.95
"""Nobody is named better below this probability."""
DRAWS = 40_000
FREEDOM = 8.0
"""Degrees of freedom of the t distribution that is drawn from."""
_STEPS, _CLOSE = 100, 1e-10
_FAR = 300.0
_CHUNK = 4_000  # draws at once, so that many pairs take little memory


@dataclass(frozen=True, slots=True)
class Strength:
    """What is known of one contestant's log-strength: mean, standard deviation, and the interval that
    holds it with 90 %."""

    name: str
    mean: float
    sd: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """A posterior. ``better[i, j]`` is P(i better than j); its diagonal is one half. ``effective`` is
    how many independent draws the weighted ones are worth.

    ``draws`` are log-strengths and, last, the log of the tie parameter: shape [draws, contestants + 1],
    all of one weight.
    """

    strengths: tuple[Strength, ...]
    better: Floats
    votes: int
    effective: float
    draws: Floats

    def order(self) -> list[int]:
        """Indices of the contestants, the strongest by mean first."""
        means = [strength.mean for strength in self.strengths]
        return sorted(range(len(means)), key=lambda place: -means[place])


def rank(votes: Tally, draws: int = DRAWS, seed: int = 0) -> Ranking:
    """The posterior of the strengths; the same for the same votes and seed."""
    density = _Density(votes)
    top, spread = density.top()
    drawn, log_proposal = _proposals(top, spread, draws, seed)
    log_weight = density.log_many(drawn) - log_proposal
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    effective = float(1.0 / np.sum(weight**2))
    kept = drawn[_systematic(weight, draws, seed)]
    return Ranking(
        strengths=_strengths(votes.names, drawn, weight),
        better=_better(drawn[:, :-1], weight),
        votes=votes.votes,
        effective=effective,
        draws=kept,
    )


class _Density:
    """The posterior's log density, without its constant, over (strengths..., log n)."""

    def __init__(self, votes: Tally) -> None:
        self.size = len(votes.names) + 1
        counts = np.array(
            [(p.first, p.second, p.wins, p.losses, p.ties) for p in votes.pairs], dtype=np.int64
        ).reshape(-1, 5)
        self.first, self.second = counts[:, 0], counts[:, 1]
        self.wins, self.losses, self.ties = (counts[:, n].astype(np.float64) for n in (2, 3, 4))
        self.total = self.wins + self.losses + self.ties
        self.mean = np.zeros(self.size)
        self.mean[-1] = LOG_TIE_MEAN
        self.precision = np.full(self.size, STRENGTH_SD**-2)
        self.precision[-1] = LOG_TIE_SD**-2

    def log_many(self, points: Floats) -> Floats:
        """At points of shape [k, size]; shape [k]."""
        parts = [self._log(points[at : at + _CHUNK]) for at in range(0, len(points), _CHUNK)]
        return np.concatenate(parts)

    def _log(self, points: Floats) -> Floats:
        half = (points[:, self.first] - points[:, self.second]) / 2
        log_tie = points[:, -1]
        likelihood = half @ (self.wins - self.losses) + log_tie * self.ties.sum()
        np.clip(half, -_FAR, _FAR, out=half)  # farther away the other one's chance is nothing
        win = np.exp(half)
        log_z = np.log(win + 1 / win + np.exp(log_tie)[:, None])
        prior = -0.5 * ((points - self.mean) ** 2) @ self.precision
        result: Floats = likelihood - log_z @ self.total + prior
        return result

    def top(self) -> tuple[Floats, Floats]:
        """The point of the highest density, and the inverse of the curvature there."""
        point = self.mean.copy()
        height = self._log(point[None])[0]
        for _ in range(_STEPS):
            slope, curvature = self._derivatives(point)
            step = np.linalg.solve(curvature, slope)
            scale = 1.0
            while (new := self._log((point + scale * step)[None])[0]) < height and scale > _CLOSE:
                scale /= 2
            point, height = point + scale * step, new
            if np.max(np.abs(scale * step)) < _CLOSE:
                break
        spread = np.asarray(np.linalg.inv(self._derivatives(point)[1]), np.float64)
        return point, spread

    def _derivatives(self, point: Floats) -> tuple[Floats, Floats]:
        """The gradient of the log density, and its Hessian with the sign changed."""
        half = (point[self.first] - point[self.second]) / 2
        logs = np.stack([half, -half, np.full_like(half, point[-1])])
        win, loss, tie = np.exp(logs - np.logaddexp.reduce(logs, axis=0))
        slope = -self.precision * (point - self.mean)
        of_half = (self.wins - self.losses - self.total * (win - loss)) / 2
        np.add.at(slope, self.first, of_half)
        np.add.at(slope, self.second, -of_half)
        slope[-1] += np.sum(self.ties - self.total * tie)
        curvature = np.diag(self.precision)
        # Covariances, under one vote, of (half the difference's coefficient, the tie's).
        own = self.total * (win + loss - (win - loss) ** 2) / 4
        mixed = self.total * -(win - loss) * tie / 2
        for one, sign in ((self.first, 1.0), (self.second, -1.0)):
            for other, other_sign in ((self.first, 1.0), (self.second, -1.0)):
                np.add.at(curvature, (one, other), sign * other_sign * own)
            np.add.at(curvature[-1], one, sign * mixed)
            np.add.at(curvature[:, -1], one, sign * mixed)
        curvature[-1, -1] += np.sum(self.total * tie * (1 - tie))
        return slope, curvature


def _proposals(top: Floats, spread: Floats, draws: int, seed: int) -> tuple[Floats, Floats]:
    """Draws of a t distribution around ``top``, and the log of its density without its constant."""
    generator = np.random.default_rng(seed)
    root = np.linalg.cholesky(spread)
    normal = generator.standard_normal((draws // 2, len(top)))
    stretch = np.sqrt(FREEDOM / generator.chisquare(FREEDOM, draws // 2))[:, None]
    away = np.concatenate([normal * stretch, -normal * stretch])
    squared = np.sum(away**2, axis=1)
    log_density = -0.5 * (FREEDOM + len(top)) * np.log1p(squared / FREEDOM)
    return top + away @ root.T, log_density


def _systematic(weight: Floats, count: int, seed: int) -> NDArray[np.intp]:
    """Indices drawn by their weights, as evenly as weights can be."""
    start = np.random.default_rng(seed + 1).random()
    positions = (np.arange(count) + start) / count
    return np.minimum(np.searchsorted(np.cumsum(weight), positions), len(weight) - 1)


def _strengths(names: tuple[str, ...], drawn: Floats, weight: Floats) -> tuple[Strength, ...]:
    edge = (1 - INTERVAL) / 2
    found = []
    for place, name in enumerate(names):
        values = drawn[:, place]
        mean = float(weight @ values)
        sd = float(np.sqrt(weight @ (values - mean) ** 2))
        order = np.argsort(values)
        below = np.cumsum(weight[order])
        low, high = (float(values[order][np.searchsorted(below, q)]) for q in (edge, 1 - edge))
        found.append(Strength(name, mean, sd, low, high))
    return tuple(found)


def _better(strengths: Floats, weight: Floats) -> Floats:
    """P(i better than j) for all pairs."""
    count = strengths.shape[1]
    better = np.full((count, count), 0.5)
    for one in range(count):
        for other in range(one + 1, count):
            probability = float(weight @ (strengths[:, one] > strengths[:, other]))
            better[one, other], better[other, one] = probability, 1 - probability
    return better
