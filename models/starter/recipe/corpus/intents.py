"""Reads the folder `text`: intents with their ways to ask and to answer, and definitions of words."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache

from . import invent
from .grammar import Choice, Phrasebook, parse
from .lists import TEXT, phrases

Rng = random.Random
INTENT_FILES = ("app_models", "app_chat", "app_more", "self", "smalltalk", "unknown", "more_asks")
WORD_FILES = ("terms", "world")

ASK_WORD = phrases("intents.ask_word")
ASK_TERM = phrases("intents.ask_term")


@dataclass(frozen=True)
class Intent:
    """One thing people want, the ways they ask for it and the answers."""

    name: str
    weight: float
    asks: tuple[Choice, ...]
    ask_weights: tuple[float, ...]
    answers: tuple[Choice, ...]

    def draw(self, book: Phrasebook, rng: Rng) -> tuple[str, str]:
        """A question in plain spelling, and its answer."""
        ask = rng.choices(self.asks, self.ask_weights)[0]
        return book.draw(ask, rng), book.draw(rng.choice(self.answers), rng)


@dataclass(frozen=True)
class Word:
    """A word the model can explain."""

    names: tuple[str, ...]
    meaning: str
    technical: bool

    def draw(self, rng: Rng) -> tuple[str, str]:
        """A question about the word, and what it is."""
        frames = ASK_TERM if self.technical and rng.random() < 0.2 else ASK_WORD
        name = self.names[0] if rng.random() < 0.4 else rng.choice(self.names)
        return rng.choice(frames).format(x=name), self.meaning


def _lines(name: str) -> list[str]:
    text = (TEXT / f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("# ")]


@cache
def phrasebook() -> Phrasebook:
    """The named phrases of `macros.txt` and `unknown_lists.txt`."""
    makers = {"invented": invent.thing, "inventedlower": invent.word}
    book = Phrasebook(makers=makers)
    for line in _lines("macros"):
        name, _, options = line.partition(" = ")
        book.define(name, options)
    for line in _lines("unknown_lists"):
        # These lists are written with spaces around their bars, for the eye.
        name, _, options = line.partition(" = ")
        book.define(name, options.replace(" | ", "|"))
    return book


def _answer(line: str) -> Choice:
    """An answer's round brackets are text, as in (Ctrl+3); only {names} are looked up."""
    return parse(line.replace("(", "\\(").replace(")", "\\)"))


@cache
def intents() -> dict[str, Intent]:
    """Every intent by its name, in the files' order."""
    book, found = phrasebook(), {}
    for file in INTENT_FILES:
        for block in "\n".join(_lines(file)).split("## ")[1:]:
            head, *lines = block.strip().splitlines()
            name, _, weight = head.partition(" ")
            asks = tuple(parse(line[2:]) for line in lines if line.startswith("? "))
            answers = tuple(_answer(line[2:]) for line in lines if line.startswith("! "))
            if name in found:
                # More ways to ask; the answers stand in the first file.
                asks, answers = (*found[name].asks, *asks), found[name].answers
            weights = tuple(book.weight(ask) for ask in asks)
            found[name] = Intent(name, float(weight or 1), asks, weights, answers)
    return found


@cache
def words(file: str) -> tuple[Word, ...]:
    """The definitions of one file."""
    found = []
    for line in _lines(file):
        names, _, meaning = line.partition(" : ")
        found.append(Word(tuple(n.strip() for n in names.split("|")), meaning, file == "terms"))
    return tuple(found)


@cache
def family(prefix: str) -> tuple[tuple[Intent, ...], tuple[float, ...]]:
    """The intents whose names begin with one of the `|`-separated prefixes, and their weights."""
    chosen = tuple(i for i in intents().values() if i.name.startswith(tuple(prefix.split("|"))))
    return chosen, tuple(i.weight for i in chosen)
