"""What a person typed into a search box, taken apart into what must be found."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LONGEST_SEARCH = 1_000
MOST_WORDS = 32
_PIECE = re.compile(r'"([^"]*)("|$)|([^\s"]+)')
UNSPACED = (
    (0x0E00, 0x109F),  # Thai, Lao, Tibetan, Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0x9FFF),  # Chinese and Japanese, with their signs
    (0xA9E0, 0xA9FF),  # Myanmar
    (0xAA60, 0xAA7F),
    (0xF900, 0xFAFF),  # Chinese
    (0xFF00, 0xFFEF),  # full and half width
    (0x1B000, 0x1B16F),  # Japanese
    (0x20000, 0x3FFFF),  # Chinese
)
"""First and last code points of scripts whose words are not set apart by spaces."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A word, or words side by side; ``is_beginning``: its last word may go on."""

    text: str
    is_beginning: bool = False


@dataclass(frozen=True, slots=True)
class SearchWords:
    """Phrases to be found as words, and literals to be found letter by letter."""

    phrases: tuple[Phrase, ...] = ()
    literals: tuple[str, ...] = ()

    @property
    def texts(self) -> list[str]:
        """Every phrase and literal, for marking them in a text."""
        return [*(phrase.text for phrase in self.phrases), *self.literals]


def parse_search(typed: str) -> SearchWords:
    """Any text as SearchWords: at most MOST_WORDS of its first LONGEST_SEARCH characters.

    "Words in quotes" are one phrase; the last word is a beginning unless a quote or sign ends it.
    What is only signs, such as "->", or holds a letter of an unspaced script is a literal. No part
    is empty or holds a quote, a control character or half of one.
    """
    text = "".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in typed)
    phrases: list[Phrase] = []
    literals: list[str] = []
    pieces = [p for p in _PIECE.finditer(text[:LONGEST_SEARCH]) if p[0].strip('" ')][:MOST_WORDS]
    for piece in pieces:
        words = (piece[1] if piece[3] is None else piece[3]).strip()
        if not any(map(_is_word_letter, words)) or is_unspaced(words):
            literals.append(words)
            continue
        closed = piece[2] == '"' or not _is_word_letter(words[-1])
        phrases.append(Phrase(words, is_beginning=piece is pieces[-1] and not closed))
    return SearchWords(tuple(phrases), tuple(literals))


def is_unspaced(text: str) -> bool:
    """Whether a text holds a character of a script that sets no spaces between words."""
    return any(first <= ord(c) <= last for c in text for first, last in UNSPACED)


def _is_word_letter(letter: str) -> bool:
    """Whether FTS5's unicode61 counts it as part of a word: letters, numbers, private use."""
    category = unicodedata.category(letter)
    return category[0] in "LN" or category == "Co"
