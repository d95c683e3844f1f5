from __future__ import annotations

from benchtop.domain.speed import LEAST_BYTES, expected_speed, learned_bandwidth

GB = 1_000_000_000


def test_what_models_read_here_says_how_fast_another_will_be() -> None:
    bandwidth = learned_bandwidth([(GB, 12.0), (2 * GB, 5.0), (4 * GB, 2.75)])
    assert bandwidth == 11 * GB  # the middle one of 12, 10 and 11
    assert expected_speed(2 * GB, bandwidth) == 5.5


def test_models_that_live_in_the_cache_say_nothing() -> None:
    assert learned_bandwidth([(LEAST_BYTES - 1, 1_200.0)]) == 0
    assert learned_bandwidth([(GB, 0.0)]) == 0
    assert learned_bandwidth([(LEAST_BYTES - 1, 1_200.0), (GB, 9.0)]) == 9 * GB


def test_what_is_not_known_is_no_speed() -> None:
    assert expected_speed(0, 10e9) == 0
    assert expected_speed(GB, 0) == 0
