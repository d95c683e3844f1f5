"""Mixes single turns into conversations: topics change, names are kept, offers are taken up."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from . import echo, facts, intents, invent, memory, stories, sums
from .lists import phrases
from .paraphrase import paraphrase
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
    (app, 42),
    (self_, 13),
    (talk, 8),
    (unknown, 15),
    (from_words("terms"), 12),
    (from_words("world"), 4),
    (facts.draw, 4),
    (sums.draw, 4),
    (stories.tell, 3),
    (stories.poem, 1),
    (stories.joke, 1),
    (echo.echo, 1.5),
    (memory.not_told, 0.8),
)
MAKERS = tuple(make for make, _ in KINDS)
WEIGHTS = tuple(weight for _, weight in KINDS)
# How often a question is put in freer words than the patterns have.
FREE_SHARE = 0.6
# Here single words may be exchanged without changing the answer.
WORDS_MAY_CHANGE = (app, self_, unknown)


def gently(text: str, rng: Rng) -> str:
    """Change capitals and the end mark only, where the words have to be copied."""
    style = rng.random()
    if style < 0.3:
        return text
    return text[0].upper() + text[1:] + rng.choice((".", "!", "", "."))


class Mixer:
    """Makes conversations."""

    def __init__(self, rng: Rng) -> None:
        self.rng = rng

    def dialogue(self) -> Dialogue:
        """One conversation, sometimes with a system message."""
        turns = self._turns()
        messages: Dialogue = []
        kind = self.rng.random()
        if kind < 0.02:
            name = invent.name(self.rng)
            messages.append({"role": "system", "content": f"Your name is {name}."})
            ask = self._named("self.name")[0]
            turns.insert(0, (ask, f"My name is {name}. I am the Benchtop starter model."))
        elif kind < 0.16:
            messages.append({"role": "system", "content": self.rng.choice(SYSTEM)})
        for ask, answer in turns:
            messages += [{"role": "user", "content": ask}, {"role": "assistant", "content": answer}]
        return messages

    def _turns(self) -> list[Turn]:
        rng, kind = self.rng, self.rng.random()
        if kind < 0.12:
            return self._with_memory()
        if kind < 0.17:
            return self._exercise()
        if kind < 0.21:
            return self._small_talk()
        if kind < 0.23:
            return self._offer()
        length = rng.choices((1, 2, 3, 4, 5, 6, 8, 10), (40, 17, 13, 9, 7, 5, 4, 3))[0]
        return [self._turn() for _ in range(length)]

    def _turn(self) -> Turn:
        """One question and its answer, typed as people type."""
        make = self.rng.choices(MAKERS, WEIGHTS)[0]
        if make is echo.echo:
            return make(self.rng)
        if make in (stories.tell, stories.poem):
            ask, answer = make(self.rng)
            return gently(ask, self.rng), answer
        return self._typed(make)

    def _typed(self, make: Callable[[Rng], Turn]) -> Turn:
        ask, answer = make(self.rng)
        if self.rng.random() < FREE_SHARE:
            ask = paraphrase(ask, self.rng, words=make in WORDS_MAY_CHANGE)
        return roughen(ask, self.rng), answer

    def _named(self, name: str) -> Turn:
        intent = intents.intents()[name]
        return self._typed(lambda rng: intent.draw(intents.phrasebook(), rng))

    def _exercise(self) -> list[Turn]:
        """A row of sums."""
        count = self.rng.randint(4, 14)
        return [self._typed(sums.draw) for _ in range(count)]

    def _with_memory(self) -> list[Turn]:
        """One or two facts, other talk, and the questions about the facts."""
        rng = self.rng
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
        between = [self._turn() for _ in range(rng.choice((0, 0, 1, 1, 2, 3, 5)))]
        rng.shuffle(asked)
        after = [self._turn()] if rng.random() < 0.3 else []
        before = [self._turn()] if rng.random() < 0.2 else []
        return [*before, *told, *between, *asked, *after]

    def _small_talk(self) -> list[Turn]:
        """A greeting, how are you, an answer to that, something real, thanks, goodbye."""
        rng = self.rng
        turns = [self._named("talk.hello")]
        if rng.random() < 0.6:
            turns.append(self._named("talk.how"))
            if rng.random() < 0.6:
                turns.append(self._named(rng.choice(("talk.fine", "talk.fine", "talk.sad"))))
        turns += [self._turn() for _ in range(rng.randint(1, 3))]
        if rng.random() < 0.7:
            turns.append(self._named("talk.thanks"))
        if rng.random() < 0.7:
            turns.append(self._named("talk.bye"))
        return turns

    def _offer(self) -> list[Turn]:
        """An offered story taken up, or one thing asked for twice."""
        rng = self.rng
        if rng.random() < 0.5:
            first = self._named(rng.choice(("talk.sad", "self.favourite")))
            if "story" not in first[1]:
                return [first, self._turn()]
            if rng.random() < 0.25:
                return [first, self._named("talk.no")]
            return [first, (gently(rng.choice(YES), rng), stories.tell(rng)[1])]
        make = rng.choice((stories.joke, stories.tell, stories.poem))
        ask, answer = make(rng)
        again = make(rng)[1]
        return [(gently(ask, rng), answer), (roughen(rng.choice(ANOTHER), rng), again)]


def dialogues(count: int, seed: str | int) -> Iterator[Dialogue]:
    """`count` conversations. The same seed gives the same conversations, everywhere."""
    mixer = Mixer(random.Random(str(seed)))
    for _ in range(count):
        yield mixer.dialogue()


def shard_seed(seed: int, shard: int) -> str:
    """The seed of one piece of the training data."""
    return f"{seed}/{shard}"


def normalise(text: str) -> str:
    """A question without capitals, punctuation and double spaces, for comparing questions."""
    kept = "".join(c if c.isalnum() else " " for c in text.lower())
    return " ".join(kept.split())


def user_questions(count: int, seed: int, shard_size: int) -> list[str]:
    """Every distinct question of the first `count` conversations: normalised, sorted."""
    found: set[str] = set()
    for shard in range(-(-count // shard_size)):
        size = min(shard_size, count - shard * shard_size)
        for messages in dialogues(size, shard_seed(seed, shard)):
            found.update(normalise(m["content"]) for m in messages if m["role"] == "user")
    return sorted(found)
