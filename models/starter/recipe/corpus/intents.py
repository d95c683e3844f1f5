"""Reads the folder `text`: intents with their ways to ask and to answer, and definitions of words."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache

from . import invent
from .grammar import Choice, Phrasebook, parse
from .lists import TEXT, phrases

Rng = random.Random
INTENT_FILES = (
    *("app_models", "app_chat", "app_more", "self", "smalltalk", "unknown"),
    # More ways to ask for the intents of the files before.
    *("more_asks", "ways_chat", "ways_models", "ways_app", "ways_self"),
)
WORD_FILES = ("terms", "world")

ASK_WORD = phrases("intents.ask_word")
ASK_TERM = phrases("intents.ask_term")
# Of the files "ways_*" every so many-th way to ask is never trained on: `evaluate` asks those.
KEPT_BACK = 25
# How often a word that has ways to ask of its own is asked for in one of them.
OWN_ASKS = 0.6


@dataclass(frozen=True)
class Intent:
    """One thing people want, the ways they ask for it and the answers."""

    name: str
    weight: float
    asks: tuple[Choice, ...]
    ask_weights: tuple[float, ...]
    answers: tuple[Choice, ...]
    kept_back: tuple[Choice, ...] = ()

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
    # Ways to ask for this word alone; most words only have the frames that are for all.
    asks: tuple[Choice, ...] = ()
    kept_back: tuple[Choice, ...] = ()

    def draw(self, rng: Rng) -> tuple[str, str]:
        """A question about the word, and what it is."""
        if self.asks and rng.random() < OWN_ASKS:
            return phrasebook().draw(rng.choice(self.asks), rng), self.meaning
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
            asks, kept_back = _asks(file, lines)
            answers = tuple(_answer(line[2:]) for line in lines if line.startswith("! "))
            if name in found:
                # More ways to ask; the answers stand in the first file.
                asks, answers = (*found[name].asks, *asks), found[name].answers
                kept_back = (*found[name].kept_back, *kept_back)
            weights = tuple(book.weight(ask) for ask in asks)
            weight = weight or (found[name].weight if name in found else 1)
            found[name] = Intent(name, float(weight), asks, weights, answers, kept_back)
    return found


def _asks(file: str, lines: list[str]) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    """The ways to ask among the lines of an intent, and those that are kept back."""
    asks = [parse(line[2:]) for line in lines if line.startswith("? ")]
    if not file.startswith("ways_"):
        return tuple(asks), ()
    trained = tuple(ask for at, ask in enumerate(asks, 1) if at % KEPT_BACK)
    return trained, tuple(asks[KEPT_BACK - 1 :: KEPT_BACK])


@cache
def words(file: str) -> tuple[Word, ...]:
    """The definitions of one file."""
    found = []
    asks = _asks_for_words()
    for line in _lines(file):
        left, _, meaning = line.partition(" : ")
        names = tuple(name.strip() for name in left.split("|"))
        trained, kept_back = asks.get(names[0], ((), ()))
        found.append(Word(names, meaning, file == "terms", trained, kept_back))
    return tuple(found)


@cache
def _asks_for_words() -> dict[str, tuple[tuple[Choice, ...], tuple[Choice, ...]]]:
    """The ways to ask of `ways_terms.txt` (and those kept back), by the first name of the word."""
    found = {}
    for block in "\n".join(_lines("ways_terms")).split("## ")[1:]:
        name, *lines = block.strip().splitlines()
        found[name] = _asks("ways_terms", lines)
    return found


def kept_back() -> list[tuple[str, str, list[str]]]:
    """Questions never trained on: the intent or word, the question, and its answers."""
    rng, book = Rng(0), phrasebook()
    found = []
    for intent in intents().values():
        answers = [book.draw(answer, Rng(seed)) for answer in intent.answers for seed in range(20)]
        found += [(intent.name, book.draw(ask, rng), answers) for ask in intent.kept_back]
    for word in words("terms"):
        found += [(word.names[0], book.draw(ask, rng), [word.meaning]) for ask in word.kept_back]
    return found


@cache
def family(prefix: str) -> tuple[tuple[Intent, ...], tuple[float, ...]]:
    """The intents whose names begin with one of the `|`-separated prefixes, and their weights."""
    chosen = tuple(i for i in intents().values() if i.name.startswith(tuple(prefix.split("|"))))
    return chosen, tuple(i.weight for i in chosen)
