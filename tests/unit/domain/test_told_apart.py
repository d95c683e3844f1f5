"""Names that several share are told apart by numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchtop.domain.contests import Contestant
from benchtop.domain.told_apart import contestant_names, told_apart


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([], []),
        (["a"], ["a"]),
        (["a", "b"], ["a", "b"]),
        (["a", "b", "a"], ["a (1)", "b", "a (2)"]),
        (["b", "a", "b", "a", "b"], ["b (1)", "a (1)", "b (2)", "a (2)", "b (3)"]),
        (["", ""], [" (1)", " (2)"]),
    ],
)
def test_only_those_that_share_a_name_get_a_number(names: list[str], expected: list[str]) -> None:
    assert told_apart(names) == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["a", "a", "a (2)"], ["a (1)", "a (3)", "a (2)"]),
        (["a (1)", "a", "a"], ["a (1)", "a (2)", "a (3)"]),
        (["a (1)", "a (1)", "a", "a"], ["a (1) (1)", "a (1) (2)", "a (2)", "a (3)"]),
    ],
)
def test_a_number_makes_no_name_that_is_there_already(
    names: list[str], expected: list[str]
) -> None:
    assert told_apart(names) == expected
    assert len(set(expected)) == len(names)


def test_contestants_of_one_name_are_told_apart() -> None:
    one = Contestant("starter", "starter", "starter.gguf", "/models/starter.gguf", "")
    other = replace(one, name="other")
    assert contestant_names([one, other, one]) == ["starter (1)", "other", "starter (2)"]
