"""Time left, cost and patience of a run."""

from __future__ import annotations

import pytest

from benchtop.domain.training import HoldoutPoint, TrainingPlan, TrainPoint
from benchtop.domain.training_pace import (
    cost_of,
    gives_up_at,
    loss_fallen,
    seconds_left,
    tokens_per_second,
)


def steps(*seconds: float) -> list[TrainPoint]:
    return [TrainPoint(n, 1.0, 1e-4, 100, one) for n, one in enumerate(seconds, 1)]


def readings(*losses: float, every: int = 20) -> list[HoldoutPoint]:
    return [HoldoutPoint(n * every, loss) for n, loss in enumerate(losses)]


def test_nobody_knows_without_a_plan_or_steps() -> None:
    assert seconds_left(0, 100, [], TrainingPlan(0.0)) is None
    assert seconds_left(0, 0, steps(*[1.0] * 50), TrainingPlan(60.0)) is None
    assert seconds_left(3, 100, steps(1.0, 1.0, 1.0), TrainingPlan(0.0)) is None


def test_before_the_eighth_step_the_plan_tells_a_wide_range() -> None:
    low, high = seconds_left(5, 100, steps(*[9.0] * 5), TrainingPlan(200.0))  # type: ignore[misc]
    assert low == pytest.approx(190 * 0.65)
    assert high == pytest.approx(190 * 1.35)


def test_then_the_steps_tell_and_the_range_closes() -> None:
    wavering = seconds_left(40, 100, steps(*[1.0, 3.0] * 20), TrainingPlan(10_000.0))
    steady = seconds_left(40, 100, steps(*[2.0] * 40), TrainingPlan(10_000.0))
    assert wavering is not None
    assert steady is not None
    assert steady == pytest.approx((120 * 0.95, 120 * 1.05))
    assert wavering[0] < steady[0] < 120 < steady[1] < wavering[1]


def test_only_the_latest_steps_count() -> None:
    slow_then_fast = steps(*[10.0] * 200, *[1.0] * 40)
    assert seconds_left(240, 340, slow_then_fast, TrainingPlan(0.0)) == pytest.approx((95, 105))
    assert tokens_per_second(slow_then_fast) == pytest.approx(100)


def test_steps_that_meet_what_was_kept_count_as_the_part_that_was_measured() -> None:
    """24 steps of a second and 76 of a quarter: 43 seconds in all, and right at every step."""
    plan = TrainingPlan(43.0, first_steps=24, later_part=0.25)
    every = steps(*[1.0] * 24, *[0.25] * 76)
    for step in (0, 4, 8, 20, 24, 30, 60, 99, 100):
        found = seconds_left(step, 100, every[:step], plan)
        assert found is not None
        left = sum(one.seconds for one in every[step:])
        assert sum(found) / 2 == pytest.approx(left)
    # on a machine that is twice as slow as it was in the trial, all that is left is
    slow = steps(*[2.0] * 20)
    assert sum(seconds_left(20, 100, slow, plan) or ()) / 2 == pytest.approx(2 * 23)


def test_nothing_is_left_at_the_end_and_no_pace_before_the_first_step() -> None:
    assert seconds_left(100, 100, steps(*[1.0] * 40), TrainingPlan(100.0)) == (0, 0)
    assert tokens_per_second([]) == 0
    assert tokens_per_second(steps(0.0)) == 0


def test_cost_needs_energy_and_a_price() -> None:
    assert cost_of(3.6e6, 0.32) == pytest.approx(0.32)
    assert cost_of(None, 0.32) is None
    assert cost_of(3.6e6, 0.0) is None


def test_how_far_the_loss_fell_is_at_its_best_and_may_be_negative() -> None:
    assert loss_fallen(readings(3.0)) is None
    assert loss_fallen(readings(3.0, 2.0, 2.5)) == pytest.approx(1.0)
    assert loss_fallen(readings(3.0, 3.5)) == pytest.approx(-0.5)


def test_when_it_gives_up() -> None:
    assert gives_up_at(readings(3.0, 2.0), 3) is None  # getting better
    assert gives_up_at(readings(3.0), 3) is None
    assert gives_up_at(readings(3.0, 2.0, 2.1), 3) == (20, 80)
    assert gives_up_at(readings(3.0, 2.0, 2.1, 2.2), 3) == (20, 80)
    assert gives_up_at(readings(3.0, 2.0, 2.1), 0) is None  # never
    # what begins with an adapter may be best before: the trainer does not count that, and goes on
    assert gives_up_at(readings(1.0, 2.0, 1.5), 3) is None
    assert gives_up_at(readings(1.0, 2.0, 2.1), 3) == (20, 80)
