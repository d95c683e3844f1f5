"""The posterior of strengths: against another sampler, against the truth, and at its edges."""

from __future__ import annotations

import numpy as np
import pytest

from benchtop.evaluation.ranking import LOG_TIE_MEAN, STRENGTH_SD, rank
from benchtop.evaluation.votes import Vote, tally
from unit.evaluation import metropolis
from unit.evaluation.exact_pair import exact_pair
from unit.evaluation.simulated import NAMES, truth, votes_of

SETS = [(2, 3), (2, 9), (2, 40), (3, 5), (3, 12), (3, 60), (4, 8), (4, 30), (5, 10), (6, 25)]


@pytest.mark.parametrize(("count", "votes"), SETS)
@pytest.mark.parametrize("seed", [0, 1])
def test_it_is_the_posterior_that_another_sampler_finds(count: int, votes: int, seed: int) -> None:
    draw = np.random.default_rng([seed, count, votes])
    names = NAMES[:count]
    given = votes_of(*truth(count, draw), votes, draw)
    ranking = rank(tally(given, names))  # with the draws of the window
    other = metropolis.sample(names, given)[:, :-1]
    ends = np.quantile(other, [0.05, 0.95], axis=0)
    for one in range(count):
        strength = ranking.strengths[one]
        assert strength.mean == pytest.approx(other[:, one].mean(), abs=0.02)
        assert strength.sd == pytest.approx(other[:, one].std(), abs=0.02)
        assert (strength.low, strength.high) == pytest.approx(tuple(ends[:, one]), abs=0.03)
        for two in range(count):
            if one != two:
                better = np.mean(other[:, one] > other[:, two])
                assert ranking.better[one, two] == pytest.approx(better, abs=0.01)


def test_its_intervals_hold_the_truth_as_often_as_they_say() -> None:
    draw = np.random.default_rng(5)
    held = []
    for _contest in range(1_000):
        count = int(draw.integers(2, 7))
        strengths, log_tie = truth(count, draw)
        given = votes_of(strengths, log_tie, int(draw.integers(1, 40)), draw)
        ranking = rank(tally(given, NAMES[:count]), 2_000)
        held += [
            found.low <= true <= found.high
            for found, true in zip(ranking.strengths, strengths, strict=True)
        ]
    assert 0.87 <= np.mean(held) <= 0.93


def test_without_votes_it_is_the_prior() -> None:
    ranking = rank(tally([], NAMES[:3]))
    for strength in ranking.strengths:
        assert strength.mean == pytest.approx(0, abs=0.03)
        assert strength.sd == pytest.approx(STRENGTH_SD, abs=0.03)
        assert strength.high == pytest.approx(1.645 * STRENGTH_SD, abs=0.06)
    assert ranking.better[0, 1] == pytest.approx(0.5, abs=0.01)
    assert ranking.draws[:, -1].mean() == pytest.approx(LOG_TIE_MEAN, abs=0.03)
    assert ranking.votes == 0


def test_a_thousand_votes_one_way_are_no_trouble() -> None:
    ranking = rank(tally([Vote("x", "y", "a")] * 1_000))
    assert ranking.better[0, 1] > 0.999
    assert np.isfinite(ranking.draws).all()
    assert ranking.order() == [0, 1]


def test_twenty_contestants_are_drawn_well() -> None:
    draw = np.random.default_rng(2)
    given = votes_of(*truth(20, draw), 1_000, draw)
    ranking = rank(tally(given, NAMES))
    assert ranking.effective > 0.4 * len(ranking.draws)
    assert np.allclose(ranking.better + ranking.better.T, 1)


def test_the_same_votes_give_the_same_ranking() -> None:
    given = tally([Vote("x", "y", "a"), Vote("x", "y", "tie")])
    assert np.array_equal(rank(given).draws, rank(given).draws)


PAIRS = [(1, 0, 0), (0, 0, 1), (3, 1, 0), (2, 2, 2), (9, 0, 0), (9, 4, 3), (30, 10, 5), (0, 25, 0)]


@pytest.mark.parametrize(("wins", "losses", "ties"), PAIRS)
def test_two_contestants_are_within_a_hundredth_of_the_exact_posterior(
    wins: int, losses: int, ties: int
) -> None:
    """With as many draws as the window takes: mean, sd, both ends of the interval and P(better)."""
    votes = [Vote("x", "y", "a")] * wins + [Vote("x", "y", "b")] * losses
    votes += [Vote("x", "y", "tie")] * ties
    ranking, exact = rank(tally(votes, ("x", "y"))), exact_pair(wins, losses, ties)
    mirrored = exact_pair(losses, wins, ties)
    for strength, wanted in zip(ranking.strengths, (exact, mirrored), strict=True):
        found = (strength.mean, strength.sd, strength.low, strength.high)
        assert found == pytest.approx((wanted.mean, wanted.sd, wanted.low, wanted.high), abs=0.01)
    assert ranking.better[0, 1] == pytest.approx(exact.better, abs=0.01)
