"""What a search marks in the text it leads to."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QTextDocument

from benchtop.ui.chat.chat_style import ChatStyle
from benchtop.ui.chat.sidebar import Sidebar
from benchtop.ui.chat.word_marks import mark_words
from ui.sidebar.conftest import search


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ('"two words"', ["two words"]),
        ('"two wor', ["two wor"]),
        ('owl "two words" ->', ["owl", "two words", "->"]),
        ('"', []),
    ],
)
def test_a_phrase_stays_whole(sidebar: Sidebar, typed: str, words: list[str]) -> None:
    search(sidebar).setText(typed)
    assert sidebar.search_words() == words


@pytest.mark.parametrize(
    ("words", "marked"),
    [
        (["two words"], ["Two, words", "two words"]),
        (["->", "日本"], ["->", "日本"]),
        (["two", "(not"], ["Two", "two"]),
        ([" "], []),
    ],
)
def test_what_the_search_found_is_marked(
    sidebar: Sidebar, words: list[str], marked: list[str]
) -> None:
    document = QTextDocument("Two, words; -> 日本語 and two words, words.")
    marks = mark_words(document, words, ChatStyle(sidebar))
    assert [mark.cursor.selectedText() for mark in marks] == marked
