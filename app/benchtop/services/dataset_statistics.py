"""What a data set is made of, in numbers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from benchtop.domain.examples import Example


@dataclass(frozen=True, slots=True)
class Spread:
    """How numbers lie. ``p95`` is the smallest of them that 95 of 100 do not exceed (nearest rank)."""

    least: int = 0
    median: float = 0.0
    p95: int = 0
    most: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class DatasetStatistics:
    """``train`` and ``holdout`` are those that are learnt from and those that are held out; ``left_out`` are
    switched off and ``drafts`` wait for a yes. ``unusable`` have a problem, and are in none of the others.

    ``origins`` and ``tags`` count ``examples``: all but drafts. The spreads are of ``train`` and ``holdout``
    together: ``characters`` and ``tokens`` (None: not counted) of a whole example, ``answers`` the letters of
    every answer, ``turns`` without the system prompt.
    """

    examples: int = 0
    train: int = 0
    holdout: int = 0
    left_out: int = 0
    drafts: int = 0
    unusable: int = 0
    with_rejected: int = 0
    with_system: int = 0
    origins: Mapping[str, int] = field(default_factory=dict)
    tags: Mapping[str, int] = field(default_factory=dict)
    characters: Spread = Spread()
    answers: Spread = Spread()
    turns: Spread = Spread()
    tokens: Spread | None = None


def spread_of(numbers: Sequence[int]) -> Spread:
    """How numbers lie; all zero for none."""
    if not numbers:
        return Spread()
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    median = float(ordered[middle])
    if len(ordered) % 2 == 0:
        median = (ordered[middle - 1] + ordered[middle]) / 2
    p95 = ordered[math.ceil(0.95 * len(ordered)) - 1]
    return Spread(ordered[0], median, p95, ordered[-1], sum(ordered))


def dataset_statistics(
    examples: Iterable[Example], tokens: Mapping[str, int] | None = None
) -> DatasetStatistics:
    """The numbers of examples, which are read once and not kept; ``tokens`` are lengths by the sum of an
    example."""
    kinds: Counter[str] = Counter()
    origins: Counter[str] = Counter()
    tags: Counter[str] = Counter()
    characters: list[int] = []
    answers: list[int] = []
    turns: list[int] = []
    lengths: list[int] = []
    for one in examples:
        kind = _kind(one)
        kinds[kind] += 1
        if kind == "drafts":
            continue
        origins[one.origin.kind] += 1
        tags.update(one.tags)
        if kind not in ("train", "holdout"):
            continue
        system = one.turns[0].role == "system"
        kinds["with_rejected"] += bool(one.rejected)
        kinds["with_system"] += system
        characters.append(one.characters)
        answers += [len(turn.content) for turn in one.turns if turn.role == "assistant"]
        turns.append(len(one.turns) - system)
        if tokens is not None and (length := tokens.get(one.sum)) is not None:
            lengths.append(length)
    return DatasetStatistics(
        examples=sum(origins.values()),
        origins=dict(origins.most_common()),
        tags=dict(sorted(tags.items())),
        characters=spread_of(characters),
        answers=spread_of(answers),
        turns=spread_of(turns),
        tokens=None if tokens is None else spread_of(lengths),
        **kinds,
    )


def _kind(example: Example) -> str:
    if example.state == "draft":
        return "drafts"
    if not example.included:
        return "left_out"
    if example.problem():
        return "unusable"
    return "holdout" if example.holdout else "train"
