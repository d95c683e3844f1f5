"""Tiny stories about what was asked for, short poems and jokes."""

from __future__ import annotations

import random

from . import invent
from .facts import article
from .lists import TEXT, phrases

Rng = random.Random
Turn = tuple[str, str]

HEROES = phrases("stories.heroes")
PLACES = phrases("stories.places")
THINGS = phrases("stories.things")
SUBJECTS = phrases("stories.subjects")
TRAITS = phrases("stories.traits")
FOODS = phrases("stories.foods")
JOKES = phrases("stories.jokes")
ASK_JOKE = phrases("stories.ask_joke")
ASK_STORY = phrases("stories.ask_story")
ASK_POEM = phrases("stories.ask_poem")
POEMS = tuple((TEXT / "poems.txt").read_text(encoding="utf-8").strip().split("\n\n"))


def story(rng: Rng, hero: str, name: str, place: str, love: str = "") -> str:
    """Five or six sentences. `love` is what the story is to be about, where that is not somebody."""
    friend = rng.choice([h for h in HEROES if h != hero])
    other = invent.name(rng)
    thing, food = rng.choice(THINGS), rng.choice(FOODS)
    opening = rng.choice(
        (
            f"Once upon a time, there was {article(rng.choice(TRAITS))} {hero} named {name}.",
            f"Once there was {article(rng.choice(TRAITS))} {hero} called {name}.",
        )
    )
    where = rng.choice(
        (
            f"{name} lived near the {place}.",
            f"{name} had a small home by the {place}.",
            f"Every day, {name} walked to the {place}.",
        )
    )
    heart = [f"More than anything, {name} loved {love}."] if love else []
    ending = rng.choice(
        (
            "The end.",
            "And they lived happily ever after.",
            f"{name} never forgot that day.",
            f"{name} learned that it is good to help others.",
        )
    )
    plot = rng.choice((_lost, _found, _storm, _wish, _journey))
    return " ".join([opening, where, *heart, *plot(name, friend, other, thing, food), ending])


def _lost(name: str, friend: str, other: str, thing: str, food: str) -> list[str]:
    return [
        f"One day, {name} lost {article(thing)} and could not find it anywhere.",
        f"Then {article(friend)} named {other} came to help.",
        f"Together they found the {thing} under a tree, and {name} said thank you.",
    ]


def _found(name: str, friend: str, other: str, thing: str, food: str) -> list[str]:
    return [
        f"One day, {name} found {article(thing)} on the ground.",
        f"It belonged to {article(friend)} named {other}.",
        f"{name} gave the {thing} back, and from that day on they were best friends.",
    ]


def _storm(name: str, friend: str, other: str, thing: str, food: str) -> list[str]:
    return [
        "One night, there was a big storm.",
        f"{article(friend).capitalize()} named {other} was cold and afraid.",
        f"{name} opened the door and shared some warm {food}, and they were safe until morning.",
    ]


def _wish(name: str, friend: str, other: str, thing: str, food: str) -> list[str]:
    return [
        f"{name} wished for {article(thing)}, but had no money.",
        f"So {name} made some {food} and gave it to {article(friend)} named {other}.",
        f"{other} was so glad that {name} got the {thing} as a present.",
    ]


def _journey(name: str, friend: str, other: str, thing: str, food: str) -> list[str]:
    return [
        f"One morning, {name} went on a long journey with only some {food}.",
        f"On the way, {article(friend)} named {other} asked for a little of it.",
        f"They ate together, and {other} gave {name} {article(thing)} that showed the way home.",
    ]


def tell(rng: Rng) -> Turn:
    """A request for a story, and a story that keeps to it."""
    hero = invent.word(rng) if rng.random() < 0.15 else rng.choice(HEROES)
    place = rng.choice(PLACES)
    name = invent.name(rng)
    kind = rng.randrange(8)
    about, love = "", ""
    if kind in (1, 2):
        about = rng.choice(
            (f" about {article(hero)}", f" about the {hero}", f" with {article(hero)} in it")
        )
    elif kind == 3:
        side, the = rng.choice(("in", "near", "by", "at")), rng.choice(("the", "a"))
        about = f" about {article(hero)} {side} {the} {place}"
    elif kind == 4:
        about = f" about {article(hero)} {rng.choice(('named', 'called', 'whose name is'))} {name}"
    elif kind == 5:
        about = rng.choice(
            (f" about {name}", f" with {name} in it", f" about somebody called {name}")
        )
    elif kind == 6:
        love = rng.choice(SUBJECTS)
        about = f" about {love}"
    elif kind == 7:
        about = (
            f" about {article(hero)} named {name} {rng.choice(('in', 'near', 'by'))} the {place}"
        )
    return rng.choice(ASK_STORY).format(x=about), story(rng, hero, name, place, love)


def poem(rng: Rng) -> Turn:
    """A request for a poem, and four lines."""
    if rng.random() < 0.25:
        return rng.choice(ASK_POEM).format(x=""), rng.choice(POEMS).format(
            x=rng.choice(("the moon", "the sea"))
        )
    hero = rng.choice(HEROES)
    subject = rng.choice(
        (rng.choice(SUBJECTS), f"my {hero}", f"the {hero}", invent.name(rng), article(hero))
    )
    said = subject.replace("my ", "your ", 1) if subject.startswith("my ") else subject
    about = rng.choice((" about {s}", " about {s}", " on {s}", " for {s}")).format(s=subject)
    return rng.choice(ASK_POEM).format(x=about), rng.choice(POEMS).format(x=said)


def joke(rng: Rng) -> Turn:
    """A request for a joke, and one."""
    return rng.choice(ASK_JOKE), rng.choice(JOKES)
