"""Strengths from votes, with all the uncertainty that few votes leave.

Bradley and Terry's model with Davidson's ties (R. R. Davidson, "On Extending the Bradley-Terry Model to
Accommodate Ties in Paired Comparison Experiments", JASA 65, 1970): with log-strengths x and
d = x_a - x_b,

    P(a wins) = e^(d/2) / Z,   P(b wins) = e^(-d/2) / Z,   P(tie) = n / Z,   Z = e^(d/2) + e^(-d/2) + n

Priors: x ~ Normal(0, 1.5²) each, log n ~ Normal(-1, 1). The posterior is log-concave, so Newton's
method finds its top. It is then sampled by importance: draws from a t distribution around the top
(Laplace's approximation with heavier tails), spread evenly, in antithetic pairs and with a fixed seed,
weighted by the posterior. The effective number of draws says how good that is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from benchtop.evaluation.even_draws import chi_square_quantile, normal_quantile, spread_evenly
from benchtop.evaluation.votes import Tally

Floats = NDArray[np.float64]
STRENGTH_SD = 1.5
LOG_TIE_MEAN, LOG_TIE_SD = -1.0, 1.0
INTERVAL = 0.90
SURE = 0.95
"""Nobody is named better below this probability."""
DRAWS, MOST_DRAWS, ENOUGH = 40_000, 200_000, 600_000
"""At least and at most, and numbers drawn in all: few contestants are drawn more often."""
REPORT_DRAWS = 400_000
"""For a result that is kept or given away, and may take a second: of twenty contestants the ends of the
intervals are within about 0.01 then, as those of six are with the draws of the window."""
FREEDOM = 8.0
"""Degrees of freedom of the t distribution that is drawn from."""
_STEPS, _CLOSE = 100, 1e-10
_FAR = 300.0
_CHUNK = 1_000  # draws at once: with 200 pairs they stay in the processor's cache


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


def rank(votes: Tally, draws: int = 0, seed: int = 0) -> Ranking:
    """The posterior of the strengths; the same for the same votes and seed. ``draws`` of 0 are as many as
    so many contestants need for two digits of every figure."""
    draws = draws or max(DRAWS, min(MOST_DRAWS, ENOUGH // max(len(votes.names), 1)))
    density = _Density(votes)
    top, spread = density.top()
    drawn, log_proposal = _proposals(top, spread, draws, seed)
    log_weight = density.log_many(drawn) - log_proposal
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    effective = float(1.0 / np.sum(weight**2))
    kept = drawn[_systematic(weight, draws, seed)]
    return Ranking(
        strengths=_strengths(votes.names, drawn, weight, _Marginals(top, spread)),
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
        self.balance = np.zeros(self.size - 1)  # wins less losses of each contestant
        np.add.at(self.balance, self.first, self.wins - self.losses)
        np.add.at(self.balance, self.second, self.losses - self.wins)
        self.mean = np.zeros(self.size)
        self.mean[-1] = LOG_TIE_MEAN
        self.precision = np.full(self.size, STRENGTH_SD**-2)
        self.precision[-1] = LOG_TIE_SD**-2

    def log_many(self, points: Floats) -> Floats:
        """At points of shape [k, size]; shape [k]."""
        parts = [self._log(points[at : at + _CHUNK]) for at in range(0, len(points), _CHUNK)]
        return np.concatenate(parts)

    def _log(self, points: Floats) -> Floats:
        halves = np.ascontiguousarray(points[:, :-1].T) / 2
        log_tie = points[:, -1]
        likelihood = self.balance @ halves + log_tie * self.ties.sum()
        np.clip(
            halves, -_FAR / 2, _FAR / 2, out=halves
        )  # farther the other one's chance is nothing
        # e^(d/2) as a product: one exponential for each contestant instead of one for each pair.
        up = np.exp(halves)
        down = 1 / up
        z = up[self.first] * down[self.second]
        z += up[self.second] * down[self.first]
        z += np.exp(log_tie)
        prior = -0.5 * ((points - self.mean) ** 2) @ self.precision
        result: Floats = likelihood - self.total @ np.log(z, out=z) + prior
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
    even = spread_evenly(draws // 2, len(top) + 1, seed)
    root = np.linalg.cholesky(spread)
    normal = normal_quantile(even[:, 1:])
    stretch = np.sqrt(FREEDOM / chi_square_quantile(even[:, 0], int(FREEDOM)))[:, None]
    away = np.concatenate([normal * stretch, -normal * stretch])
    squared = np.sum(away**2, axis=1)
    log_density = -0.5 * (FREEDOM + len(top)) * np.log1p(squared / FREEDOM)
    return top + away @ root.T, log_density


def _systematic(weight: Floats, count: int, seed: int) -> NDArray[np.intp]:
    """Indices drawn by their weights, as evenly as weights can be."""
    start = np.random.default_rng(seed + 1).random()
    positions = (np.arange(count) + start) / count
    return np.minimum(np.searchsorted(np.cumsum(weight), positions), len(weight) - 1)


@dataclass(frozen=True, slots=True, eq=False)
class _Marginals:
    """What is known of the draws before they are weighted: each coordinate is a t, exactly."""

    top: Floats
    spread: Floats

    def below(self, place: int, values: Floats) -> Floats:
        """P(draw <= value). Source: Abramowitz and Stegun 26.7.4, for an even number of degrees."""
        t = (values - self.top[place]) / np.sqrt(self.spread[place, place])
        square = 1 / (1 + t**2 / FREEDOM)  # of the cosine
        term = total = np.ones_like(t)
        for even in range(2, int(FREEDOM), 2):
            term = term * square * (even - 1) / even
            total = total + term
        result: Floats = 0.5 + 0.5 * t / np.sqrt(FREEDOM + t**2) * total
        return result


def _strengths(
    names: tuple[str, ...], drawn: Floats, weight: Floats, known: _Marginals
) -> tuple[Strength, ...]:
    edge = (1 - INTERVAL) / 2
    means = weight @ drawn
    sds = np.sqrt(weight @ (drawn - means) ** 2)
    away = NormalDist().inv_cdf(1 - edge)
    found = []
    for place, name in enumerate(names):
        values, mean, sd = np.ascontiguousarray(drawn[:, place]), means[place], sds[place]
        below = partial(known.below, place)
        low = _quantile(values, weight, below, edge, (mean - away * sd, sd))
        high = _quantile(values, weight, below, 1 - edge, (mean + away * sd, sd))
        found.append(Strength(name, float(mean), float(sd), low, high))
    return tuple(found)


def _quantile(
    values: Floats,
    weight: Floats,
    known: Callable[[Floats], Floats],
    share: float,
    near: tuple[float, float],
) -> float:
    """Where ``share`` of the weight lies below. Sought around ``near`` (a place, a scale) first: to sort
    all takes long.

    ``known`` says how many draws should lie below a value before they are weighted: as many as lie there
    too many are taken off (a control variate), which leaves a fraction of the error of chance.
    """
    place, scale = near
    for reach in (0.3, np.inf):
        inside = np.flatnonzero(np.abs(values - place) < reach * scale)
        outside = values <= place - reach * scale
        order = inside[np.argsort(values[inside])]
        drawn = (np.count_nonzero(outside) + np.arange(1, len(order) + 1)) / len(values)
        weights = float(weight[outside].sum()) + np.cumsum(weight[order])
        weights = np.maximum.accumulate(weights - drawn + known(values[order]))
        at = int(np.searchsorted(weights, share))
        if 0 < at < len(order):
            break
    return float(values[order[min(at, len(order) - 1)]])


def _better(strengths: Floats, weight: Floats) -> Floats:
    """P(i better than j) for all pairs."""
    rows = np.ascontiguousarray(strengths.T)
    count = len(rows)
    better = np.zeros((count, count))
    for at in range(0, len(weight), _CHUNK):
        some, part = rows[:, at : at + _CHUNK], weight[at : at + _CHUNK]
        for one in range(count - 1):
            above = (some[one] > some[one + 1 :]).astype(np.float64)
            better[one, one + 1 :] += above @ part
    least = 1 / len(weight)  # that no draw fell on one side does not make it impossible
    np.clip(better, least, 1 - least, out=better)
    upper = np.triu_indices(count, 1)
    better.T[upper] = 1 - better[upper]
    np.fill_diagonal(better, 0.5)
    return better
