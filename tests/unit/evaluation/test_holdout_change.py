"""What training did to the perplexity on what was held out, and how sure that is."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from benchtop.evaluation.holdout_change import holdout_change

COSTS = st.floats(0.0, 500.0)
EXAMPLES = st.lists(st.tuples(COSTS, COSTS, st.integers(1, 60)), min_size=1, max_size=12)


def test_by_hand() -> None:
    found = holdout_change([10.0, 6.0, 8.0], [6.0, 5.0, 8.0], [4, 2, 4])
    assert (found.tokens, found.examples) == (10, 3)
    assert found.before == pytest.approx(math.exp(2.4))
    assert found.after == pytest.approx(math.exp(1.9))
    # Differences -4, -1, 0; their mean per token is -0.5, so what is left is -2, 0, 2.
    spread = math.sqrt(3 / 2 * (4 + 0 + 4)) / 10
    reach = stats.t.ppf(0.95, 2) * spread
    assert found.low == pytest.approx(math.exp(-0.5 - reach), rel=1e-6)
    assert found.high == pytest.approx(math.exp(-0.5 + reach), rel=1e-6)


def test_one_example_says_nothing_for_sure() -> None:
    found = holdout_change([10.0], [5.0], [5])
    assert (found.low, found.high) == (0.0, math.inf)
    assert (found.before, found.after) == pytest.approx((math.exp(2), math.exp(1)))


def test_the_same_change_everywhere_is_sure() -> None:
    found = holdout_change([9.0, 4.0, 2.0], [6.0, 2.0, 1.0], [3, 2, 1])
    assert found.low == pytest.approx(found.high) == pytest.approx(math.exp(-1))


def test_what_cannot_be_read_is_refused() -> None:
    for counts in ([], [0], [0, 0]):
        with pytest.raises(ValueError, match="no tokens"):
            holdout_change([1.0] * len(counts), [1.0] * len(counts), counts)
    with pytest.raises(ValueError, match="zip"):
        holdout_change([1.0, 2.0], [1.0, 2.0, 3.0], [3, 4, 5])


def test_a_loss_that_no_float_holds_is_infinite() -> None:
    found = holdout_change([2_000.0, 1.0], [1.0, 3_000.0], [1, 1])
    assert (found.before, found.after, found.high) == (math.inf, math.inf, math.inf)
    assert found.low == 0.0


@given(EXAMPLES)
def test_the_interval_holds_the_ratio_and_turns_with_it(
    rows: list[tuple[float, float, int]],
) -> None:
    before, after, counts = zip(*rows, strict=True)
    found, other = holdout_change(before, after, counts), holdout_change(after, before, counts)
    change = (sum(after) - sum(before)) / sum(counts)
    ratio = math.exp(change) if change < 700 else math.inf
    assert found.low <= ratio * (1 + 1e-9)
    assert found.high >= ratio * (1 - 1e-9)
    if found.low > 1e-300 and found.high < 1e300:
        assert other.low == pytest.approx(1 / found.high, rel=1e-6)
        assert other.high == pytest.approx(1 / found.low, rel=1e-6)


@pytest.mark.parametrize("examples", [6, 12, 40])
def test_nine_of_ten_intervals_hold_the_truth_though_tokens_come_in_clusters(examples: int) -> None:
    """Each example has a change of its own, which all of its tokens share: to count tokens as independent
    would make intervals far too narrow. What is held is E[difference] / E[tokens]."""
    draw = np.random.default_rng(11)
    truth, held, narrow = -0.3, 0, 0
    tries = 2_000
    for _ in range(tries):
        counts = draw.integers(4, 40, examples)
        own = truth + 0.4 * draw.standard_normal(examples)
        noise = 0.5 * draw.standard_normal(examples) * np.sqrt(counts)
        before = 3.0 * counts + draw.standard_normal(examples) * counts  # hard both times
        after = before + own * counts + noise
        found = holdout_change(before.tolist(), after.tolist(), counts.tolist())
        held += found.low <= math.exp(truth) <= found.high
        alone = 1.645 * math.hypot(0.4, 0.5) / math.sqrt(counts.sum())
        change = math.log(found.after / found.before)
        narrow += abs(change - truth) <= alone
    assert 0.85 <= held / tries <= 0.95
    assert narrow / tries < 0.7
