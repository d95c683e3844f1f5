"""What the training loop needs of a base: our own decoder, or a model that transformers computes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

import torch

from benchtop.tuning.lora import LoraPlan


class Head(Protocol):
    """The matrix that makes logits: cap * tanh((h W^T + bias) / cap), or without ``cap`` (0) what stands in
    the tanh."""

    @property
    def bias(self) -> torch.Tensor | None:
        """[vocabulary], or nothing."""

    @property
    def cap(self) -> float: ...

    def weights(self) -> torch.Tensor:
        """[vocabulary, width], for use before any other matrix is asked for its weights."""

    def lasting_weights(self) -> torch.Tensor:
        """The same, to be kept."""


class Pair(Protocol):
    """The adapter of a matrix: ``a`` [rank, inputs] and ``b`` [outputs, rank] in 32-bit floats, as GGUF has
    them; what they make together is multiplied with ``scale``."""

    a: torch.nn.Parameter
    b: torch.nn.Parameter
    scale: float


class TrainableBase(Protocol):
    """A model whose weights do not change, with adapters that may be trained.

    ``keeps_little``: what a layer computed is computed again for its gradient, in place of being kept.
    ``gate``, where there is one, is called before each layer, forwards and backwards: it may wait.
    """

    keeps_little: bool
    gate: Callable[[], None] | None

    @property
    def architecture(self) -> str:
        """Its name in GGUF."""

    @property
    def device(self) -> torch.device:
        """Where it computes."""

    @property
    def layers(self) -> Sequence[torch.nn.Module]:
        """Its blocks, from the first to the last."""

    @property
    def vocabulary_size(self) -> int:
        """Different tokens."""

    @property
    def head(self) -> Head:
        """What makes logits."""

    def add_adapters(self, plan: LoraPlan, seed: int) -> None:
        """Give matrices adapters that change nothing yet; the same seed draws the same. Raises BadParameter
        when it has none of the matrices of the plan."""

    def adapters(self) -> Mapping[str, Pair]:
        """Those there are, by the names of their matrices in the file without ".weight"."""

    def to_gpu(self, device: torch.device, dtype: torch.dtype = torch.bfloat16) -> None:
        """Compute there from now on; adapters stay 32-bit floats. Call it before an optimiser is given
        them."""

    def parameters(self) -> Iterator[torch.nn.Parameter]:
        """All, those of the adapters among them; only these ask for a gradient."""

    @property
    def begun_bytes(self) -> int:
        """What ``begun`` tells of a token takes so many in 32-bit floats; 0 where it tells nothing."""

    def begun(self, tokens: torch.Tensor) -> torch.Tensor:
        """What enters the first layer that has an adapter, [batch, tokens, width], of ``tokens`` [batch,
        tokens]; to be asked for where it takes bytes only."""

    def __call__(self, tokens: torch.Tensor, begun: torch.Tensor | None = None) -> torch.Tensor:
        """What stands before the head, [batch, tokens, width], of ``tokens`` [batch, tokens]; or of what
        ``begun`` made of them earlier. Padding stands at the end, where nothing before it sees it."""

    def logits(self, tokens: torch.Tensor) -> torch.Tensor:
        """[batch, tokens, vocabulary], all of them: for short texts."""
