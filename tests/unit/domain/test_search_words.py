from __future__ import annotations

import pytest

from benchtop.domain.search_words import Phrase, is_unspaced, parse_search


@pytest.mark.parametrize(
    ("typed", "phrases", "literals"),
    [
        ("", [], []),
        ("owl", [Phrase("owl", is_beginning=True)], []),
        ("barn owl", [Phrase("barn"), Phrase("owl", is_beginning=True)], []),
        ('"two words" owl.', [Phrase("two words"), Phrase("owl.")], []),
        ('"two wor', [Phrase("two wor", is_beginning=True)], []),
        ('"two words"', [Phrase("two words")], []),
        ("-> 日本 owl", [Phrase("owl", is_beginning=True)], ["->", "日本"]),
        ('" " \x00 ""', [], []),
    ],
)
def test_what_is_typed_is_taken_apart(
    typed: str, phrases: list[Phrase], literals: list[str]
) -> None:
    found = parse_search(typed)
    assert list(found.phrases) == phrases
    assert list(found.literals) == literals
    assert found.texts == [*(phrase.text for phrase in phrases), *literals]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("日本", True), ("ไทย", True), ("ภ x", True), ("한국어", False), ("café – “🙂”", False)],
)
def test_scripts_without_spaces_are_known(text: str, expected: bool) -> None:
    assert is_unspaced(text) is expected
