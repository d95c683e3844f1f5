"""What a model is taught with: examples, the data sets they belong to, and what is held out of training.

An example is a conversation whose assistant turns are to be learnt. What is held out is chosen by the sum of
the words before the last answer, so that no other answer to a held-out prompt is ever trained on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

TurnRole = Literal["system", "user", "assistant"]
OriginKind = Literal["chat", "typed", "import", "teacher"]
ExampleState = Literal["kept", "draft"]
"""draft: written by a teacher, and not looked at by a person yet."""
Split = Literal["train", "holdout"]
USUAL_HOLDOUT = 0.15
"""The part of a new data set that is held out."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of an example."""

    role: TurnRole
    content: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an example comes from. ``name`` is the file of an import, or the model that wrote it (of a
    teacher, or of the reply in a chat); the ids are those of a chat's conversation and its reply."""

    kind: OriginKind = "typed"
    name: str = ""
    conversation_id: str = ""
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """``rejected`` is a worse answer in the place of the last turn, or empty. ``created``, ``changed`` and
    ``deleted`` (moved to the bin) are seconds since 1970, UTC. ``holdout`` is never trained on."""

    turns: tuple[Turn, ...]
    rejected: str = ""
    tags: tuple[str, ...] = ()
    origin: Origin = Origin()
    included: bool = True
    state: ExampleState = "kept"
    holdout: bool = False
    id: str = ""
    dataset_id: str = ""
    created: float = 0.0
    changed: float = 0.0
    deleted: float | None = None

    @property
    def prompt(self) -> tuple[Turn, ...]:
        """What comes before the last answer."""
        return self.turns[:-1] if self.turns and self.turns[-1].role == "assistant" else self.turns

    @property
    def answer(self) -> str:
        """The last answer, or empty."""
        last = self.turns[-1] if self.turns else Turn("user", "")
        return last.content if last.role == "assistant" else ""

    @property
    def sum(self) -> str:
        """SHA-256 of the turns and the rejected answer: equal for examples that teach the same."""
        return _sum([*_plain(self.turns), self.rejected])

    @property
    def prompt_sum(self) -> str:
        """SHA-256 of what comes before the last answer."""
        return _sum(_plain(self.prompt))

    @property
    def characters(self) -> int:
        """Letters of all turns."""
        return sum(len(turn.content) for turn in self.turns)

    def problem(self) -> str:
        """Why nothing can be learnt from it, as the end of a sentence that begins "the example"; empty
        when it can."""
        return _problem(self.turns)

    def to_json(self) -> dict[str, Any]:
        """What it teaches, without where it lies: turns, and the rejected answer where there is one."""
        plain: dict[str, Any] = {"turns": _plain(self.turns)}
        return plain | ({"rejected": self.rejected} if self.rejected else {})

    def with_content(self, content: dict[str, Any]) -> Example:
        """This example with the turns and the rejected answer of a to_json()."""
        turns = tuple(Turn(one["role"], one["content"]) for one in content["turns"])
        return replace(self, turns=turns, rejected=content.get("rejected", ""))


@dataclass(frozen=True, slots=True)
class Dataset:
    """A named set of examples. ``holdout_part`` is how much of it is held out (0 to 0.5). The counts are of
    what is not in the bin: ``held_out`` of those ``included``; ``drafts`` wait for a person's yes and
    count nowhere else. Times are seconds since 1970, UTC."""

    id: str
    name: str
    holdout_part: float = USUAL_HOLDOUT
    examples: int = 0
    included: int = 0
    held_out: int = 0
    drafts: int = 0
    created: float = 0.0
    changed: float = 0.0
    deleted: float | None = None


@dataclass(frozen=True, slots=True)
class UnfinishedImport:
    """An import that died, was stopped or failed before the end of its file. ``examples`` of the file at
    ``path``, counted from its beginning, are in the data set as far as nobody removed them since; that file
    had so many ``bytes``. ``wanted`` is the name that was asked for of a new data set; empty: into one that
    was there. ``sum`` is that of these examples as the file had them (BeginningSum); empty where it is not
    known, because the file had become another in between."""

    id: str
    dataset_id: str
    path: str
    bytes: int
    wanted: str
    examples: int
    began: float
    sum: str = ""


@dataclass(frozen=True, slots=True)
class DatasetVersion:
    """Exactly what a training run saw. ``sum`` is over the sums and splits of its examples in order, so that
    two versions with one sum hold the same."""

    id: str
    dataset_id: str
    name: str
    sum: str
    created: float
    train: int
    holdout: int


def version_sum(entries: Iterable[tuple[str, Split]]) -> str:
    """The sum of a version from the (sum, split) of its examples, in order."""
    return _sum([list(entry) for entry in entries])


def more_holdout(prompt_sums: Iterable[str], frozen: Iterable[str], part: float) -> set[str]:
    """Which prompts are to be held out beside those that are: of the new ones those of the smallest sums,
    until ``part`` of all different prompts is held out. One that is frozen stays so; a set of fewer than
    two prompts holds nothing out.
    """
    known, held = set(prompt_sums), set(frozen)
    if len(known) < 2:
        return set()
    wanted = round(len(known) * part)
    if part > 0:
        wanted = max(1, min(wanted, len(known) - 1))
    missing = wanted - len(known & held)
    return set(sorted(known - held)[: max(0, missing)])


def _problem(turns: tuple[Turn, ...]) -> str:
    if not turns:
        return "has no turns"
    if turns[-1].role != "assistant":
        return "does not end with an answer"
    if not turns[-1].content.strip():
        return "has an empty answer"
    if any(turn.role == "system" for turn in turns[1:]):
        return "has a system prompt that is not at its beginning"
    if not any(turn.role == "user" and turn.content.strip() for turn in turns):
        return "has no question"
    return ""


def _plain(turns: Iterable[Turn]) -> list[dict[str, str]]:
    return [{"role": turn.role, "content": turn.content} for turn in turns]


def _sum(value: Any) -> str:
    # A lone surrogate has no UTF-8; as an escape it has.
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
