"""Rotary positions and the window of an attention.

Sources: RoPE, Su et al. 2021; ggml_rope_ext, whose ``freq_factors`` stretch the positions of llama 3.
"""

from __future__ import annotations

from typing import Any

import torch

from benchtop.tuning.base_config import Rope

Turn = tuple[torch.Tensor, torch.Tensor]
"""Cosines and sines of the angles at each place, each [tokens, 1, size / 2]."""


def turn_of(rope: Rope, tokens: int, factors: torch.Tensor | None, device: torch.device) -> Turn:
    """The angles of the first ``tokens`` places; ``factors`` [size / 2] divide them."""
    places = torch.arange(0, rope.size, 2, dtype=torch.float32, device=device)
    speeds = rope.base ** (-places / rope.size)
    if factors is not None:
        speeds = speeds / factors
    at = torch.arange(tokens, dtype=torch.float32, device=device) * rope.scale
    angles = torch.outer(at, speeds).unsqueeze(1)
    return angles.cos(), angles.sin()


def turned(x: torch.Tensor, turn: Turn, rope: Rope) -> torch.Tensor:
    """``x`` [batch, tokens, heads, head size] with its first ``rope.size`` numbers turned by their places."""
    found: torch.Tensor = _Turned.apply(x, *turn, rope)  # type: ignore[no-untyped-call]
    return found


class _Turned(torch.autograd.Function):
    """The gradient of a turn is the turn back; nothing of ``x`` is kept."""

    @staticmethod
    def forward(
        ctx: Any, x: torch.Tensor, cosines: torch.Tensor, sines: torch.Tensor, rope: Rope
    ) -> torch.Tensor:
        ctx.turn, ctx.rope = (cosines, sines), rope
        return _turn(x, cosines, sines, rope)

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor) -> tuple[torch.Tensor, None, None, None]:
        cosines, sines = ctx.turn
        return _turn(grad, cosines, -sines, ctx.rope), None, None, None


def _turn(x: torch.Tensor, cosines: torch.Tensor, sines: torch.Tensor, rope: Rope) -> torch.Tensor:
    out = torch.empty(x.shape, dtype=x.dtype, device=x.device)
    first, second = _halves(x, rope)
    one, two = _halves(out, rope)
    if x.dtype == torch.float32:
        torch.mul(first, cosines, out=one).addcmul_(second, sines, value=-1.0)
        torch.mul(first, sines, out=two).addcmul_(second, cosines)
    else:  # angles lose too much in 16 bits
        one.copy_(first * cosines - second * sines)
        two.copy_(first * sines + second * cosines)
    if rope.size < x.shape[-1]:
        out[..., rope.size :] = x[..., rope.size :]
    return out


def _halves(x: torch.Tensor, rope: Rope) -> tuple[torch.Tensor, torch.Tensor]:
    """The numbers that are turned together, as two views [..., size / 2]."""
    if rope.interleaved:
        return x[..., 0 : rope.size : 2], x[..., 1 : rope.size : 2]
    half = rope.size // 2
    return x[..., :half], x[..., half : rope.size]


def window_mask(tokens: int, window: int, device: torch.device) -> torch.Tensor | None:
    """What a layer with a window may look at, [tokens, tokens]; None where that is all before it.

    Source: llama.cpp, llama_hparams::is_masked_swa (LLAMA_SWA_TYPE_STANDARD): masked where the distance
    is at least the window.
    """
    if not window or tokens <= window:
        return None
    at = torch.arange(tokens, device=device)
    far = at[:, None] - at[None, :]
    return (far >= 0) & (far < window)
