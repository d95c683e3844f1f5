"""Invented words and names. Copying them teaches the model to copy words it has never seen."""

from __future__ import annotations

import random

from .lists import phrases

Rng = random.Random

ONSETS = [
    "b",
    "bl",
    "br",
    "c",
    "ch",
    "cl",
    "cr",
    "d",
    "dr",
    "f",
    "fl",
    "fr",
    "g",
    "gl",
    "gr",
    "h",
    "j",
    "k",
    "kl",
    "kr",
    "l",
    "m",
    "n",
    "p",
    "pl",
    "pr",
    "qu",
    "r",
    "s",
    "sh",
    "sk",
    "sl",
    "sm",
    "sn",
    "sp",
    "st",
    "str",
    "t",
    "th",
    "tr",
    "tw",
    "v",
    "w",
    "wh",
    "y",
    "z",
    "zh",
]
VOWELS = [
    "a",
    "e",
    "i",
    "o",
    "u",
    "ai",
    "au",
    "ea",
    "ee",
    "ei",
    "ia",
    "ie",
    "io",
    "oa",
    "oo",
    "ou",
    "ue",
    "y",
]
CODAS = [""] * 12 + [
    "b",
    "ck",
    "d",
    "ff",
    "g",
    "k",
    "l",
    "ll",
    "m",
    "n",
    "nd",
    "ng",
    "nt",
    "p",
    "r",
    "rk",
    "rn",
    "s",
    "sh",
    "ss",
    "st",
    "t",
    "th",
    "x",
    "z",
]
NAMES = phrases("invent.names")


def word(rng: Rng, syllables: int | None = None) -> str:
    """An invented word in lower case, such as `blorpin`."""
    count = syllables or rng.choice((1, 2, 2, 2, 3, 3))
    made = "".join(
        rng.choice(ONSETS) + rng.choice(VOWELS) + rng.choice(CODAS) for _ in range(count)
    )
    return made if len(made) > 2 else made + rng.choice(("n", "t", "ra"))


def name(rng: Rng) -> str:
    """A name: a known one, or as often an invented one."""
    return rng.choice(NAMES) if rng.random() < 0.4 else word(rng).capitalize()


def thing(rng: Rng) -> str:
    """Something that does not exist, for questions that nobody can answer."""
    return word(rng).capitalize() if rng.random() < 0.6 else f"{name(rng)} {word(rng).capitalize()}"


# One character range for each length and lead of UTF-8, so that every byte that can occur does occur.
RANGES = (
    (0xA1, 0x24F),
    (0x370, 0x52F),
    (0x531, 0x556),
    (0x5D0, 0x5EA),
    (0x621, 0x64A),
    (0x710, 0x7B1),
    (0x7C0, 0x7FF),
    (0x905, 0xFFF),
    (0x10A0, 0x1FFF),
    (0x2010, 0x2BFF),
    (0x3041, 0x30FF),
    (0x4E00, 0x9FFF),
    (0xA000, 0xA48C),
    (0xAC00, 0xD7A3),
    (0xE000, 0xF8FF),
    (0xF900, 0xFAD9),
    (0xFF01, 0xFFEF),
    (0x10000, 0x3FFFF),
    (0x1F300, 0x1FAFF),
    (0x1F600, 0x1F64F),
    (0x40000, 0x10FFFF),
)


def foreign(rng: Rng) -> str:
    """A few characters of one script, or an emoji: no meaning, only bytes to copy."""
    low, high = rng.choice(RANGES)
    return "".join(chr(rng.randint(low, high)) for _ in range(rng.randint(1, 4)))
