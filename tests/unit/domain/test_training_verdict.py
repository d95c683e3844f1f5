"""The word of a run: better only by what is held out, and never by the loss of training."""

from __future__ import annotations

import json
import math
from dataclasses import fields

import pytest

from benchtop.domain.training_verdict import (
    BlindVotes,
    GeneralChange,
    TuningVerdict,
    VerdictKind,
    verdict_kind,
)

FORGOT = GeneralChange(0.62, 0.41, -0.30, -0.12, 60)
SAME = GeneralChange(0.62, 0.60, -0.07, 0.03, 60)
AGAINST = BlindVotes(1, 12, 0, 0.02)
LEANING = BlindVotes(3, 5, 0, 0.24)


@pytest.mark.parametrize(
    ("low", "high", "tokens", "general", "votes", "word"),
    [
        (0.70, 0.90, 400, None, None, "better"),
        (0.70, 0.90, 400, SAME, None, "better"),
        (0.70, 0.90, 400, SAME, LEANING, "better"),
        (0.70, 0.90, 400, FORGOT, None, "not_shown"),
        (0.70, 0.90, 400, SAME, AGAINST, "not_shown"),
        (0.70, 1.00, 400, SAME, None, "not_shown"),
        (0.95, 1.10, 400, SAME, None, "not_shown"),
        (0.95, 1.10, 400, FORGOT, None, "worse"),
        (1.00, 1.30, 400, SAME, None, "not_shown"),
        (1.01, 1.30, 400, SAME, None, "worse"),
        (1.01, math.inf, 400, None, None, "worse"),
        (0.10, 0.20, 0, SAME, None, "not_shown"),
        (0.10, 0.20, 0, FORGOT, None, "worse"),
        (math.nan, math.nan, 400, None, None, "not_shown"),
        (0.50, math.nan, 400, None, None, "not_shown"),
    ],
)  # fmt: skip
def test_the_word_of_the_numbers(
    low: float,
    high: float,
    tokens: int,
    *,
    general: GeneralChange | None,
    votes: BlindVotes | None,
    word: VerdictKind,
) -> None:
    assert verdict_kind(low, high, tokens, general, votes) == word


def test_the_training_loss_is_nowhere_in_it() -> None:
    names = {one.name for one in fields(TuningVerdict)}
    assert not {name for name in names if "loss" in name or "train" in name}


def test_votes_without_any_settle_nothing() -> None:
    assert not BlindVotes(0, 0, 0, 0.0).settled_for_base


def test_a_verdict_comes_back_from_json() -> None:
    whole = TuningVerdict("better", 30.6, 6.49, 0.17, 0.26, 412, 7, SAME, LEANING)
    bare = TuningVerdict("not_shown")
    for one in (whole, bare):
        assert TuningVerdict.from_json(json.loads(json.dumps(one.to_json()))) == one
