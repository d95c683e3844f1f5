"""Words, sentences and numbers of a reply, by plain rules that a person can follow."""

from __future__ import annotations

import re
import unicodedata

from benchtop.domain.search_words import is_unspaced

_SENTENCE_END = re.compile(
    r"[.!?…]+[\"'”’»)\]*_]*(?=\s|$)|[。！？]+|\n\s*\n|\n(?=\s*(?:[-*•]|\d+[.)])\s)"
)
_ABBREVIATION = re.compile(r"(?:^|[\s(])(?:Mr|Mrs|Ms|Dr|Prof|St|vs|etc|e\.g|i\.e|No|[A-Z]|\d+)\.$")
_NUMBER = re.compile(
    r"(?<![^\W_])(?<!\d\.)[-−+]?"  # not inside a word; a minus after a number takes away
    r"(?:(?:\d{1,3}(?:[,\u00a0\u202f]\d{3})+(?![\d])|\d+)(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d{1,3}(?!\d))?"
)
_ALTERNATIVES = str.maketrans("‘’“”−\u00a0\u202f", "''\"\"-  ")
_AROUND = " \t\n\r\"'`*_"


def words(text: str) -> int:
    """How many words: pieces between white space that hold a letter or digit; in a script without
    spaces each letter is one."""
    count = 0
    for piece in text.split():
        single = sum(is_unspaced(letter) and letter.isalnum() for letter in piece)
        rest = any(letter.isalnum() and not is_unspaced(letter) for letter in piece)
        count += single + rest
    return count


def sentences(text: str) -> int:
    """How many sentences: what ends with . ! ? … or their likes, with an empty line or as an item of
    a list, and holds a letter or digit. Common abbreviations and initials end none."""
    count, begin = 0, 0
    for end in _SENTENCE_END.finditer(text):
        piece = text[begin : end.end()]
        if end.group() == "." and end.end() < len(text) and _ABBREVIATION.search(piece[-12:]):
            continue
        count += any(map(str.isalnum, piece))
        begin = end.end()
    return count + any(map(str.isalnum, text[begin:]))


def numbers(text: str) -> list[float]:
    """The numbers of a text in their order. A comma or thin space between groups of three digits is
    passed over, and a point begins the decimals: 1,234.5; what is finite only."""
    found = []
    for match in _NUMBER.finditer(text):
        digits = match.group().replace("−", "-")
        value = float(re.sub(r"[,\u00a0\u202f]", "", digits))
        if abs(value) <= 1e300:
            found.append(value)
    return found


def comparable(text: str, *, ignore_case: bool) -> str:
    """The text with one kind of quotation mark, hyphen and space, and of one case if that is ignored."""
    plain = unicodedata.normalize("NFC", text).translate(_ALTERNATIVES)
    return plain.casefold() if ignore_case else plain


def bare(text: str) -> str:
    """comparable() without capitals, what stands around it and doubled space."""
    plain = " ".join(comparable(text, ignore_case=True).split())
    return plain.strip(_AROUND).rstrip(".!").strip(_AROUND)
