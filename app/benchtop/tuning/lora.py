"""Low-rank adapters (LoRA): which matrices get one, how they begin, and what they add.

Source: Hu et al. 2021, "LoRA: Low-Rank Adaptation of Large Language Models": y = Wx + (alpha / rank) B A x,
with A drawn at random and B = 0, so that training begins at the base.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import nn

from benchtop.domain.training import TARGETS, TrainingSettings


@dataclass(frozen=True, slots=True)
class LoraPlan:
    """``targets`` are matrices of a layer; of the layers the ``last_layers`` are changed, or all for 0."""

    rank: int = 8
    alpha: float = 16.0
    targets: Sequence[str] = TARGETS
    last_layers: int = 0

    @classmethod
    def of(cls, settings: TrainingSettings) -> LoraPlan:
        """What the settings of a run ask for."""
        return cls(settings.rank, settings.alpha, settings.targets, settings.last_layers)

    def first_layer(self, layers: int) -> int:
        """The first layer that is changed, of so many."""
        return max(0, layers - self.last_layers) if self.last_layers else 0


class Lora(nn.Module):
    """``a`` is [rank, inputs] and ``b`` [outputs, rank], as GGUF has them, in 32-bit floats; what they make
    together is multiplied with ``scale``. The product itself is made in products.py."""

    def __init__(self, inputs: int, outputs: int, plan: LoraPlan, draw: torch.Generator) -> None:
        super().__init__()
        bound = inputs**-0.5
        first = torch.empty(plan.rank, inputs).uniform_(-bound, bound, generator=draw)
        self.a = nn.Parameter(first)
        self.b = nn.Parameter(torch.zeros(outputs, plan.rank))
        self.scale = plan.alpha / plan.rank
