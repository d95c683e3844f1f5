"""The loss of one step and its gradient, part by part, and the loss on the holdout."""

from __future__ import annotations

import random
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import torch

from benchtop.domain.token_lines import Spans, TokenExample
from benchtop.domain.training import TrainingSettings
from benchtop.tuning.batches import Batch, Part, Step, batch_of, padded, parts_of
from benchtop.tuning.beginnings import Beginnings
from benchtop.tuning.checkpoints import Progress
from benchtop.tuning.crew import Crew
from benchtop.tuning.losses import (
    Anchors,
    answer_losses,
    pair_batch,
    preference_losses,
    row_sums,
)
from benchtop.tuning.passes import passes_of
from benchtop.tuning.trainable_base import TrainableBase
from benchtop.tuning.training_set import TrainingSet, chosen


@dataclass(frozen=True, slots=True)
class _Piece:
    """What is in memory at once: examples, as they are read in this step, or pairs by their places. ``read``
    counts tokens; ``name`` is that of what may be kept of it, or None."""

    plain: Sequence[tuple[Sequence[int], Spans]]
    pairs: Part
    read: int
    name: Hashable = None


class StepLosses:
    """What the loop makes smaller. ``lengths`` are the tokens that each example takes in memory: a pair is
    read at once, both answers as long as the longer. ``passes`` is how it goes through them."""

    def __init__(
        self,
        decoder: TrainableBase,
        examples: TrainingSet,
        settings: TrainingSettings,
        crew: Crew | None = None,
    ) -> None:
        self._decoder, self._settings = decoder, settings
        self._crew = crew or Crew()
        self._train, self._holdout = examples.train, examples.holdout
        self._anchor_lengths = [len(one.ids) for one in examples.anchors]
        pairs = {place for place, one in enumerate(self._train) if self._is_pair(one)}
        self.lengths = [
            2 * max(len(one.ids), len(one.rejected_ids)) if place in pairs else len(one.ids)
            for place, one in enumerate(self._train)
        ]
        held = [len(one.ids) for one in self._holdout]
        beside = padded(parts_of(_sorted(held), held, settings.part_tokens), held)
        beside += sum(self._anchor_lengths)
        self.passes = passes_of(self.lengths, settings, decoder.begun_bytes, beside, pairs)
        # What is learnt does not depend on it. On a GPU memory is dear, and a forward pass cheap.
        wanted = settings.keep_between_passes and not settings.save_memory
        keeps = wanted and self._crew.alone and decoder.device.type == "cpu"
        self._kept = Beginnings(decoder) if self.passes.wordings and keeps else None
        self._anchors = Anchors(decoder, examples.anchors, self._kept)

    @property
    def first_steps(self) -> int:
        """So many steps of the run meet nothing that was kept."""
        return self.passes.first_steps if self._kept is not None else self.passes.steps

    @property
    def kept_bytes(self) -> int:
        """What is kept from pass to pass by now."""
        return self._kept.bytes if self._kept is not None else 0

    @property
    def bytes_to_come(self) -> int:
        """What will be kept, over what is kept already."""
        return self.passes.kept_bytes - self.kept_bytes if self._kept is not None else 0

    def prepare(self, progress: Progress) -> None:
        """Read the pairs with the model as it begins; a run that goes on has that in its checkpoint."""
        wanted = [n for n, one in enumerate(self._train) if self._is_pair(one)]
        missing = [place for place in wanted if place not in progress.reference]
        found = dict.fromkeys(missing, (0.0, 0.0))
        with torch.no_grad():
            for place, counts in self._crew.shares(missing):
                batch = pair_batch([self._train[place]])
                sums = row_sums(batch, answer_losses(self._decoder, batch))
                if counts:
                    found[place] = (float(sums[0]), float(sums[1]))
        every = self._crew.added([one for both in found.values() for one in both])
        progress.reference.update(
            zip(missing, zip(every[::2], every[1::2], strict=True), strict=True)
        )

    def backward(self, step: Step, progress: Progress) -> tuple[float, int]:
        """Add up the gradients of this process's share of a step; the loss of the whole step in nats per
        token of the answers, and the tokens read in it."""
        learnt = sum(self._train[place].learnt for part in step for place in part)
        pairs = sum(self._is_pair(self._train[place]) for part in step for place in part)
        pieces = self._pieces(step, progress.step)
        tokens, total = sum(piece.read for piece in pieces), 0.0
        for piece, counts in self._crew.shares(pieces):
            if piece.pairs:
                plain, preferred = self._of_pairs(piece.pairs, learnt, pairs, progress)
                loss = plain + preferred
            else:
                batch = batch_of(piece.plain)
                begun = self._begun(piece.name, batch)
                loss = plain = answer_losses(self._decoder, batch, begun).sum() / learnt
            (loss if counts else loss * 0.0).backward()
            total += float(plain.detach()) if counts else 0.0
        tokens += self._of_anchors(tokens, progress.step)
        return self._crew.added([total])[0], tokens

    def holdout(self) -> float | None:
        """The loss on the holdout in nats per token; None without one."""
        if not self._holdout:
            return None
        lengths = [len(one.ids) for one in self._holdout]
        total, parts = 0.0, parts_of(_sorted(lengths), lengths, self._settings.part_tokens)
        with torch.no_grad():
            for part, counts in self._crew.shares(parts):
                batch = batch_of([chosen(self._holdout[place]) for place in part])
                begun = self._begun(("holdout", part), batch)
                loss = float(answer_losses(self._decoder, batch, begun).double().sum())
                total += loss if counts else 0.0
        return self._crew.added([total])[0] / sum(one.learnt for one in self._holdout)

    def _is_pair(self, example: TokenExample) -> bool:
        return self._settings.preference and bool(example.rejected_ids)

    def _pieces(self, step: Step, number: int) -> list[_Piece]:
        """What the parts of a step read; the words left out are the same whoever reads a part."""
        draw = random.Random(f"{self._settings.seed} words {number}")
        left, pieces = self._settings.word_dropout, list[_Piece]()
        wording = self.passes.wording(number) if self.passes.wordings else None
        for part in step:
            if wording is not None:
                draw = random.Random(f"{self._settings.seed} words {wording} {part}")
            paired = tuple(place for place in part if self._is_pair(self._train[place]))
            plain = [
                roughened(self._train[place], left, draw) for place in part if place not in paired
            ]
            if plain:
                read = sum(len(ids) for ids, _ in plain)
                pieces.append(_Piece(plain, (), read, None if wording is None else (wording, part)))
            if paired:
                both = [self._train[place] for place in paired]
                read = sum(len(one.ids) + len(one.rejected_ids) for one in both)
                pieces.append(_Piece((), paired, read))
        return pieces

    def _begun(self, name: Hashable, batch: Batch) -> torch.Tensor | None:
        return self._kept.of(name, batch.tokens) if self._kept is not None else None

    def _of_pairs(
        self, places: Part, learnt: int, pairs: int, progress: Progress
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """What the chosen answers and what the preference add to the loss of a step."""
        batch = pair_batch([self._train[place] for place in places])
        begun = self._begun(("pairs", places), batch)
        sums = row_sums(batch, answer_losses(self._decoder, batch, begun))
        told = [progress.reference[place] for place in places]
        reference = torch.tensor([one for one, _ in told] + [other for _, other in told])
        beta = self._settings.preference_beta
        preferred = preference_losses(sums, reference.to(sums.device), len(places), beta)
        return sums[: len(places)].sum() / learnt, preferred.sum() / pairs

    def _of_anchors(self, tokens: int, step: int) -> int:
        """Hold the model to the base's own answers, of about ``general`` times as many tokens."""
        lengths, settings = self._anchor_lengths, self._settings
        if not lengths or settings.general <= 0:
            return 0
        draw = random.Random(f"{settings.seed} anchors {step}")
        order = list(range(len(lengths)))
        draw.shuffle(order)
        places: list[int] = []
        while order and sum(lengths[place] for place in places) < tokens * settings.general:
            places.append(order.pop())
        places.sort(key=lambda place: (lengths[place], place))
        parts = parts_of(places, lengths, settings.part_tokens)
        count = sum(self._anchors.learnt(place) for place in places)
        if self._crew.in_step:
            self._anchors.read_base(places)
        for part, counts in self._crew.shares(parts):
            loss = self._anchors.losses(part).sum() / count * settings.general_weight
            (loss if counts else loss * 0.0).backward()
        return sum(lengths[place] for place in places)


def _sorted(lengths: Sequence[int]) -> list[int]:
    """The places, the shortest first."""
    return sorted(range(len(lengths)), key=lambda place: (lengths[place], place))


def roughened(
    example: TokenExample, left_out: float, draw: random.Random
) -> tuple[tuple[int, ...], Spans]:
    """An example with some tokens of what a person wrote left out, so that other wordings of a question are
    understood as well. What is learnt stays whole, and so do the tokens of the template around turns."""
    if left_out <= 0:
        return chosen(example)
    ids, spans, moved = list(example.ids), [], 0
    kept: list[int] = []
    at = 0
    for start, end in example.spans:
        for place in range(at, start):
            is_words = any(a <= place < b for a, b in example.words)
            if is_words and draw.random() < left_out:
                moved += 1
            else:
                kept.append(ids[place])
        kept += ids[start:end]
        spans.append((start - moved, end - moved))
        at = end
    return tuple(kept) + tuple(ids[at:]), tuple(spans)
