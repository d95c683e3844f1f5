"""How a run goes through its examples, pass by pass, and whether what comes before the layers that learn is
kept from one pass to the next.

With adapters in the last layers only, what enters the first of these is the same for the same tokens however
long one trains. To keep it, a run has to meet the same tokens again: the same examples together, and of the
words that are left out (TrainingSettings.word_dropout) a few fixed choices, by turns, in place of other ones
each time. All of it follows from the settings and the examples, so that a run that goes on after a death
makes the very steps it would have made.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from benchtop.domain.training import TrainingSettings
from benchtop.tuning.batches import Step, endless_steps, epoch_steps, padded
from benchtop.tuning.schedule import step_count

MOST_KEPT_BYTES = 1 << 30
"""A run that would have to keep more than that keeps nothing."""
_MOST_WORDINGS = 8
_PASSES_FOR_A_WORDING = 4
"""Each choice of words is met so often at least: what is computed once is used four times."""


@dataclass(frozen=True, slots=True)
class Passes:
    """``steps`` in all; ``of_a_pass`` are those of the first pass. ``wordings`` is how many fixed choices of
    words there are, which come by turns; 0: other ones each time, and nothing is kept. ``kept_bytes`` is
    about what all that is kept will take."""

    settings: TrainingSettings
    lengths: Sequence[int]
    steps: int
    of_a_pass: Sequence[Step]
    wordings: int = 0
    kept_bytes: int = 0

    def coming(self, first: int) -> Iterator[Step]:
        """The steps from the step ``first`` (counted from 0) on, without end."""
        settings = self.settings
        if not self.wordings:
            yield from endless_steps(
                self.lengths, settings.batch_tokens, settings.part_tokens, settings.seed, first
            )
            return
        begun = first % len(self.of_a_pass)
        for number in count(first // len(self.of_a_pass)):
            some = list(self.of_a_pass)
            if number:
                random.Random(f"{settings.seed} {number}").shuffle(some)
            yield from some[begun:]
            begun = 0

    def wording(self, step: int) -> int:
        """Which choice of words the step of this number (from 0) reads."""
        return step // len(self.of_a_pass) % self.wordings

    @property
    def first_steps(self) -> int:
        """So many steps meet what no step before them met."""
        return min(self.steps, self.wordings * len(self.of_a_pass)) if self.wordings else self.steps


def passes_of(
    lengths: Sequence[int],
    settings: TrainingSettings,
    token_bytes: int,
    other_tokens: int,
    pairs: Collection[int] = (),
) -> Passes:
    """Keeping costs ``token_bytes`` for each token, 0 where nothing can be kept; ``other_tokens`` are those
    of what is read beside the examples. Of ``pairs`` (their places) no words are left out.

    It follows from the settings, the examples and the base alone: one that keeps nothing, for a lack of
    memory or because several train together, makes the same steps.
    """
    sizes = (settings.batch_tokens, settings.part_tokens, settings.seed)
    of_a_pass = epoch_steps(lengths, *sizes, 0)
    steps = step_count(len(of_a_pass), settings)
    parts = [part for step in of_a_pass for part in step]
    plain = padded((tuple(p for p in part if p not in pairs) for part in parts), lengths)
    once = padded((tuple(p for p in part if p in pairs) for part in parts), lengths) + other_tokens
    often = steps // len(of_a_pass)
    room = (MOST_KEPT_BYTES // token_bytes - once) // max(1, plain) if token_bytes else 0
    if settings.word_dropout and plain:
        wordings = min(_MOST_WORDINGS, often // _PASSES_FOR_A_WORDING, room)
        wordings = wordings if wordings > 1 else 0
    else:
        wordings = int(often > 1 and room > 0)
    kept = (wordings * plain + once) * token_bytes if wordings else 0
    return Passes(settings, lengths, steps, of_a_pass, wordings, kept)
