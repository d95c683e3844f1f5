"""What a card says when the same is done again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from benchtop.domain.cards import Card, CardMachine, CardModel
from benchtop.evaluation.card_differences import Difference, card_differences

CARD = Card(
    "comparison", "t", "s", 1.0,
    CardMachine("Old processor", 2, 8, "Linux 6"),
    (CardModel("owl", "owl.gguf", 10, "ab", template_sha256="ff"), CardModel("finch", "f.gguf", 9)),
    results={"answers": [{"text": "Owls fly.", "tokens": 3, "total_seconds": 2.5}], "seed": 4},
)  # fmt: skip


def told(**changes: Any) -> list[tuple[str, str, str]]:
    found = card_differences(CARD, replace(CARD, **changes))
    return [(one.what, one.before, one.after) for one in found]


def test_the_same_again_says_nothing() -> None:
    assert told(made=9.0, title="other words") == []


def test_another_machine_and_another_file_are_named() -> None:
    models = (CardModel("owl", "owl.gguf", 10, "cd", template_sha256="ff"),)
    assert told(machine=replace(CARD.machine, processor="New processor"), models=models) == [
        ("machine.processor", "Old processor", "New processor"),
        ("models.owl.sha256", "ab", "cd"),
        ("models.finch", "f.gguf", ""),
    ]


def test_a_sum_that_one_side_does_not_know_says_nothing() -> None:
    owl, finch = CARD.models
    assert (
        told(models=(replace(owl, sha256="", template_sha256=""), replace(finch, sha256="ee")))
        == []
    )


def test_a_new_model_is_named() -> None:
    assert told(models=(*CARD.models, CardModel("wren", "wren.gguf", 1))) == [
        ("models.wren", "", "wren.gguf")
    ]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (
            {"text": "Owls sing.", "tokens": 3},
            [("results.answers.0.text", "Owls fly.", "Owls sing.")],
        ),
        ({"text": "Owls fly.", "tokens": 4}, [("results.answers.0.tokens", "3", "4")]),
        ({"text": "Owls fly."}, [("results.answers.0.tokens", "3", "")]),
        ({"text": "Owls fly.", "tokens": 3.0000000000001}, []),
        ({"text": "Owls fly.", "tokens": 3, "total_seconds": 7.0}, []),
        ({"text": "Owls fly.", "tokens": True}, [("results.answers.0.tokens", "3", "True")]),
    ],
)
def test_results_are_compared_place_by_place(
    answer: dict[str, Any], expected: list[tuple[str, str, str]]
) -> None:
    assert told(results={"answers": [answer], "seed": 4}) == expected


def test_an_answer_more_is_told() -> None:
    answers = [*CARD.results["answers"], {"text": "More."}]
    ((what, before, after),) = told(results={"answers": answers, "seed": 4})
    assert (what, before) == ("results.answers.1", "")
    assert "More." in after


def test_long_texts_are_shown_where_they_part() -> None:
    same = "word " * 100
    before = replace(CARD, results={"text": f"{same}owl {same}"})
    after = replace(CARD, results={"text": f"{same}wren {same}"})
    (found,) = card_differences(before, after)
    assert isinstance(found, Difference)
    assert (found.before[0], found.before[-1]) == ("…", "…")
    assert "owl" in found.before
    assert "wren" in found.after
    assert len(found.before) < 70
