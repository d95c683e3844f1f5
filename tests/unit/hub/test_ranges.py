"""Which bytes are here, the list of them, and the next that a connection fetches."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from benchtop.hub.ranges import (
    LEAST_BYTES,
    Range,
    Ranges,
    first_line,
    free_of,
    line_of,
    next_range,
    ranges_in,
)

SIZE = 60
SHA = "ab" * 32
MIB = 1024 * 1024


@st.composite
def some_ranges(draw: st.DrawFn) -> list[Range]:
    """Ranges of a file of SIZE bytes as they may come: in any order, over each other, empty."""
    pairs = draw(st.lists(st.tuples(st.integers(0, SIZE), st.integers(0, SIZE)), max_size=12))
    return [Range(min(pair), max(pair)) for pair in pairs]


def numbers(ranges: list[Range] | Ranges) -> set[int]:
    """Each byte by itself."""
    return {at for one in ranges for at in range(one.first, one.end)}


@given(some_ranges())
def test_ranges_are_the_set_of_their_bytes(came: list[Range]) -> None:
    here = Ranges(came)
    kept = list(here)
    assert numbers(here) == numbers(came)
    assert all(one.end < after.first for one, after in pairwise(kept))
    assert here.total == len(numbers(came))
    assert here.prefix == next(at for at in range(SIZE + 1) if at not in numbers(came))
    assert numbers(here.gaps(SIZE)) == set(range(SIZE)) - numbers(came)


@given(some_ranges())
def test_a_list_says_what_was_written_into_it(came: list[Range]) -> None:
    lines = [line_of(one) for one in came if one.size]
    found = ranges_in(first_line(SIZE, SHA) + b"".join(lines), SIZE, SHA)
    assert found is not None
    assert list(found) == list(Ranges(came))


@given(some_ranges(), st.data())
def test_a_list_that_was_cut_short_never_says_too_much(
    came: list[Range], data: st.DataObject
) -> None:
    text = first_line(SIZE, SHA) + b"".join(line_of(one) for one in came if one.size)
    kept = text[: data.draw(st.integers(0, len(text)))]
    found = ranges_in(kept, SIZE, SHA)
    whole_lines = kept.count(b"\n") - 1
    if whole_lines < 0:
        assert found is None
    else:
        assert found is not None
        written = [one for one in came if one.size]
        assert list(found) == list(Ranges(written[:whole_lines]))


@given(some_ranges(), st.data())
def test_a_list_with_a_wrong_byte_never_says_too_much(
    came: list[Range], data: st.DataObject
) -> None:
    text = bytearray(first_line(SIZE, SHA) + b"".join(line_of(one) for one in came if one.size))
    text[data.draw(st.integers(0, len(text) - 1))] ^= data.draw(st.integers(1, 255))
    found = ranges_in(bytes(text), SIZE, SHA)
    assert found is None or numbers(found) <= numbers(came)


@given(st.binary(max_size=300))
def test_garbage_is_no_list(text: bytes) -> None:
    assert ranges_in(text, SIZE, SHA) is None
    behind = ranges_in(first_line(SIZE, SHA) + text, SIZE, SHA)
    assert behind is not None
    assert list(behind) == []


def test_a_list_of_another_file_or_of_what_cannot_be_is_none() -> None:
    text = first_line(SIZE, SHA) + line_of(Range(0, 9))
    assert ranges_in(text, SIZE + 1, SHA) is None
    assert ranges_in(text, SIZE, "cd" * 32) is None
    assert ranges_in(text + line_of(Range(50, SIZE + 1)), SIZE, SHA) is None
    assert ranges_in(text + line_of(Range(9, 9)), SIZE, SHA) is None


@given(some_ranges(), some_ranges())
def test_free_is_what_nobody_brings(gaps: list[Range], busy: list[Range]) -> None:
    assert numbers(free_of(list(Ranges(gaps)), busy)) == numbers(gaps) - numbers(busy)


def test_the_next_is_the_first_that_nobody_brings_and_no_more_than_a_segment() -> None:
    gaps = [Range(10, 20), Range(30, 900)]
    assert next_range(gaps, [], most=100) == (10, 20)
    assert next_range(gaps, [Range(12, 20)], most=100) == (10, 12)
    assert next_range(gaps, [Range(10, 20)], most=100) == (30, 130)
    assert next_range([], []) is None


def test_else_it_is_the_later_half_of_the_longest() -> None:
    short, long = Range(0, 40 * MIB), Range(50 * MIB, 150 * MIB)
    assert next_range([short, long], [short, long]) == (100 * MIB, 150 * MIB)
    assert next_range([long], [long], most=20 * MIB) == (70 * MIB, 90 * MIB)
    assert next_range([short], [short]) == (20 * MIB, 40 * MIB)
    small = Range(0, 2 * LEAST_BYTES - 2)
    assert next_range([small], [small]) is None
