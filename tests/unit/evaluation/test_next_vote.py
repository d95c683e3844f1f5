"""Which pair is worth a vote, and how many votes are left to give."""

from __future__ import annotations

import numpy as np
import pytest

from benchtop.evaluation.next_vote import MANY_MORE, most_telling, votes_to_settle
from benchtop.evaluation.ranking import SURE, rank
from benchtop.evaluation.votes import Vote, tally


def test_the_pair_nobody_met_tells_most() -> None:
    votes = [Vote("x", "y", "a"), Vote("x", "y", "b")] * 20
    best = most_telling(rank(tally(votes, ["x", "y", "z"])))
    assert {(best[0].first, best[0].second), (best[1].first, best[1].second)} == {(0, 2), (1, 2)}
    assert best[2].bits < best[1].bits / 3


def test_between_far_ones_a_vote_tells_little() -> None:
    far = [Vote("strong", "weak", "a")] * 60
    near = [Vote("weak", "weaker", "a"), Vote("weak", "weaker", "b")] * 5
    values = {(v.first, v.second): v.bits for v in most_telling(rank(tally(far + near)))}
    assert values[0, 1] < values[1, 2]


def test_bits_are_those_of_a_plain_count() -> None:
    """With no votes: the mutual information over draws of the prior, by hand."""
    ranking = rank(tally([], ["x", "y"]), 200_000)
    draw = np.random.default_rng(3)
    x, y, log_tie = (
        draw.normal(0, 1.5, 200_000),
        draw.normal(0, 1.5, 200_000),
        draw.normal(-1, 1, 200_000),
    )
    parts = np.array([np.exp(x), np.exp(y), np.exp(log_tie + (x + y) / 2)])
    chances = parts / parts.sum(axis=0)
    mean = chances.mean(axis=1)
    bits = -(mean * np.log2(mean)).sum() + (chances * np.log2(chances)).sum(axis=0).mean()
    assert most_telling(ranking)[0].bits == pytest.approx(bits, abs=0.02)


def test_what_is_settled_needs_no_more_votes() -> None:
    ranking = rank(tally([Vote("x", "y", "a")] * 30))
    assert ranking.better[0, 1] > SURE
    assert votes_to_settle(ranking, 0, 1) == 0


def test_more_votes_of_the_same_kind_settle_about_when_it_says() -> None:
    some = [Vote("x", "y", "a")] * 6 + [Vote("x", "y", "b")] * 3
    ranking = rank(tally(some))
    left = votes_to_settle(ranking, 0, 1)
    assert left is not None
    assert 3 <= left <= 60
    # As many more of the same mix.
    more = some * (1 + round(left / len(some)))
    assert rank(tally(more)).better[0, 1] == pytest.approx(SURE, abs=0.04)


def test_of_equals_nobody_says_when() -> None:
    ranking = rank(tally([Vote("x", "y", "a"), Vote("x", "y", "b")] * 300))
    left = votes_to_settle(ranking, 0, 1)
    assert left is None or left > MANY_MORE / 2
