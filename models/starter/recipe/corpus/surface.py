"""How people really type: no capitals, no question mark, typing errors, short forms, polite words around."""

from __future__ import annotations

import random

from .lists import phrases

Rng = random.Random

QUESTION_WORDS = frozenset(
    [
        "who",
        "what",
        "what's",
        "where",
        "when",
        "why",
        "how",
        "which",
        "is",
        "are",
        "am",
        "do",
        "does",
        "did",
        "can",
        "could",
        "will",
        "would",
        "should",
        "may",
        "has",
        "have",
        "must",
        "was",
        "were",
        "who's",
        "where's",
        "whats",
    ]
)
BEFORE = phrases("surface.before")
AFTER = phrases("surface.after")
SHORTER = (
    ("what is", "what's"),
    ("What is", "What's"),
    ("what is", "whats"),
    ("do not", "don't"),
    ("do not", "dont"),
    ("cannot", "can't"),
    ("cannot", "cant"),
    ("I am", "I'm"),
    ("I am", "im"),
    ("where is", "where's"),
    ("how do I", "how do i"),
    ("you are", "you're"),
    ("you", "u"),
    ("are", "r"),
    ("please", "pls"),
    ("conversation", "convo"),
    ("message", "msg"),
    ("and", "&"),
    ("who is", "who's"),
    ("because", "cause"),
    ("quantisation", "quantization"),
    ("favourite", "favorite"),
    ("colour", "color"),
    ("licence", "license"),
)
FILLERS = frozenset(
    [
        "the",
        "a",
        "an",
        "do",
        "i",
        "to",
        "is",
        "are",
        "can",
        "my",
        "does",
        "it",
        "of",
        "you",
        "please",
        "me",
        "this",
        "that",
        "would",
        "for",
        "in",
    ]
)
NEIGHBOURS = {
    "a": "sq",
    "b": "vn",
    "c": "xv",
    "d": "sf",
    "e": "wr",
    "f": "dg",
    "g": "fh",
    "h": "gj",
    "i": "uo",
    "j": "hk",
    "k": "jl",
    "l": "k",
    "m": "n",
    "n": "bm",
    "o": "ip",
    "p": "o",
    "q": "wa",
    "r": "et",
    "s": "ad",
    "t": "ry",
    "u": "yi",
    "v": "cb",
    "w": "qe",
    "x": "zc",
    "y": "tu",
    "z": "x",
}


def typo(word: str, rng: Rng) -> str:
    """Swap, drop, double or miss one letter inside a word."""
    if len(word) < 4 or not word.isalpha():
        return word
    at = rng.randrange(1, len(word) - 1)
    kind = rng.randrange(4)
    if kind == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == 1:
        return word[:at] + word[at + 1 :]
    if kind == 2:
        return word[:at] + word[at] + word[at:]
    return word[:at] + rng.choice(NEIGHBOURS.get(word[at].lower(), "e")) + word[at + 1 :]


def misspell(text: str, rng: Rng) -> str:
    """One or two typing errors."""
    words = text.split(" ")
    for _ in range(rng.choice((1, 1, 2))):
        at = rng.randrange(len(words))
        words[at] = typo(words[at], rng)
    return " ".join(words)


def shorten(text: str, rng: Rng) -> str:
    """Use a short form or another spelling where there is one."""
    long, short = rng.choice(SHORTER)
    return f" {text} ".replace(f" {long} ", f" {short} ").strip()


def telegram(text: str) -> str:
    """Keep the words that carry the meaning."""
    kept = [word for word in text.split(" ") if word.lower() not in FILLERS]
    return " ".join(kept) if len(kept) > 1 else text


def is_question(text: str) -> bool:
    """Whether a text begins like a question."""
    return text.split(" ", 1)[0].lower().strip(",:") in QUESTION_WORDS


def punctuate(text: str, rng: Rng) -> str:
    """A capital at the front and the mark that belongs at the end, mostly."""
    if text[-1] not in ".?!":
        text += "?" if is_question(text) else rng.choice((".", ".", "", "!"))
    return text[0].upper() + text[1:]


def wrap(text: str, rng: Rng) -> str:
    """Put polite or joining words around a text."""
    if rng.random() < 0.6:
        return f"{rng.choice(BEFORE)} {text}"
    return f"{text.rstrip('.?!')} {rng.choice(AFTER)}"


def roughen(text: str, rng: Rng) -> str:
    """One of the ways in which a person might type a text."""
    if rng.random() < 0.16:
        text = wrap(text, rng)
    for _ in range(2):
        text = shorten(text, rng)
    style = rng.random()
    if style < 0.48:
        return punctuate(text, rng)
    if style < 0.56:
        return punctuate(misspell(text, rng), rng)
    if style < 0.62:
        return misspell(text.lower().rstrip(".?!"), rng)
    if style < 0.68:
        return telegram(text.lower().rstrip(".?!")) + rng.choice(("", "", "?"))
    if style < 0.76:
        return punctuate(text.lower(), rng) if rng.random() < 0.5 else text.lower() + " ?"
    if style < 0.78:
        return text.upper() + rng.choice(("", "?", "!"))
    if style < 0.86:
        return text
    return text.lower().rstrip(".?!")
