"""Small closed sets of facts: capitals, opposites, colours, sounds, the calendar, counting."""

from __future__ import annotations

import random
from collections.abc import Callable

from .lists import phrases

Rng = random.Random
Turn = tuple[str, str]


def pairs(name: str) -> dict[str, str]:
    """A list of `a=b` as a dictionary."""
    return dict(item.split("=") for item in phrases(name))


CAPITALS = pairs("facts.capitals")
OPPOSITES = pairs("facts.opposites")
COLOURS = pairs("facts.colours")
SOUNDS = pairs("facts.sounds")
LISTS = pairs("facts.lists")
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
COUNTS = {2: "two", 3: "three", 4: "four", 5: "five"}
PARTS = pairs("facts.parts")


def article(word: str) -> str:
    """The word with `a` or `an` in front."""
    return f"{'an' if word[0].lower() in 'aeiou' else 'a'} {word}"


def capital(rng: Rng) -> Turn:
    """Asks for a capital, or for the country of one."""
    land = rng.choice(list(CAPITALS))
    city = CAPITALS[land]
    if rng.random() < 0.15 and city != "London":
        ask = rng.choice(
            (f"{city} is the capital of which country", f"which country has the capital {city}")
        )
        return ask, f"{city} is the capital of {land}."
    frames = (
        f"what is the capital of {land}",
        f"capital of {land}",
        f"which city is the capital of {land}",
        f"name the capital of {land}",
        f"do you know the capital of {land}",
        f"{land} capital",
        f"tell me the capital of {land}",
        f"what's the capital city of {land}",
        f"what is the capital city of {land}",
        f"the capital of {land} is",
        f"what is {land}'s capital",
    )
    return rng.choice(frames), f"The capital of {land} is {city}."


def opposite(rng: Rng) -> Turn:
    """Asks for an opposite. Where a word has two, only its own entry answers."""
    word = rng.choice(list(OPPOSITES))
    other = OPPOSITES[word]
    if other not in OPPOSITES and list(OPPOSITES.values()).count(other) == 1 and rng.random() < 0.4:
        word, other = other, word
    frames = (
        f"what is the opposite of {word}",
        f"opposite of {word}",
        f"what's the opposite of {word}",
        f"tell me the opposite of {word}",
        f"which word is the opposite of {word}",
        f"{word} opposite",
        f"what word means the opposite of {word}",
        f"antonym of {word}",
        f"what is the contrary of {word}",
    )
    return rng.choice(frames), f"The opposite of {word} is {other}."


def colour(rng: Rng) -> Turn:
    """Asks what colour something is."""
    thing = rng.choice(list(COLOURS))
    frames = (
        f"what colour is {thing}",
        f"what color is {thing}",
        f"which colour has {thing}",
        f"tell me the colour of {thing}",
        f"colour of {thing}",
        f"what is the colour of {thing}",
    )
    return rng.choice(frames), f"{thing[0].upper()}{thing[1:]} is {COLOURS[thing]}."


def sound(rng: Rng) -> Turn:
    """Asks for an animal's sound."""
    animal = rng.choice(list(SOUNDS))
    one = article(animal)
    frames = (
        f"what does {one} say",
        f"what sound does {one} make",
        f"how does {one} sound",
        f"which sound does {one} make",
        f"what noise does {one} make",
        f"sound of {one}",
        f"how does {one} go",
        f"what does the {animal} say",
    )
    return rng.choice(frames), f"{one[0].upper()}{one[1:]} says {SOUNDS[animal]}."


def sequence(rng: Rng) -> Turn:
    """Asks for the neighbour of a day, a month or a letter."""
    kind, items = rng.choice(
        (("day", DAYS), ("month", MONTHS), ("letter", [chr(65 + i) for i in range(26)]))
    )
    at = rng.randrange(1, len(items) - 1) if kind == "letter" else rng.randrange(len(items))
    item, later = items[at], rng.random() < 0.5
    other = items[(at + 1) % len(items)] if later else items[at - 1]
    side = "after" if later else "before"
    turn = "follows" if later else "precedes"
    frames = (
        f"what {kind} comes {side} {item}",
        f"which {kind} is {side} {item}",
        f"what comes {side} {item}",
        f"{kind} {side} {item}",
        f"which {kind} {turn} {item}",
        f"what is the {kind} {side} {item}",
    )
    return rng.choice(frames), f"{other} comes {side} {item}."


def calendar(rng: Rng) -> Turn:
    """The days of the week, the months, how long things are."""
    kind = rng.randrange(4)
    if kind == 0:
        ask = rng.choice(
            (
                "name the days of the week",
                "what are the days of the week",
                "list all days of the week",
                "which days does a week have",
                "days of the week",
                "tell me the weekdays",
            )
        )
        return ask, f"The days of the week are {listing(DAYS)}."
    if kind == 1:
        ask = rng.choice(
            (
                "name the months",
                "what are the months of the year",
                "list all months",
                "which months are there",
                "months of the year",
                "tell me the twelve months",
            )
        )
        return ask, f"The months are {listing(MONTHS)}."
    if kind == 2:
        at = rng.randrange(12)
        ask = rng.choice(
            (
                f"how many days has {MONTHS[at]}",
                f"how many days are in {MONTHS[at]}",
                f"how long is {MONTHS[at]}",
                f"days in {MONTHS[at]}",
            )
        )
        leap = " It has 29 in a leap year." if at == 1 else ""
        return ask, f"{MONTHS[at]} has {MONTH_DAYS[at]} days.{leap}"
    whole = rng.choice(list(PARTS))
    unit = PARTS[whole].split()[1]
    ask = rng.choice(
        (
            f"how many {unit} are in {whole}",
            f"how many {unit} does {whole} have",
            f"how many {unit} are there in {whole}",
            f"{unit} in {whole}",
        )
    )
    return ask, f"There are {PARTS[whole]} in {whole}."


def listing(items: list[str]) -> str:
    """`a, b and c`."""
    return f"{', '.join(items[:-1])} and {items[-1]}"


def some(rng: Rng) -> Turn:
    """Asks for a few things of a kind."""
    kind = rng.choice(list(LISTS))
    number = rng.randint(2, 5)
    chosen = rng.sample(LISTS[kind].split(), number)
    figure = rng.choice((COUNTS[number], str(number)))
    frames = (
        f"name {figure} {kind}",
        f"give me {figure} {kind}",
        f"list {figure} {kind}",
        f"tell me {figure} {kind}",
        f"can you name {figure} {kind}",
        f"I need {figure} {kind}",
        f"{figure} {kind}",
        f"what are {figure} {kind}",
        f"write a list of {figure} {kind}",
    )
    return rng.choice(frames), f"Here are {COUNTS[number]} {kind}: {listing(chosen)}."


def counting(rng: Rng) -> Turn:
    """Counts up or down."""
    end = rng.randint(2, 20)
    numbers = [str(i) for i in range(1, end + 1)]
    if rng.random() < 0.25:
        return f"count {rng.choice(('down', 'backwards'))} from {end}", ", ".join(
            reversed(numbers)
        ) + "."
    frames = (
        f"count to {end}",
        f"can you count to {end}",
        f"count from 1 to {end}",
        f"please count to {end}",
        f"count up to {end}",
    )
    return rng.choice(frames), ", ".join(numbers) + "."


MAKERS: tuple[Callable[[Rng], Turn], ...] = (
    capital,
    capital,
    opposite,
    opposite,
    colour,
    sound,
    sequence,
    calendar,
    some,
    some,
    counting,
)


def draw(rng: Rng) -> Turn:
    """A question about one of the facts."""
    return rng.choice(MAKERS)(rng)
