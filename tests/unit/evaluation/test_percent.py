"""Probabilities in percent: the same rule wherever one is told."""

from __future__ import annotations

import numpy as np
import pytest

from benchtop.evaluation.percent import whole_percent
from benchtop.evaluation.verdict import Verdict
from benchtop.ui.compare.compare_texts import percent_text


@pytest.mark.parametrize(
    ("probability", "percent"),
    [
        *[(0.0, 1), (0.004, 1), (0.29, 29), (0.295, 30), (0.4999, 50), (0.5, 50)],
        *[(0.83, 83), (0.9499, 94), (0.95, 95), (0.9999, 99), (1.0, 99)],
    ],
)
def test_a_probability_is_told_by_one_rule(probability: float, percent: int) -> None:
    assert whole_percent(probability) == percent
    assert Verdict("open", 9, 0, 1, probability).percent == percent
    assert percent_text(probability) == f"{percent} %"


def test_two_that_are_one_together_are_100_together() -> None:
    for probability in np.linspace(0, 1, 997):
        if probability != 0.5:
            assert whole_percent(probability) + whole_percent(1 - probability) == 100
