"""Which examples are learnt together: those of like length, so that little of a batch is padding.

All of it follows from the seed and the number of the pass, so that a run that goes on after a death makes the
very steps it would have made.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import torch

from benchtop.domain.token_lines import Spans

_POOL = 16
"""Examples are sorted by length among those of so many steps, drawn at random: sorting all of them would
show a model the short ones first."""

Part = tuple[int, ...]
"""Examples (by their places) that are in memory at once."""
Step = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """``tokens`` [examples, length], padded with 0 at the end; ``learnt`` [examples, length - 1] says which
    of the tokens from the second on carry loss; ``read`` counts tokens without padding."""

    tokens: torch.Tensor
    learnt: torch.Tensor
    read: int

    @property
    def targets(self) -> torch.Tensor:
        """The tokens that carry loss, [n]."""
        return self.tokens[:, 1:][self.learnt]


def batch_of(sequences: Sequence[tuple[Sequence[int], Spans]]) -> Batch:
    """One batch of these (ids, spans)."""
    length = max(len(ids) for ids, _ in sequences)
    tokens = torch.zeros(len(sequences), length, dtype=torch.long)
    learnt = torch.zeros(len(sequences), length, dtype=torch.bool)
    for row, (ids, spans) in enumerate(sequences):
        tokens[row, : len(ids)] = torch.tensor(ids)
        for start, end in spans:
            learnt[row, start:end] = True
    return Batch(tokens, learnt[:, 1:], sum(len(ids) for ids, _ in sequences))


def parts_of(places: Sequence[int], lengths: Sequence[int], most_tokens: int) -> list[Part]:
    """``places`` in their order, cut into parts of at most ``most_tokens`` with padding; a longer example is
    a part of its own."""
    parts: list[Part] = []
    now: list[int] = []
    longest = 0
    for place in places:
        longest_then = max(longest, lengths[place])
        if now and longest_then * (len(now) + 1) > most_tokens:
            parts.append(tuple(now))
            now, longest_then = [], lengths[place]
        now.append(place)
        longest = longest_then
    return [*parts, tuple(now)] if now else parts


def padded(parts: Iterable[Part], lengths: Sequence[int]) -> int:
    """Tokens of all parts, with padding."""
    return sum(len(part) * max(lengths[place] for place in part) for part in parts if part)


def epoch_steps(
    lengths: Sequence[int], batch_tokens: int, part_tokens: int, seed: int, epoch: int
) -> list[Step]:
    """The steps of one pass over all examples."""
    draw = random.Random(f"{seed} {epoch}")
    order = list(range(len(lengths)))
    draw.shuffle(order)
    pool = max(1, _POOL * batch_tokens // max(1, sum(lengths) // max(1, len(lengths))))
    steps: list[Step] = []
    for at in range(0, len(order), pool):
        some = sorted(order[at : at + pool], key=lambda place: (lengths[place], place))
        steps += _steps(some, lengths, batch_tokens, part_tokens)
    draw.shuffle(steps)
    return steps


def endless_steps(
    lengths: Sequence[int], batch_tokens: int, part_tokens: int, seed: int, first: int
) -> Iterator[Step]:
    """Steps of one pass after another, from the step ``first`` (counted from 0) on."""
    epoch, skipped = 0, 0
    while True:
        steps = epoch_steps(lengths, batch_tokens, part_tokens, seed, epoch)
        if skipped + len(steps) > first:
            yield from steps[max(0, first - skipped) :]
        skipped += len(steps)
        epoch += 1


def _steps(
    places: Sequence[int], lengths: Sequence[int], batch_tokens: int, part_tokens: int
) -> list[Step]:
    steps: list[Step] = []
    for group in parts_of(places, lengths, batch_tokens):
        steps.append(tuple(parts_of(group, lengths, part_tokens)))
    return steps
