"""When one more connection is opened and when it is closed again, on lines that are made up here."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from benchtop.hub.growth import MIB, Growth, Limits, Step

LOOK = 0.1
SIZE = 1000 * MIB
Line = Callable[[int], float]
"""Bytes per second that so many connections bring together."""


def per_connection(rate: float) -> Line:
    """Each is limited."""
    return lambda count: rate * count


def line_of(rate: float) -> Line:
    """The line is the limit."""
    return lambda _count: rate


def download(line: Line, size: int = SIZE) -> tuple[list[int], float]:
    """How many connections there were after each change, and the seconds it took."""
    growth, now, brought = Growth(), 0.0, 0.0
    counts = [1]
    growth.settle(now)
    while brought < size:
        now += LOOK
        brought += line(counts[-1]) * LOOK
        growth.answered(now)
        match growth.look(now, int(brought), size - int(brought), counts[-1]):
            case Step.MORE:
                counts.append(counts[-1] + 1)
            case Step.FEWER:
                counts.append(counts[-1] - 1)
    return counts, now


def test_where_each_connection_is_limited_there_are_four_soon() -> None:
    counts, seconds = download(per_connection(20 * MIB))
    assert counts == [1, 2, 3, 4]
    assert SIZE / (20 * MIB) / seconds > 3


@pytest.mark.parametrize("rate", [0.1 * MIB, MIB, 12 * MIB, 80 * MIB])
def test_where_the_line_is_the_limit_one_try_is_made_and_no_more(rate: float) -> None:
    counts, _ = download(line_of(rate), 300 * MIB)
    assert counts == [1, 2, 1]


def test_a_line_for_two_and_a_half_keeps_three() -> None:
    counts, _ = download(lambda count: min(count, 2.5) * 10 * MIB)
    assert counts == [1, 2, 3, 4, 3]


@pytest.mark.parametrize(
    ("rate", "size"),
    [
        (900 * MIB, 8000 * MIB),  # no limit of a connection: this machine's own speed
        (40 * MIB, 100 * MIB),  # the rest is here in two seconds
        (5 * MIB, 64 * MIB),  # a small file
    ],
)
def test_nothing_is_tried_where_little_could_be_won(rate: float, size: int) -> None:
    assert download(per_connection(rate), size)[0] == [1]


def test_a_silent_server_is_not_asked_for_more() -> None:
    growth = Growth()
    growth.settle(0.0)
    steps = {growth.look(now / 10, 0, SIZE, 1) for now in range(100)}
    assert steps == {Step.STAY}


def test_a_try_is_measured_from_its_first_bytes_on() -> None:
    growth, limits = Growth(), Limits()
    growth.settle(0.0)
    assert growth.look(limits.warm_seconds, 0, SIZE, 1) is Step.STAY
    asked = limits.warm_seconds + limits.measured_seconds
    assert growth.look(asked, 10 * MIB, SIZE, 1) is Step.MORE
    assert growth.look(asked + 60, 20 * MIB, SIZE, 2) is Step.STAY  # no answer yet
    growth.answered(100.0)
    growth.answered(100.1)  # its later bytes do not begin the measure anew
    assert growth.look(100.0 + limits.warm_seconds, 30 * MIB, SIZE, 2) is Step.STAY
    assert growth.look(100.0 + asked, 30 * MIB, SIZE, 2) is Step.FEWER


def test_fewer_than_before_are_measured_anew_and_more_are_tried_again() -> None:
    growth, limits = Growth(), Limits()
    moment = limits.warm_seconds + limits.measured_seconds
    growth.settle(0.0)
    growth.look(limits.warm_seconds, 0, SIZE, 1)
    assert growth.look(moment, 10 * MIB, SIZE, 1) is Step.MORE
    growth.settle(50.0)  # it was cut, after it had brought something
    assert growth.look(50.0, 20 * MIB, SIZE, 1) is Step.STAY
    growth.look(50.0 + limits.warm_seconds, 20 * MIB, SIZE, 1)
    assert growth.look(50.0 + moment, 30 * MIB, SIZE, 1) is Step.MORE


def test_after_stop_nothing_is_tried() -> None:
    growth = Growth()
    growth.settle(0.0)
    growth.stop()
    steps = {growth.look(now / 10, now * MIB, SIZE, 1) for now in range(100)}
    assert steps == {Step.STAY}
