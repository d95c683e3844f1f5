"""What enters the first layer that learns, kept for tokens that are met again."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import torch

from benchtop.tuning.trainable_base import TrainableBase


class Beginnings:
    """Keeps it by names; a name stands for the same tokens each time."""

    def __init__(self, decoder: TrainableBase) -> None:
        self._decoder = decoder
        self._kept: dict[Hashable, torch.Tensor] = {}

    @property
    def bytes(self) -> int:
        """What is kept."""
        return sum(one.nbytes for one in self._kept.values())

    def of(self, name: Hashable, tokens: torch.Tensor) -> torch.Tensor:
        """[batch, tokens, width] of ``tokens`` [batch, tokens]."""
        if name not in self._kept:
            self._kept[name] = self._decoder.begun(tokens)
        return self._kept[name]

    def of_rows(
        self, names: Sequence[Hashable], rows: Sequence[torch.Tensor], length: int
    ) -> torch.Tensor:
        """The same for ``rows`` [tokens] that are each computed alone, padded with 0 to ``length`` tokens."""
        made = [self.of(name, row[None]) for name, row in zip(names, rows, strict=True)]
        padded = made[0].new_zeros((len(made), length, made[0].shape[-1]))
        for place, one in enumerate(made):
            padded[place, : one.shape[1]] = one[0]
        return padded
