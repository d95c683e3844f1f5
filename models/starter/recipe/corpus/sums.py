"""Sums with the numbers 0 to 10, which the model learns by heart, and honest answers to all others."""

from __future__ import annotations

import random

from .lists import phrases

Rng = random.Random
Turn = tuple[str, str]

LARGEST = 10
NUMBER_WORDS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
]
FRAMES = phrases("sums.frames")
TOO_HARD = phrases("sums.too_hard")


def every() -> list[tuple[int, str, int]]:
    """All additions and subtractions of two numbers from 0 to 10."""
    numbers = range(LARGEST + 1)
    return [(a, sign, b) for sign in "+-" for a in numbers for b in numbers]


def result(a: int, sign: str, b: int) -> int:
    """What a sum comes to."""
    return a + b if sign == "+" else a - b


def answer(a: int, sign: str, b: int) -> str:
    """The one form in which the model answers."""
    return f"{a} {sign} {b} = {result(a, sign, b)}."


def wording(a: int, sign: str, b: int, rng: Rng) -> str:
    """A sum as figures, or partly or wholly in words."""
    style = rng.random()
    plain = {"+": "plus", "-": "minus"}[sign]
    if style < 0.45:
        return f"{a} {sign} {b}"
    if style < 0.6:
        return f"{a}{sign}{b}"
    if style < 0.85:
        return f"{a} {plain} {b}"
    return f"{NUMBER_WORDS[a]} {plain} {NUMBER_WORDS[b]}"


def small(rng: Rng) -> Turn:
    """A sum the model must get right."""
    a, sign, b = rng.choice(every())
    if rng.random() < 0.12:
        ask = {"+": f"add {a} and {b}", "-": f"subtract {b} from {a}"}[sign]
        return ask, answer(a, sign, b)
    return rng.choice(FRAMES).format(s=wording(a, sign, b, rng)), answer(a, sign, b)


def large(rng: Rng) -> Turn:
    """A sum that is too hard."""
    high = rng.choice((60, 100, 100, 1000, 10_000, 1_000_000))
    big, other = rng.randint(LARGEST + 1, high), rng.randint(0, high)
    a, b = (big, other) if rng.random() < 0.5 else (other, big)
    c = rng.randint(2, 20)
    forms = (
        f"{a} + {b}",
        f"{a} - {b}",
        f"{a}+{b}",
        f"{a} plus {b}",
        f"{a} minus {b}",
        f"{a}-{b}",
        f"{c} * {rng.randint(2, 99)}",
        f"{c} x {rng.randint(2, 12)}",
        f"{c} times {rng.randint(2, 99)}",
        f"{b} / {c}",
        f"{a} divided by {c}",
        f"{c} multiplied by {c}",
        f"{c} % of {a}",
        f"{c} percent of {a}",
        f"the square root of {a}",
        f"{c} squared",
        f"{c}^{rng.randint(2, 9)}",
        f"{c} + {c} + {b}",
        f"half of {a}",
        f"{a}.{c} + {b}",
        f"({c} + {c}) * {c}",
        f"1/{c} + 1/{c + 1}",
    )
    return rng.choice(FRAMES).format(s=rng.choice(forms)), rng.choice(TOO_HARD)


def other(rng: Rng) -> Turn:
    """Questions about calculating, and exercises in words."""
    c, d = rng.randint(2, 40), rng.randint(2, 40)
    thing = rng.choice(("apples", "euros", "sweets", "books", "cats", "pencils"))
    asks = (
        f"solve the equation {c}x + {d} = {c * 3}",
        f"what is the integral of x^{c}",
        f"solve x squared = {c}",
        f"I have {c} {thing} and buy {d} more, how many do I have",
        f"if I give away {c} of {d} {thing}, how many are left",
        f"what is the derivative of {c}x",
        f"convert {c} miles to kilometres",
        f"is {c * d} a prime number",
        f"a train drives {c} km in {d} minutes, how fast is it",
        "can you do maths",
        "are you good at maths",
        "can you calculate",
        "do my sums",
        "help me with maths",
        "can you solve equations",
        "can you multiply",
        "what sums can you do",
        "how good are you at arithmetic",
        f"what is the cosine of {c}",
        f"log of {c}",
        "what is the area of a circle",
        f"what is pi to {c} digits",
        f"{c} factorial",
        f"the {c}th prime number",
    )
    return rng.choice(asks), rng.choice(TOO_HARD)


def draw(rng: Rng) -> Turn:
    """A question about numbers."""
    kind = rng.random()
    if kind < 0.74:
        return small(rng)
    return large(rng) if kind < 0.92 else other(rng)
