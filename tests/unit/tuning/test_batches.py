"""Which examples are learnt together: all of them, once a pass, and never more than fits."""

from __future__ import annotations

from itertools import chain, islice

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from benchtop.tuning.batches import (
    Step,
    batch_of,
    endless_steps,
    epoch_steps,
    parts_of,
)

LENGTHS = st.lists(st.integers(1, 300), min_size=1, max_size=120)
SIZES = st.tuples(st.integers(16, 1_200), st.integers(16, 600))
few = settings(max_examples=80, deadline=None)


def places(step: Step) -> list[int]:
    return list(chain.from_iterable(step))


@few
@given(LENGTHS, SIZES, st.integers(0, 5), st.integers(0, 5))
def test_a_pass_takes_every_example_once_and_no_part_is_too_large(
    lengths: list[int], sizes: tuple[int, int], seed: int, epoch: int
) -> None:
    batch_tokens, part_tokens = sizes
    steps = epoch_steps(lengths, batch_tokens, part_tokens, seed, epoch)
    taken = [place for step in steps for place in places(step)]
    assert sorted(taken) == list(range(len(lengths)))
    for step in steps:
        assert step
        assert all(step)
        padded = max(lengths[one] for one in places(step)) * len(places(step))
        assert padded <= batch_tokens or len(places(step)) == 1
        for part in step:
            longest = max(lengths[place] for place in part)
            assert longest * len(part) <= part_tokens or len(part) == 1
            assert longest == batch_of([((1,) * lengths[one], ()) for one in part]).tokens.shape[1]


@few
@given(LENGTHS, SIZES, st.integers(0, 3), st.integers(0, 90))
def test_what_begins_at_a_step_goes_on_as_what_began_at_the_first(
    lengths: list[int], sizes: tuple[int, int], seed: int, first: int
) -> None:
    whole = list(islice(endless_steps(lengths, *sizes, seed, 0), first + 20))
    assert list(islice(endless_steps(lengths, *sizes, seed, first), 20)) == whole[first:]


def test_the_order_follows_from_the_seed_and_the_pass() -> None:
    lengths = [10 + n % 7 for n in range(60)]
    one = epoch_steps(lengths, 100, 50, 1, 0)
    assert one == epoch_steps(lengths, 100, 50, 1, 0)
    assert one != epoch_steps(lengths, 100, 50, 2, 0)
    assert one != epoch_steps(lengths, 100, 50, 1, 1)


def test_examples_of_like_length_are_learnt_together() -> None:
    lengths = [10, 300] * 200
    steps = epoch_steps(lengths, 1_200, 600, 1, 0)
    padded = sum(
        max(lengths[place] for place in part) * len(part) for step in steps for part in step
    )
    assert padded < 1.05 * sum(lengths)
    # and yet the short ones do not all come first
    first_half = [lengths[place] for step in steps[: len(steps) // 2] for place in places(step)]
    assert {10, 300} <= set(first_half)


def test_parts_keep_their_order_and_a_long_example_stands_alone() -> None:
    assert parts_of([0, 1, 2, 3], [4, 4, 9, 2], 8) == [(0, 1), (2,), (3,)]
    assert parts_of([], [], 8) == []


def test_a_batch_is_padded_at_the_end_and_only_spans_carry_loss() -> None:
    batch = batch_of([((5, 6, 7), ((1, 2),)), ((8, 9, 10, 11, 12), ((1, 3), (4, 5)))])
    assert batch.tokens.tolist() == [[5, 6, 7, 0, 0], [8, 9, 10, 11, 12]]
    assert batch.learnt.tolist() == [[True, False, False, False], [True, True, False, True]]
    assert batch.targets.tolist() == [6, 9, 10, 12]
    assert batch.read == 8
    assert batch.tokens.dtype == torch.long
