"""Words, sentences and numbers, counted by hand."""

from __future__ import annotations

import pytest

from benchtop.evaluation.text_units import numbers, sentences, words


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0), ("one", 1), ("don't stop", 2), ("a – b", 2), ("well-known fact", 2), ("日本 is 2", 4),
        ("* item\n* item", 2),
    ],
)  # fmt: skip
def test_words(text: str, count: int) -> None:
    assert words(text) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0), ("...", 0), ("No end", 1), ("One. Two? Three!", 3), ("It costs 3.50 in all.", 1),
        ("Mr. Low and Dr. Wu, e.g. here, met.", 1), ("J. S. Bach wrote it. We play it.", 2),
        ("Wait… what?", 2),
        ("He said “Go.” She went.", 2), ("今日は晴れ。明日は雨。", 2), ("- one\n- two\n- three", 3),
        ("A title\n\nA sentence.", 2), ("Really?! Yes.", 2), ("The answer is no. Ask again.", 2),
    ],
)  # fmt: skip
def test_sentences(text: str, count: int) -> None:
    assert sentences(text) == count


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []), ("none", []), ("42.", [42]), ("1,234,567.5 and 12", [1_234_567.5, 12]),
        ("3, 4,5", [3, 4, 5]),
        ("-3 and −4 and 7-5", [-3, -4, 7, 5]), ("$5, £6, 7%, 8km, **9**, _10_", [5, 6, 7, 8, 9, 10]),
        ("H2O and x5", []), ("1e3 and 2.5E-1", [1_000, 0.25]), (".5", [0.5]), ("10:30", [10, 30]),
        ("9" * 400, []), ("1.2.3", [1.2]),
    ],
)  # fmt: skip
def test_numbers(text: str, found: list[float]) -> None:
    assert numbers(text) == found
