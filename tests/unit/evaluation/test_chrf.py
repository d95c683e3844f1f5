"""chrF against figures of sacrebleu."""

from __future__ import annotations

import pytest

from benchtop.evaluation.chrf import chrf


@pytest.mark.parametrize(
    ("text", "reference", "score"),
    [
        # CHRF().sentence_score(text, [reference]).score / 100 of sacrebleu 2.6.0.
        ("The cat sat on the mat.", "The cat sat on the mat.", 1.0),
        ("The cat sat on the mat.", "A cat was sitting on the mat.", 0.39784852),
        ("Paris", "The capital of France is Paris.", 0.1479202),
        ("a", "abcdefgh", 0.15151515),
        ("", "x", 0.0),
        ("totally different", "qzk", 0.0),
        ("Das ist ein Test", "das ist ein Test", 0.90212056),
        ("今日は良い天気です", "今日はとても良い天気ですね", 0.42736469),
        ("the the the the", "the cat", 0.17868922),
        ("ab cd", "abcd", 1.0),
    ],
)
def test_it_is_sacrebleus(text: str, reference: str, score: float) -> None:
    assert chrf(text, reference) == pytest.approx(score, abs=1e-8)
