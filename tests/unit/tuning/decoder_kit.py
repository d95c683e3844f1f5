"""What tests of the decoder and its adapters share: texts, adapters that have learnt, gradients."""

from __future__ import annotations

import numpy as np
import torch

from benchtop.tuning.decoder import Decoder
from benchtop.tuning.lora import LoraPlan
from benchtop.tuning.products import token_losses
from workers.tiny_gguf import vocabulary

WORDS = len(vocabulary()[0])


def some_tokens(batch: int, count: int, seed: int = 0) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(seed).integers(0, WORDS, (batch, count)))


def adapted(decoder: Decoder, plan: LoraPlan, seed: int = 1) -> Decoder:
    """With adapters that change something, as after some training."""
    decoder.add_adapters(plan, seed)
    draw = torch.Generator().manual_seed(seed + 1)
    with torch.no_grad():
        for lora in decoder.adapters().values():
            lora.b.normal_(0.0, 0.05, generator=draw)
    return decoder


def mean_loss(decoder: Decoder, tokens: torch.Tensor) -> torch.Tensor:
    hidden = decoder(tokens)[:, :-1].flatten(0, 1)
    return token_losses(hidden, tokens[:, 1:].flatten(), decoder.head).mean()


def gradients(decoder: Decoder, loss: torch.Tensor) -> list[torch.Tensor]:
    decoder.zero_grad()
    loss.backward()
    found = [one.grad for one in decoder.parameters() if one.requires_grad]
    assert all(grad is not None for grad in found)
    return [grad.clone() for grad in found if grad is not None]


def assert_near(some: list[torch.Tensor], others: list[torch.Tensor], part: float) -> None:
    """Each within ``part`` of its own size."""
    assert len(some) == len(others) > 0
    for one, other in zip(some, others, strict=True):
        assert float((one - other).abs().max()) <= part * float(other.abs().max())
