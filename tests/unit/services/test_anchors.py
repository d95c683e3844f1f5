"""Prompts of general use: spread over all of them, asked once, and kept by the base's sum."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from benchtop.protocol.messages import Generate
from benchtop.services.anchors import (
    ANSWER_TOKENS,
    FEW,
    MANY,
    anchor_prompts,
    anchor_steps,
    keep_answers,
    kept_answers,
)
from benchtop.services.data_folder import DataFolder
from benchtop.services.measures import Step
from benchtop.services.written import Written
from unit.services.played_steps import played, written

SUM, OTHER = "ab" * 32, "cd" * 32


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path)


@pytest.mark.parametrize("count", [1, FEW, MANY])
def test_they_are_spread_over_all(count: int) -> None:
    every = anchor_prompts(100_000)
    some = anchor_prompts(count)
    assert len(every) >= MANY
    assert len(some) == len(set(some)) == count
    places = [every.index(one) for one in some]
    gaps = [after - before for before, after in pairwise(places)]
    assert places[0] == 0
    assert max(gaps, default=0) - min(gaps, default=0) <= 1
    assert places[-1] + max(gaps, default=len(every)) >= len(every) - 1


def test_answers_are_kept_by_the_base(folder: DataFolder) -> None:
    assert kept_answers(folder, SUM) == {}
    keep_answers(folder, SUM, {"Hello!": "Hi."})
    keep_answers(folder, SUM, {"Bye!": "See you."})
    assert kept_answers(folder, SUM) == {"Hello!": "Hi.", "Bye!": "See you."}
    assert kept_answers(folder, OTHER) == {}


@pytest.mark.parametrize("text", ["", "{", '["Hello!"]', '{"Hello!": 5}'])
def test_a_damaged_file_holds_no_answers(folder: DataFolder, text: str) -> None:
    keep_answers(folder, SUM, {"Hello!": "Hi."})
    (kept,) = folder.training.glob("*.json")
    kept.write_text(text, encoding="utf-8")
    assert kept_answers(folder, SUM) == {}


def test_only_what_is_not_known_is_asked_without_chance() -> None:
    steps = anchor_steps(["One?", "Two?", "Three?"], {"Two?": "2"}, 0.2, 0.6)
    asked: list[str] = []
    fractions: list[tuple[float, float]] = []

    def answers(step: Step) -> Written:
        request = step.request
        assert isinstance(request, Generate)
        assert (request.params.temperature, request.params.max_tokens) == (0.0, ANSWER_TOKENS)
        asked.append(request.turns[0].content)
        fractions.append((step.begins, step.ends))
        return written(request, asked[-1].upper())

    assert played(steps, answers) == {"One?": "ONE?", "Three?": "THREE?"}
    assert asked == ["One?", "Three?"]
    assert fractions == [(0.2, pytest.approx(0.4)), (pytest.approx(0.4), pytest.approx(0.6))]
