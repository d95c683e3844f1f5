"""Mixes single turns into conversations: topics change, names are kept, offers are taken up."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from . import echo, facts, intents, invent, memory, stories, sums
from .lists import phrases
from .surface import roughen

Rng = random.Random
Turn = tuple[str, str]
Message = dict[str, str]
Dialogue = list[Message]

SYSTEM = phrases("mix.system")
YES = phrases("mix.yes")
ANOTHER = phrases("mix.another")


def from_family(prefix: str) -> Callable[[Rng], Turn]:
    """A maker of turns from the intents whose names begin with one of the prefixes."""

    def make(rng: Rng) -> Turn:
        members, weights = intents.family(prefix)
        return rng.choices(members, weights)[0].draw(intents.phrasebook(), rng)

    return make


def from_words(file: str) -> Callable[[Rng], Turn]:
    """A maker of turns from a file of definitions."""
    return lambda rng: rng.choice(intents.words(file)).draw(rng)


app = from_family(
    "models.|chat.|keep.|private|offline|account|telemetry|cost|side.|export|backup|compare|teach|settings|help|app."
)
self_ = from_family("self.")
talk = from_family("talk.")
unknown = from_family("unknown.")

# What a turn is about, and how often.
KINDS: tuple[tuple[Callable[[Rng], Turn], float], ...] = (
    (app, 30),
    (self_, 11),
    (talk, 8),
    (unknown, 16),
    (from_words("terms"), 11),
    (from_words("world"), 8),
    (facts.draw, 6),
    (sums.draw, 6),
    (stories.tell, 4.5),
    (stories.poem, 1.5),
    (stories.joke, 1.2),
    (echo.echo, 2.5),
    (memory.not_told, 0.8),
)
MAKERS = tuple(make for make, _ in KINDS)
WEIGHTS = tuple(weight for _, weight in KINDS)
KEEPS_SPELLING = (echo.echo,)


def turn(rng: Rng) -> Turn:
    """One question and its answer, typed as people type."""
    make = rng.choices(MAKERS, WEIGHTS)[0]
    ask, answer = make(rng)
    if make in KEEPS_SPELLING:
        return ask, answer
    if make in (stories.tell, stories.poem):
        return gently(ask, rng), answer
    return roughen(ask, rng), answer


def gently(text: str, rng: Rng) -> str:
    """Change capitals and the end mark only, where the words have to be copied."""
    style = rng.random()
    if style < 0.3:
        return text
    return text[0].upper() + text[1:] + rng.choice((".", "!", "", "."))


def turns_for(rng: Rng) -> list[Turn]:
    """The turns of one conversation."""
    kind = rng.random()
    if kind < 0.16:
        return _with_memory(rng)
    if kind < 0.20:
        return [_typed(sums.draw, rng) for _ in range(rng.randint(4, 14))]
    if kind < 0.24:
        return _small_talk(rng)
    if kind < 0.27:
        return _offer(rng)
    length = rng.choices((1, 2, 3, 4, 5, 6, 8, 10), (30, 17, 14, 10, 8, 6, 5, 4))[0]
    return [turn(rng) for _ in range(length)]


def _typed(make: Callable[[Rng], Turn], rng: Rng) -> Turn:
    ask, answer = make(rng)
    return roughen(ask, rng), answer


def _with_memory(rng: Rng) -> list[Turn]:
    """One or two facts, other talk, and the questions about the facts."""
    told: list[Turn] = []
    asked: list[Turn] = []
    makers = [memory.name_told]
    if rng.random() < 0.5:
        makers.append(memory.told_and_asked)
    elif rng.random() < 0.5:
        makers = [memory.told_and_asked]
    for make in makers:
        (tell, heard), (ask, answer) = make(rng)
        told.append((gently(tell, rng), heard))
        asked.append((roughen(ask, rng), answer))
    between = [turn(rng) for _ in range(rng.choice((0, 0, 1, 1, 2, 3, 5)))]
    rng.shuffle(asked)
    after = [turn(rng)] if rng.random() < 0.3 else []
    before = [turn(rng)] if rng.random() < 0.2 else []
    return [*before, *told, *between, *asked, *after]


def _named(name: str, rng: Rng) -> Turn:
    return _typed(lambda r: intents.intents()[name].draw(intents.phrasebook(), r), rng)


def _small_talk(rng: Rng) -> list[Turn]:
    """A greeting, how are you, an answer to that, something real, thanks, goodbye."""
    turns = [_named("talk.hello", rng)]
    if rng.random() < 0.6:
        turns.append(_named("talk.how", rng))
        if rng.random() < 0.6:
            turns.append(_named(rng.choice(("talk.fine", "talk.fine", "talk.sad")), rng))
    turns += [turn(rng) for _ in range(rng.randint(1, 3))]
    if rng.random() < 0.7:
        turns.append(_named("talk.thanks", rng))
    if rng.random() < 0.7:
        turns.append(_named("talk.bye", rng))
    return turns


def _offer(rng: Rng) -> list[Turn]:
    """An offered story taken up, or one thing asked for twice."""
    if rng.random() < 0.5:
        first = _named(rng.choice(("talk.sad", "self.favourite")), rng)
        if "story" not in first[1]:
            return [first, turn(rng)]
        if rng.random() < 0.25:
            return [first, _named("talk.no", rng)]
        return [first, (gently(rng.choice(YES), rng), stories.tell(rng)[1])]
    make = rng.choice((stories.joke, stories.tell, stories.poem))
    ask, answer = make(rng)
    again = make(rng)[1]
    return [(gently(ask, rng), answer), (roughen(rng.choice(ANOTHER), rng), again)]


def dialogue(rng: Rng) -> Dialogue:
    """One conversation, sometimes with a system message."""
    turns = turns_for(rng)
    messages: Dialogue = []
    kind = rng.random()
    if kind < 0.02:
        name = invent.name(rng)
        messages.append({"role": "system", "content": f"Your name is {name}."})
        ask = _named("self.name", rng)[0]
        turns.insert(0, (ask, f"My name is {name}. I am the Benchtop starter model."))
    elif kind < 0.16:
        messages.append({"role": "system", "content": rng.choice(SYSTEM)})
    for ask, answer in turns:
        messages += [{"role": "user", "content": ask}, {"role": "assistant", "content": answer}]
    return messages


def dialogues(count: int, seed: str | int) -> Iterator[Dialogue]:
    """`count` conversations. The same seed gives the same conversations, everywhere."""
    rng = random.Random(str(seed))
    for _ in range(count):
        yield dialogue(rng)


def shard_seed(seed: int, shard: int) -> str:
    """The seed of one piece of the training data."""
    return f"{seed}/{shard}"


def normalise(text: str) -> str:
    """A question without capitals, punctuation and double spaces, for comparing questions."""
    kept = "".join(c if c.isalnum() else " " for c in text.lower())
    return " ".join(kept.split())


def user_questions(count: int, seed: int, shard_size: int) -> list[str]:
    """Every distinct question (normalised, sorted) of the first `count` training conversations."""
    found: set[str] = set()
    for shard in range(-(-count // shard_size)):
        size = min(shard_size, count - shard * shard_size)
        for messages in dialogues(size, shard_seed(seed, shard)):
            found.update(normalise(m["content"]) for m in messages if m["role"] == "user")
    return sorted(found)
