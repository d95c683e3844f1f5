"""A text as the set of its words and pairs of neighbouring words, which near duplicates share."""

from __future__ import annotations

import string
import unicodedata
from itertools import pairwise
from typing import Final

import regex

from benchtop.domain.search_words import UNSPACED

_UNSPACED = "".join(f"\\U{first:08X}-\\U{last:08X}" for first, last in UNSPACED)
_WORD: Final = regex.compile(
    # A letter of a script without spaces, with its marks; a word of another; a sign such as + or €.
    rf"[[{_UNSPACED}]&&[\p{{L}}\p{{N}}]]\p{{M}}*|[[\p{{L}}\p{{N}}\p{{M}}_]--[{_UNSPACED}]]+|\p{{S}}",
    flags=regex.VERSION1,
)
_ASCII: Final = str.maketrans(
    dict.fromkeys(string.punctuation + string.whitespace, " ")
    | {chr(code): " " for code in (*range(32), 127)}
    | {sign: f" {sign} " for sign in "$+<=>^`|~"}
    | {"_": "_"}
)


def shingles(text: str) -> frozenset[str]:
    """The words of a text and its pairs of neighbouring words.

    Capitals, spaces, punctuation and the width of letters make no difference; signs that are no
    punctuation do, so that 2+2 and 2-2 differ. In a script without spaces each letter is a word.
    Empty for a text without words.
    """
    words = _words(text)
    return frozenset(words).union([f"{one} {two}" for one, two in pairwise(words)])


def _words(text: str) -> list[str]:
    if text.isascii():  # the same, five times as fast
        return text.casefold().translate(_ASCII).split()
    found: list[str] = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    return found
