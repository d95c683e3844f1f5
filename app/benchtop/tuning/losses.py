"""What is made smaller in training.

- The cross entropy of the answers' tokens, in nats.
- Where there are rejected answers: direct preference optimisation (Rafailov et al. 2023), beside the cross
  entropy of the chosen ones, without which both answers become less probable (Pang et al. 2024,
  "Iterative Reasoning Preference Optimization").
- On anchors, prompts of general use: the divergence KL(base | now) of what comes next in the base's own
  answers, so that what a model could do before stays as it was (knowledge distillation from the base to
  itself: Li and Hoiem 2016, "Learning without Forgetting").
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch
from torch.nn import functional

from benchtop.domain.token_lines import TokenExample
from benchtop.tuning.batches import Batch, batch_of
from benchtop.tuning.beginnings import Beginnings
from benchtop.tuning.products import cap_slope, capped, token_losses
from benchtop.tuning.trainable_base import Head, TrainableBase
from benchtop.tuning.training_set import chosen, rejected

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHUNK = 256
"""Positions whose probabilities are in memory at a time."""


@contextmanager
def as_base(decoder: TrainableBase) -> Iterator[None]:
    """The decoder without its adapters, inside of a ``with``."""
    scales = [(lora, lora.scale) for lora in decoder.adapters().values()]
    for lora, _ in scales:
        lora.scale = 0.0
    try:
        yield
    finally:
        for lora, scale in scales:
            lora.scale = scale


def hidden_of(
    decoder: TrainableBase, batch: Batch, begun: torch.Tensor | None = None
) -> torch.Tensor:
    """What stands before the head at the places whose next token carries loss, [n, width]. ``begun`` is what
    was kept of the batch (beginnings.py), where it was."""
    learnt = batch.learnt.to(decoder.device)
    hidden: torch.Tensor = decoder(batch.tokens.to(decoder.device), begun)[:, :-1][learnt]
    return hidden


def answer_losses(
    decoder: TrainableBase, batch: Batch, begun: torch.Tensor | None = None
) -> torch.Tensor:
    """The loss of each token that carries loss, in nats, [n]; ``begun`` as in hidden_of."""
    targets = batch.targets.to(decoder.device)
    return token_losses(hidden_of(decoder, batch, begun), targets, decoder.head)


def row_sums(batch: Batch, losses: torch.Tensor) -> torch.Tensor:
    """The losses of each row of a batch added up, [examples]."""
    rows = batch.learnt.nonzero()[:, 0].to(losses.device)
    return torch.zeros(len(batch.tokens), device=losses.device).index_add(0, rows, losses)


def preference_losses(
    here: torch.Tensor, reference: torch.Tensor, pairs: int, beta: float
) -> torch.Tensor:
    """-log sigmoid(beta (margin here - margin of the reference)) of each pair, [pairs].

    Both are sums of losses, of ``pairs`` chosen answers and then of as many rejected ones.
    """
    margin = (here[pairs:] - here[:pairs]) - (reference[pairs:] - reference[:pairs])
    return -functional.logsigmoid(beta * margin)


def pair_batch(examples: Sequence[TokenExample]) -> Batch:
    """The chosen answers and then the rejected ones."""
    return batch_of([*map(chosen, examples), *map(rejected, examples)])


class _Divergence(torch.autograd.Function):
    """KL(base | now) at each place, from what stands before the head; the gradient is computed with it."""

    @staticmethod
    def forward(ctx: Any, hidden: torch.Tensor, base: torch.Tensor, head: Head) -> torch.Tensor:
        weights = head.lasting_weights().to(base.dtype)
        found = torch.empty(len(hidden), dtype=torch.float32, device=hidden.device)
        grads = torch.empty_like(hidden)
        for at in range(0, len(hidden), _CHUNK):
            logits = capped((hidden[at : at + _CHUNK] @ weights.T).float(), head)
            of_base = capped((base[at : at + _CHUNK] @ weights.T).float(), head)
            now, then = functional.log_softmax(logits, -1), functional.log_softmax(of_base, -1)
            sure = then.exp()
            found[at : at + _CHUNK] = (sure * (then - now)).sum(-1)
            wrong = now.exp().sub_(sure)
            if head.cap:
                wrong *= cap_slope(logits, head)
            grads[at : at + _CHUNK] = wrong.to(weights.dtype) @ weights
        ctx.save_for_backward(grads)
        return found

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> tuple[torch.Tensor, None, None]:
        (kept,) = ctx.saved_tensors
        return kept * grads[0][:, None].to(kept.dtype), None, None


class Anchors:
    """The base's own answers, and what the base has before its head there (computed once). With ``kept``,
    what enters the first layer that learns is computed once as well."""

    def __init__(
        self,
        decoder: TrainableBase,
        examples: Sequence[TokenExample],
        kept: Beginnings | None = None,
    ) -> None:
        self._decoder, self._examples, self._kept = decoder, examples, kept
        self._base: dict[int, torch.Tensor] = {}

    def learnt(self, place: int) -> int:
        """Tokens of an anchor's answer."""
        return self._examples[place].learnt

    def losses(self, places: Sequence[int]) -> torch.Tensor:
        """KL(base | now) in nats at each place of these answers, [n]."""
        batch = batch_of([chosen(self._examples[place]) for place in places])
        base = torch.cat([self._of_base(place) for place in places])
        hidden = hidden_of(self._decoder, batch, self._begun(places, batch.tokens.shape[1]))
        found: torch.Tensor = _Divergence.apply(hidden, base, self._decoder.head)  # type: ignore[no-untyped-call]
        return found

    def read_base(self, places: Sequence[int]) -> None:
        """Have what the base makes of these answers at hand."""
        for place in places:
            self._of_base(place)

    def _of_base(self, place: int) -> torch.Tensor:
        if place not in self._base:
            with torch.no_grad(), as_base(self._decoder):
                batch = batch_of([chosen(self._examples[place])])
                begun = self._begun([place], batch.tokens.shape[1])
                self._base[place] = hidden_of(self._decoder, batch, begun)
        return self._base[place]

    def _begun(self, places: Sequence[int], length: int) -> torch.Tensor | None:
        """Of each answer alone, because other ones come together each time."""
        if self._kept is None:
            return None
        rows = [torch.tensor(self._examples[place].ids) for place in places]
        return self._kept.of_rows([("anchor", place) for place in places], rows, length)
