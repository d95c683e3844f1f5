"""Words to repeat exactly: they exercise copying, and the rarer parts of the vocabulary."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache

from . import intents, invent, stories
from .lists import TEXT

Rng = random.Random
Turn = tuple[str, str]

_SIGNS = "".join(chr(code) for code in range(32, 127)) + "\n\t"


@cache
def lexicon() -> tuple[str, ...]:
    """Every word of the answers, once, in order: the words to repeat come from here."""
    found: dict[str, None] = {}
    texts = [w.meaning for file in intents.WORD_FILES for w in intents.words(file)]
    texts += [*stories.JOKES, *stories.POEMS]
    texts += [(TEXT / f"{file}.txt").read_text("utf-8") for file in intents.INTENT_FILES]
    texts += [(TEXT / f"{file}.txt").read_text("utf-8") for file in ("macros", "unknown_lists")]
    marks = str.maketrans(dict.fromkeys("(|){}[]=\n", " "))
    for text in texts:
        found.update(dict.fromkeys(text.translate(marks).split()))
    return tuple(found)


ECHO: tuple[Callable[[str], str], ...] = (
    lambda x: f"repeat after me: {x}",
    lambda x: f"say: {x}",
    lambda x: f"repeat: {x}",
    lambda x: f"Repeat this: {x}",
    lambda x: f"please write {x}",
    lambda x: f"Echo: {x}",
    lambda x: f"write this down: {x}",
    lambda x: f"Say exactly this: {x}",
    lambda x: f"copy this text: {x}",
    lambda x: f"Repeat the words {x}",
)


def echo(rng: Rng) -> Turn:
    """Words to repeat exactly. This exercises every token, as input and as output."""
    kind = rng.random()
    count = rng.randint(1, 6)
    if kind < 0.35:
        text = " ".join(rng.choice(lexicon()) for _ in range(count))
    elif kind < 0.5:
        text = " ".join(_piece(rng.choice(lexicon()), rng) for _ in range(count))
    elif kind < 0.75:
        text = " ".join(invent.foreign(rng) for _ in range(rng.randint(1, 3)))
    elif kind < 0.87:
        text = " ".join(invent.word(rng) for _ in range(count))
    else:
        text = "".join(rng.choice(_SIGNS) for _ in range(rng.randint(1, 8))).strip() or "~"
    return rng.choice(ECHO)(text), text


def _piece(word: str, rng: Rng) -> str:
    """A part of a word: some tokens are only ever seen as parts of longer ones."""
    start = rng.randrange(max(1, len(word) - 1))
    return word[start : start + rng.randint(2, 8)]
