"""Blind votes between a model and its adapter: which count, and what they say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from benchtop.domain.contests import CastVote, Contestant, UsedAdapter
from benchtop.domain.generation import SamplingParams
from benchtop.services.training_general import votes_on
from unit.store.contest_makers import contestant, vote

ADAPTER = "/adapters/doors.gguf"


def base(**changes: Any) -> Contestant:
    return contestant("one", **{"adapters": ()} | changes)


def taught(**changes: Any) -> Contestant:
    return contestant("one", **{"adapters": (UsedAdapter(ADAPTER),)} | changes)


def cast(left: Contestant, right: Contestant, outcome: str, **changes: Any) -> CastVote:
    made = vote(outcome=outcome, **{"blind": True} | changes)
    return replace(
        made,
        left=replace(made.left, contestant=left),
        right=replace(made.right, contestant=right),
    )


def counted(*votes: CastVote) -> tuple[int, int, int] | None:
    found = votes_on(list(votes), "one-id", ADAPTER)
    return (found.adapter, found.base, found.ties) if found is not None else None


def test_votes_are_counted_on_both_sides() -> None:
    votes = (
        cast(base(), taught(), "b"),
        cast(taught(), base(), "a"),
        cast(taught(), base(), "b"),
        cast(base(), taught(), "tie"),
        cast(base(), taught(), "both_bad"),
    )
    assert counted(*votes) == (2, 1, 2)


@pytest.mark.parametrize(
    "other",
    [
        cast(base(), taught(), "b", blind=False),
        cast(base(), contestant("two", adapters=(UsedAdapter(ADAPTER),)), "b"),
        cast(contestant("two", adapters=()), taught(), "b"),
        cast(taught(adapters=(UsedAdapter("/adapters/other.gguf"),)), base(), "a"),
        cast(taught(adapters=(UsedAdapter(ADAPTER), UsedAdapter("/o.gguf"))), base(), "a"),
        cast(taught(adapters=(UsedAdapter(ADAPTER, 0.0),)), base(seed=8), "a"),
        cast(taught(), taught(seed=8), "a"),
    ],
)
def test_votes_on_anything_else_are_not(other: CastVote) -> None:
    assert counted(other) is None
    assert counted(other, cast(base(), taught(), "b")) == (1, 0, 0)


def test_without_votes_there_is_nothing_to_say() -> None:
    assert counted() is None


def test_the_chance_follows_the_votes() -> None:
    def chance(*outcomes: str) -> float:
        found = votes_on([cast(base(), taught(), one) for one in outcomes], "one-id", ADAPTER)
        assert found is not None
        return found.chance

    assert chance("tie") == pytest.approx(0.5, abs=0.02)
    assert chance("a") < 0.5 < chance("b") < chance(*"bbb") < chance(*"bbbbbbbb")
    assert chance(*"bbbbbbbb") > 0.95


def test_sampling_and_sums_that_became_known_do_not_part_the_votes() -> None:
    calm = SamplingParams(temperature=0.0)
    votes = [
        cast(base(), taught(), "b"),
        cast(base(params=calm, sha256=""), taught(params=calm, system_prompt=""), "b"),
        cast(base(seed=1), taught(adapters=(UsedAdapter(ADAPTER, 0.5, "sum"),)), "b"),
    ]
    same = votes_on([cast(base(), taught(), "b")] * 3, "one-id", ADAPTER)
    assert votes_on(votes, "one-id", ADAPTER) == same
