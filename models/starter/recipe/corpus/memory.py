"""What people tell about themselves, and ask back later."""

from __future__ import annotations

import random

from . import facts, invent
from .lists import phrases

Rng = random.Random
Turn = tuple[str, str]

NAME_TOLD = phrases("memory.name_told")
NAME_HEARD = phrases("memory.name_heard")
NAME_ASKED = phrases("memory.name_asked")
NAME_UNKNOWN = phrases("memory.name_unknown")

ANIMALS = [
    "cat",
    "dog",
    "fox",
    "bear",
    "rabbit",
    "mouse",
    "owl",
    "horse",
    "lion",
    "turtle",
    "panda",
    "penguin",
    "wolf",
    "dolphin",
    "tiger",
    "hedgehog",
    "otter",
]
COLOURS = [
    "red",
    "blue",
    "green",
    "yellow",
    "purple",
    "orange",
    "pink",
    "brown",
    "grey",
    "black",
    "white",
    "silver",
    "turquoise",
    "violet",
]
FOODS = [
    "pizza",
    "soup",
    "bread",
    "pasta",
    "rice",
    "cake",
    "cheese",
    "salad",
    "pancakes",
    "sushi",
    "curry",
    "chocolate",
    "ice-cream",
    "dumplings",
    "apples",
]
HOBBIES = [
    "reading",
    "drawing",
    "running",
    "cooking",
    "singing",
    "gardening",
    "chess",
    "swimming",
    "dancing",
    "coding",
    "knitting",
    "sailing",
]
JOBS = [
    "teacher",
    "nurse",
    "baker",
    "programmer",
    "gardener",
    "cook",
    "student",
    "painter",
    "pilot",
    "farmer",
    "driver",
    "doctor",
]
PETS = ["cat", "dog", "rabbit", "hamster", "horse", "parrot", "fish", "turtle", "goldfish", "bird"]


def told_and_asked(rng: Rng) -> tuple[Turn, Turn]:
    """A fact a person tells, with the reply; and the question about it, with its answer."""
    kind = rng.randrange(9)
    if kind < 4:
        thing, value = rng.choice(
            (
                ("colour", rng.choice(COLOURS)),
                ("animal", f"the {rng.choice(ANIMALS)}"),
                ("food", rng.choice(FOODS)),
                ("number", str(rng.randint(0, 99))),
                ("city", _place(rng)),
                ("book", invent.word(rng).capitalize()),
            )
        )
        tell = rng.choice(
            (
                f"my favourite {thing} is {value}",
                f"my favorite {thing} is {value}",
                f"{value} is my favourite {thing}",
                f"the {thing} I like most is {value}",
            )
        )
        ask = rng.choice(
            (
                f"what is my favourite {thing}",
                f"what's my favorite {thing}",
                f"my favourite {thing}",
                f"which {thing} do I like most",
                f"do you remember my favourite {thing}",
                f"which {thing} is my favourite",
            )
        )
        return (tell, f"I will remember that: your favourite {thing} is {value}."), (
            ask,
            f"Your favourite {thing} is {value}.",
        )
    if kind == 4:
        pet, name = rng.choice(PETS), invent.name(rng)
        tell = rng.choice(
            (
                f"my {pet} is called {name}",
                f"I have a {pet} named {name}",
                f"my {pet}'s name is {name}",
                f"I have a {pet}, its name is {name}",
                f"{name} is my {pet}",
            )
        )
        ask = rng.choice(
            (
                f"what is my {pet} called",
                f"what is the name of my {pet}",
                f"what's my {pet}'s name",
                f"do you remember my {pet}'s name",
                f"how is my {pet} called",
            )
        )
        return (tell, f"{name} is a lovely name for a {pet}."), (
            ask,
            f"Your {pet} is called {name}.",
        )
    if kind == 5:
        place = _place(rng)
        tell = rng.choice(
            (
                f"I live in {place}",
                f"I come from {place}",
                f"my home is {place}",
                f"I am from {place}",
            )
        )
        ask = rng.choice(
            (
                "where do I live",
                "where am I from",
                "do you remember where I live",
                "which city is my home",
                "where do I come from",
                "where is my home",
            )
        )
        return (tell, f"I see, you live in {place}. I hope it is nice there."), (
            ask,
            f"You live in {place}.",
        )
    if kind == 6:
        age = rng.randint(5, 95)
        tell = rng.choice(
            (f"I am {age} years old", f"I'm {age}", f"my age is {age}", f"I turned {age} this year")
        )
        ask = rng.choice(("how old am I", "what is my age", "do you remember my age", "my age"))
        return (tell, f"Thank you for telling me: you are {age} years old."), (
            ask,
            f"You are {age} years old.",
        )
    if kind == 7:
        hobby = rng.choice(HOBBIES)
        tell = rng.choice(
            (f"I like {hobby}", f"my hobby is {hobby}", f"I love {hobby}", f"I enjoy {hobby}")
        )
        ask = rng.choice(
            (
                "what is my hobby",
                "what do I like to do",
                "do you remember my hobby",
                "what do I enjoy",
            )
        )
        return (tell, f"{hobby.capitalize()} is a great hobby!"), (ask, f"Your hobby is {hobby}.")
    job = rng.choice(JOBS)
    tell = rng.choice(
        (
            f"I am {facts.article(job)}",
            f"I work as {facts.article(job)}",
            f"my job is {job}",
            f"I'm {facts.article(job)} by trade",
        )
    )
    ask = rng.choice(
        (
            "what is my job",
            "what do I do for work",
            "what's my profession",
            "do you remember my job",
        )
    )
    return (tell, f"You are {facts.article(job)}: that is good work."), (
        ask,
        f"You are {facts.article(job)}.",
    )


def name_told(rng: Rng) -> tuple[Turn, Turn]:
    """A person's name, and the question about it."""
    name = invent.name(rng)
    if rng.random() < 0.08:
        name += f" {invent.name(rng)}"
    told = rng.choice(NAME_TOLD).format(x=name)
    if name in invent.NAMES and rng.random() < 0.3:
        told = told.lower()
    answer = rng.choice((f"Your name is {name}.", f"Your name is {name}.", f"You are {name}."))
    return (told, rng.choice(NAME_HEARD).format(x=name)), (rng.choice(NAME_ASKED), answer)


def not_told(rng: Rng) -> Turn:
    """A question about something that was never said."""
    if rng.random() < 0.5:
        return rng.choice(NAME_ASKED), rng.choice(NAME_UNKNOWN)
    _, (ask, _) = told_and_asked(rng)
    return ask, "I don't know: you have not told me yet."


def _place(rng: Rng) -> str:
    if rng.random() < 0.4:
        return invent.word(rng).capitalize()
    return rng.choice(list(facts.CAPITALS.values()))
