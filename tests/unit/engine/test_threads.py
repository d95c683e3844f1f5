"""The choice of a thread count from measured speeds."""

import pytest

from benchtop.engine.threads import best_threads, candidates, usable_cores


@pytest.mark.parametrize(
    ("speeds", "best"),
    [
        ({1: 100.0}, 1),
        ({1: 100.0, 2: 180.0}, 2),
        ({1: 100.0, 2: 102.0}, 1),  # hardly faster: leave the core to others
        ({1: 100.0, 2: 50.0}, 1),
        ({1: 100.0, 2: 150.0, 4: 240.0, 8: 243.0}, 4),
        ({1: 100.0, 2: 90.0, 4: 200.0}, 4),
    ],
)
def test_the_fewest_threads_that_are_fastest_win(speeds: dict[int, float], best: int) -> None:
    assert best_threads(speeds) == best


def test_the_candidates_fit_the_machine() -> None:
    physical, logical = usable_cores()
    counts = candidates()
    assert counts == sorted(set(counts))
    assert counts[0] == 1
    assert physical in counts
    assert max(counts) <= logical
