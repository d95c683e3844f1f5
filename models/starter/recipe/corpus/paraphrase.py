"""Says a question in other words: synonyms, words around it, words in between, another order.

It teaches the model to go by the words that matter.
"""

from __future__ import annotations

import random
from functools import cache

from .lists import TEXT, phrases

Rng = random.Random


@cache
def synonyms() -> dict[str, tuple[str, ...]]:
    """Every word of `synonyms.txt` with the words that may stand for it."""
    lines = (TEXT / "synonyms.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split(" = ") for line in lines if " = " in line and not line.startswith("#"))
    return {word: tuple(others.split(" | ")) for word, others in pairs}


def exchange(text: str, rng: Rng, share: float = 0.45) -> str:
    """Put synonyms in the place of some words."""
    made = []
    for word in text.split(" "):
        others = synonyms().get(word.lower())
        made.append(rng.choice(others) if others and rng.random() < share else word)
    return " ".join(made)


def surround(text: str, rng: Rng) -> str:
    """Put a frame around a question."""
    return rng.choice(phrases("paraphrase.around")).format(x=text)


def fill(text: str, rng: Rng) -> str:
    """Put one to three words that matter little somewhere in between."""
    words = text.split(" ")
    for _ in range(rng.choice((1, 1, 2, 3))):
        words.insert(rng.randrange(len(words) + 1), rng.choice(phrases("paraphrase.fillers")))
    return " ".join(words)


def reorder(text: str, rng: Rng) -> str:
    """Move the end of a question to its front, or swap two neighbours."""
    words = text.split(" ")
    if len(words) < 3:
        return text
    at = rng.randrange(1, len(words))
    if rng.random() < 0.5:
        return " ".join([*words[at:], *words[:at]])
    words[at - 1], words[at] = words[at], words[at - 1]
    return " ".join(words)


def paraphrase(text: str, rng: Rng, *, words: bool) -> str:
    """Another way to ask. With `words`, single words may change too."""
    if words and rng.random() < 0.7:
        text = exchange(text, rng)
    if words and rng.random() < 0.25:
        text = fill(text, rng)
    if words and rng.random() < 0.08:
        text = reorder(text, rng)
    if rng.random() < 0.15:
        text = surround(text, rng)
    return text
