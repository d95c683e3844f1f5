"""The learning rate of each step, and how many steps there are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchtop.domain.training import TrainingSettings
from benchtop.tuning.schedule import (
    PASS_STEPS,
    check_interval,
    fitted,
    learning_rate,
    step_count,
)

SETTINGS = TrainingSettings(learning_rate=1.0, warmup=0.1, final_rate=0.2)


def test_the_rate_rises_in_a_line_and_falls_by_a_cosine() -> None:
    rates = [learning_rate(step, 100, SETTINGS) for step in range(100)]
    assert rates[:10] == pytest.approx([(n + 1) / 10 for n in range(10)])
    assert max(rates) == rates[9] == rates[10] == 1.0
    assert rates[55] == pytest.approx(0.6)  # half way down, half of the cosine
    assert rates == rates[:10] + sorted(rates[10:], reverse=True)
    assert 0.2 < rates[-1] < 0.201
    assert learning_rate(100, 100, SETTINGS) == pytest.approx(0.2)
    assert learning_rate(1_000, 100, SETTINGS) == pytest.approx(0.2)


@pytest.mark.parametrize("steps", [1, 2, 3, 7])
@pytest.mark.parametrize("warmup", [0.0, 0.06, 0.9])
def test_no_step_of_a_short_run_goes_nowhere(steps: int, warmup: float) -> None:
    settings = replace(SETTINGS, warmup=warmup, final_rate=0.0)
    rates = [learning_rate(step, steps, settings) for step in range(steps)]
    assert all(0 < rate <= 1.0 for rate in rates)
    assert max(rates) == 1.0


def test_a_step_is_never_larger_than_a_fifth_of_all_nor_smaller_than_an_example() -> None:
    settings = TrainingSettings(batch_tokens=2_048)
    assert fitted(settings, [100] * 1_000).batch_tokens == 2_048
    assert fitted(settings, [10] * 40).batch_tokens == 400 // PASS_STEPS
    assert fitted(settings, [10] * 40 + [300]).batch_tokens == 300
    assert fitted(settings, [7]).batch_tokens == 7
    assert replace(fitted(settings, [10] * 40), batch_tokens=2_048) == settings


def test_how_many_steps() -> None:
    plain = TrainingSettings(epochs=2.5, least_steps=10)
    assert step_count(8, plain) == 20
    assert step_count(2, plain) == 10
    assert step_count(8, replace(plain, steps=3)) == 3
    assert step_count(1, replace(plain, epochs=0.05, least_steps=1)) == 1


def test_the_holdout_is_read_twelve_times_or_as_asked() -> None:
    assert check_interval(120, TrainingSettings()) == 10
    assert check_interval(5, TrainingSettings()) == 1
    assert check_interval(120, TrainingSettings(check_every=7)) == 7
