"""The decoder, in the layout and with the tensor names of a `llama` GGUF, so that export only copies.

RMSNorm, rotary positions on interleaved pairs, grouped-query attention, SwiGLU, tied embeddings.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from .settings import Shape


def linear(columns: int, rows: int) -> nn.Linear:
    """A bias-free linear map."""
    return nn.Linear(columns, rows, bias=False)


class Norm(nn.Module):
    """RMSNorm with a learnt gain."""

    def __init__(self, width: int, epsilon: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.epsilon = epsilon

    def forward(self, x: Tensor) -> Tensor:
        """Normalise the last dimension."""
        return functional.rms_norm(x, (x.shape[-1],), self.weight, self.epsilon)


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary positions on pairs (2i, 2i+1), which is what llama.cpp does for `llama`."""
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack((even * cos - odd * sin, odd * cos + even * sin), -1).flatten(-2)


class Block(nn.Module):
    """One layer: attention, then the gated feed-forward, each added to its input."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        width, kv = shape.width, shape.heads_kv * shape.head_width
        self.attn_norm = Norm(width, shape.epsilon)
        self.attn_q, self.attn_k = linear(width, width), linear(width, kv)
        self.attn_v, self.attn_output = linear(width, kv), linear(width, width)
        self.ffn_norm = Norm(width, shape.epsilon)
        self.ffn_gate, self.ffn_up = (
            linear(width, shape.feed_forward),
            linear(width, shape.feed_forward),
        )
        self.ffn_down = linear(shape.feed_forward, width)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """x: (batch, time, width)."""
        x = x + self.attn_output(self._attend(self.attn_norm(x), cos, sin))
        h = self.ffn_norm(x)
        return x + self.ffn_down(functional.silu(self.ffn_gate(h)) * self.ffn_up(h))

    def _attend(self, h: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        batch, time, width = h.shape
        split = (batch, time, -1, self.shape.head_width)
        q = rotate(self.attn_q(h).view(split).transpose(1, 2), cos, sin)
        k = rotate(self.attn_k(h).view(split).transpose(1, 2), cos, sin)
        v = self.attn_v(h).view(split).transpose(1, 2)
        repeats = self.shape.heads // self.shape.heads_kv
        k, v = k.repeat_interleave(repeats, 1), v.repeat_interleave(repeats, 1)
        # The backward pass of attention is several times slower in bfloat16 than in float32.
        with torch.autocast("cpu", enabled=False):
            mixed = functional.scaled_dot_product_attention(
                q.float(), k.float(), v.float(), is_causal=True
            )
        return mixed.transpose(1, 2).reshape(batch, time, width)


class Decoder(nn.Module):
    """The whole model. The output layer is the embedding table again."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.token_embd = nn.Embedding(shape.vocabulary, shape.width)
        self.blk = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.output_norm = Norm(shape.width, shape.epsilon)
        powers = torch.arange(0, shape.head_width, 2).float() / shape.head_width
        self.register_buffer("frequencies", shape.rope_base**-powers, persistent=False)
        self._initialise()

    def _initialise(self) -> None:
        for name, weight in self.named_parameters():
            if weight.ndim < 2:
                continue
            into_stream = "output" in name or "down" in name
            deviation = (0.5 if into_stream else 1.0) / math.sqrt(weight.shape[1])
            nn.init.normal_(weight, std=0.02 if "embd" in name else deviation)

    def hidden(self, tokens: Tensor) -> Tensor:
        """The last layer's normalised state for every position of (batch, time) token ids."""
        positions = torch.arange(tokens.shape[1]).float()
        angles = torch.outer(positions, self.frequencies)
        cos, sin = angles.cos(), angles.sin()
        x = self.token_embd(tokens)
        for block in self.blk:
            x = block(x, cos, sin)
        return self.output_norm(x)

    def logits(self, hidden: Tensor) -> Tensor:
        """Scores over the vocabulary."""
        return functional.linear(hidden, self.token_embd.weight)

    def matrices(self) -> list[Tensor]:
        """The weights Muon trains: every matrix but the embedding."""
        return [w for n, w in self.named_parameters() if w.ndim == 2 and "embd" not in n]

    def others(self) -> list[Tensor]:
        """The weights AdamW trains: the embedding and the norms' gains."""
        return [w for n, w in self.named_parameters() if w.ndim < 2 or "embd" in n]
