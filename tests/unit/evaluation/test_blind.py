from __future__ import annotations

from collections import Counter
from itertools import pairwise, permutations

import pytest

from benchtop.evaluation.blind import HIDDEN_UNTIL_VOTE, hidden, position_bias, positions


def test_positions_can_be_worked_out_again() -> None:
    """Recorded are the seed and the number of the prompt: the same order on every machine, for ever."""
    assert [positions(7, number, (0, 1, 2)) for number in range(4)] == [
        (0, 2, 1), (2, 0, 1), (2, 0, 1), (2, 1, 0),
    ]  # fmt: skip
    assert [positions(8, number, (0, 1)) for number in range(9)] != [
        positions(7, number, (0, 1)) for number in range(9)
    ]
    assert positions(7, 0, ()) == ()
    assert positions(7, 3, (5,)) == (5,)


@pytest.mark.parametrize("count", [2, 3])
def test_every_order_comes_as_often(count: int) -> None:
    seen = Counter(positions(3, number, range(count)) for number in range(6_000))
    orders = list(permutations(range(count)))
    assert set(seen) == set(orders)
    expected = 6_000 / len(orders)
    spread = (expected * (1 - 1 / len(orders))) ** 0.5
    assert all(abs(seen[one] - expected) < 4 * spread for one in orders)


def test_positions_do_not_hang_together_from_prompt_to_prompt() -> None:
    left = [positions(11, number, (0, 1))[0] for number in range(4_000)]
    same = sum(one == other for one, other in pairwise(left))
    assert abs(same - 2_000) < 4 * 1_000**0.5


def test_what_is_hidden_is_shown_after_the_vote() -> None:
    assert hidden(blind=True, voted=False) == HIDDEN_UNTIL_VOTE >= {"name", "figures"}
    assert hidden(blind=True, voted=True) == hidden(blind=False, voted=False) == frozenset()


@pytest.mark.parametrize(
    ("left", "decided", "low", "high", "p_value"),
    [  # Clopper and Pearson's intervals and exact tests as scipy.stats.binomtest gives them
        (0, 0, 0.0, 1.0, 1.0),
        (0, 5, 0.0, 0.5218237501, 0.0625),
        (5, 5, 0.4781762499, 1.0, 0.0625),
        (9, 10, 0.5549838830, 0.9974714216, 0.021484375),
        (50, 100, 0.3983211295, 0.6016788705, 1.0),
        (600, 1000, 0.5688784459, 0.6305310125, 2.7285e-10),
    ],
)
def test_the_bias_is_exact(
    left: int, decided: int, low: float, high: float, p_value: float
) -> None:
    bias = position_bias(left, decided)
    assert (bias.low, bias.high) == pytest.approx((low, high), abs=1e-6)
    assert bias.p_value == pytest.approx(p_value, rel=1e-3)
    assert bias.is_suspicious == (p_value < 0.05)
    assert bias.share == (left / decided if decided else None)


def test_more_wins_than_votes_are_refused() -> None:
    with pytest.raises(ValueError, match="3 of 2 votes"):
        position_bias(3, 2)
