"""Phrases with alternatives: `(a|b|) word {macro} [1-9]` stands for many sentences, of which one is drawn.

`(a|b|)` is a choice (an empty one is optional), `{name}` another phrase by name, `[low-high]` a number. A
backslash takes away the meaning of the next character. Patterns are parsed once and drawn from many times.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Rng = random.Random


@dataclass(frozen=True)
class Choice:
    """One of several sequences. An item is text, a Choice, a Macro or a Number."""

    options: tuple[tuple[object, ...], ...]


@dataclass(frozen=True)
class Macro:
    """A phrase that is looked up by name when it is drawn."""

    name: str


@dataclass(frozen=True)
class Number:
    """A whole number between two others."""

    low: int
    high: int


class _Reader:
    """A recursive-descent parser over one pattern."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def choice(self, closing: str) -> Choice:
        """Read alternatives up to `closing` (or the end of the text where that is empty)."""
        options: list[tuple[object, ...]] = []
        items: list[object] = []
        letters: list[str] = []

        def flush() -> None:
            if letters:
                items.append("".join(letters))
                letters.clear()

        while self.at < len(self.text):
            char = self.text[self.at]
            self.at += 1
            if char == "\\":
                letters.append(self.text[self.at])
                self.at += 1
            elif char == closing:
                flush()
                return Choice((*options, tuple(items)))
            elif char == "|":
                flush()
                options.append(tuple(items))
                items = []
            elif char in "({[":
                flush()
                items.append(self._special(char))
            else:
                letters.append(char)
        if closing:
            raise ValueError(f"no {closing!r} in {self.text!r}")
        flush()
        return Choice((*options, tuple(items)))

    def _special(self, opening: str) -> object:
        if opening == "(":
            return self.choice(")")
        closing = "}" if opening == "{" else "]"
        end = self.text.index(closing, self.at)
        inside = self.text[self.at : end]
        self.at = end + 1
        if opening == "{":
            return Macro(inside)
        low, high = inside.split("-")
        return Number(int(low), int(high))


def parse(pattern: str) -> Choice:
    """Read a pattern."""
    return _Reader(pattern).choice("")


def tidy(text: str) -> str:
    """Take out the double spaces and the spaces before commas that optional parts leave."""
    return re.sub(r" +([,.?!])", r"\1", re.sub(r"[ \t]+", " ", text)).strip(" ")


@dataclass
class Phrasebook:
    """Named phrases, and the drawing of sentences from patterns that use them."""

    macros: dict[str, Choice] = field(default_factory=dict)
    makers: Mapping[str, Callable[[Rng], str]] = field(default_factory=dict)

    def define(self, name: str, options: str) -> None:
        """Add a named phrase."""
        self.macros[name] = parse(options)

    def draw(self, pattern: Choice, rng: Rng) -> str:
        """One sentence of a pattern."""
        return tidy(self._render(pattern, rng))

    def _render(self, node: object, rng: Rng) -> str:
        if isinstance(node, str):
            return node
        if isinstance(node, Number):
            return str(rng.randint(node.low, node.high))
        if isinstance(node, Macro):
            if node.name in self.makers:
                return self.makers[node.name](rng)
            return self._render(self.macros[node.name], rng)
        assert isinstance(node, Choice)
        option = rng.choice(node.options)
        return "".join(self._render(item, rng) for item in option)

    def weight(self, pattern: Choice) -> float:
        """How often to take a pattern among others: richer ones more often, but not in proportion."""
        return min(6.0, self._count(pattern) ** 0.3)

    def _count(self, node: object) -> float:
        if isinstance(node, Macro):
            return self._count(self.macros[node.name]) if node.name in self.macros else 100.0
        if not isinstance(node, Choice):
            return 1.0
        total = 0.0
        for option in node.options:
            product = 1.0
            for item in option:
                product *= self._count(item)
            total += product
        return total
