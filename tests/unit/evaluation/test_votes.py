"""Counting votes."""

from __future__ import annotations

import pytest

from benchtop.evaluation.votes import PairCount, Vote, left_wins, tally


def test_a_pair_is_counted_once_whichever_was_on_the_left() -> None:
    votes = [Vote("x", "y", "a"), Vote("y", "x", "a"), Vote("y", "x", "b"), Vote("x", "y", "tie")]
    counted = tally([*votes, Vote("x", "y", "both_bad")])
    assert counted.names == ("x", "y")
    assert counted.pairs == (PairCount(0, 1, wins=2, losses=1, ties=2),)
    assert counted.votes == 5


def test_contestants_without_votes_count_too() -> None:
    counted = tally([Vote("z", "x", "a")], ["x", "y"])
    assert counted.names == ("x", "y", "z")
    assert counted.pairs == (PairCount(0, 2, wins=0, losses=1, ties=0),)


def test_nobody_is_voted_on_against_itself() -> None:
    with pytest.raises(ValueError, match="x against itself"):
        tally([Vote("x", "x", "a")])


def test_the_left_side_is_counted_for_itself() -> None:
    votes = [Vote("x", "y", "a"), Vote("y", "x", "a"), Vote("x", "y", "b"), Vote("x", "y", "tie")]
    assert left_wins(votes) == (2, 3)
