"""Contests: who was asked what under which settings, what was answered, and how a person voted.

Everything here is what is needed to run it again: a vote carries both contestants as they were, what
they were sent and what they wrote, whatever becomes of the files and of the contest it was cast in.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from benchtop.domain.generation import (
    AdapterUse,
    SamplingParams,
    StopReason,
    TemplateUsed,
    Timings,
)

VoteOutcome = Literal["a", "b", "tie", "both_bad"]
"""Which reply was better: ``a`` is the one on the left."""
TurnRole = Literal["user", "assistant"]
LEAST_CONTESTANTS, MOST_CONTESTANTS = 2, 6


@dataclass(frozen=True, slots=True)
class PromptTurn:
    """One turn of what a contestant is sent; its system prompt is its own."""

    role: TurnRole
    content: str


@dataclass(frozen=True, slots=True)
class UsedAdapter:
    """An adapter's file and scale; ``sha256`` is that of the file, empty while it is not known."""

    path: str
    scale: float = 1.0
    sha256: str = ""

    @property
    def use(self) -> AdapterUse:
        """As a request names it."""
        return AdapterUse(self.path, self.scale)


@dataclass(frozen=True, slots=True, eq=False)
class Contestant:
    """A model under certain settings. The same file in two settings is two contestants.

    ``file`` is the file's name (``path`` where it lies), ``name`` what people read. ``seed`` None takes
    a new one for each reply; the seed within ``params`` is not used. Two contestants are equal when
    what shapes their replies is equal: see ``key``. ``facts`` are those of the file that a card tells, by
    the names of domain.cards.CardModel's fields.
    """

    model_id: str
    name: str
    file: str
    path: str
    sha256: str
    adapters: tuple[UsedAdapter, ...] = ()
    system_prompt: str = ""
    params: SamplingParams = field(default_factory=SamplingParams)
    seed: int | None = None
    facts: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def sampling(self) -> SamplingParams:
        """The parameters of a request to it."""
        return replace(self.params, seed=self.seed)

    @property
    def system(self) -> str:
        """The system prompt that is sent; empty for one of white space alone, which is not."""
        return self.system_prompt if self.system_prompt.strip() else ""

    @property
    def key(self) -> str:
        """The same for all that writes the same: a SHA-256 in hexadecimal over the sum of the file,
        the adapters that count, the system prompt, the parameters and the seed.

        Names and places do not count, unless the sum of a file is not known.
        """
        adapters = [(a.sha256 or a.path, float(a.scale)) for a in self.adapters if a.scale != 0]
        matters = [
            self.sha256 or self.path,
            adapters,
            self.system,
            SamplingParams.from_json(replace(self.sampling, logprobs=None).to_json()).to_json(),
        ]
        text = json.dumps(matters, sort_keys=True)  # ASCII: halves of characters are escaped
        return hashlib.sha256(text.encode()).hexdigest()

    def __eq__(self, other: object) -> bool:
        return self.key == other.key if isinstance(other, Contestant) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.key)


@dataclass(frozen=True, slots=True)
class Contest:
    """Two to six contestants that are asked the same. ``created`` is seconds since 1970, UTC.

    ``shuffle_seed`` gives the positions of a blind contest, prompt by prompt (evaluation.blind).
    """

    id: str
    created: float
    contestants: tuple[Contestant, ...]
    blind: bool = False
    shuffle_seed: int = 0
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ContestAnswer:
    """What the contestant at ``place`` (from 0) of a contest answered to its prompt ``number``.

    ``turns`` is all it was sent but the system prompt, the question last. ``seed`` is the one that was
    used, None when it did not come so far. ``memory_bytes`` is what its process took at the end, 0
    where nobody knows. ``error`` is the sentence of why there is no answer, or only half of one.
    """

    contest_id: str
    place: int
    number: int
    turns: tuple[PromptTurn, ...]
    created: float
    text: str = ""
    reasoning: str = ""
    seed: int | None = None
    timings: Timings | None = None
    stop: StopReason | None = None
    memory_bytes: int = 0
    template: TemplateUsed = "model"
    error: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether it came to its end, so that it can be voted on and the conversation can go on."""
        return not self.error and self.stop not in (None, "cancelled")


@dataclass(frozen=True, slots=True)
class VoteSide:
    """One side of a vote: the contestant as it was, and its answer."""

    contestant: Contestant
    answer: ContestAnswer


@dataclass(frozen=True, slots=True)
class CastVote:
    """A person's verdict on two answers to one prompt. ``cast`` is seconds since 1970, UTC.

    ``left`` and ``right`` are where they stood. ``blind`` says whether the names were hidden,
    ``shuffle_seed`` how the positions came about. ``deleted`` is when it was taken back, or None.
    """

    id: str
    contest_id: str
    cast: float
    outcome: VoteOutcome
    left: VoteSide
    right: VoteSide
    blind: bool = True
    shuffle_seed: int = 0
    tags: tuple[str, ...] = ()
    deleted: float | None = None

    @property
    def question(self) -> str:
        """What both were asked last."""
        return self.left.answer.turns[-1].content if self.left.answer.turns else ""


def clean_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags as they are kept: without control characters and white space around them, each once."""
    visible = ("".join(c if c.isprintable() else " " for c in tag) for tag in tags)
    return tuple(dict.fromkeys(tag for tag in (" ".join(one.split()) for one in visible) if tag))
