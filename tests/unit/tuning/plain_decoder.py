"""The decoder once more, in the plainest torch there is: unpacked by the package gguf, gradients by autograd.

What the trainer computes with less memory must be what this computes.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import gguf
import numpy as np
import torch
from torch.nn import functional

from benchtop.domain.gguf import read_header
from benchtop.tuning.base_config import BaseConfig, Rope, base_config

Loose = Mapping[str, tuple[torch.Tensor, torch.Tensor]]
"""The two halves of each adapter, by the name of its matrix."""


class PlainDecoder:
    """A model file, unpacked."""

    def __init__(self, path: Path) -> None:
        self.config: BaseConfig = base_config(read_header(path))
        self.tensors = {
            tensor.name: torch.from_numpy(
                np.array(gguf.quants.dequantize(tensor.data, tensor.tensor_type), np.float32)
            )
            for tensor in gguf.GGUFReader(path).tensors
        }

    def losses(self, tokens: torch.Tensor, adapters: Loose, scale: float) -> torch.Tensor:
        """The loss of each token but the first, [batch, tokens - 1]."""
        logits = self.logits(tokens, adapters, scale)[:, :-1]
        return functional.cross_entropy(
            logits.flatten(0, 1), tokens[:, 1:].flatten(), reduction="none"
        ).view(len(tokens), -1)

    def logits(self, tokens: torch.Tensor, adapters: Loose, scale: float) -> torch.Tensor:
        """[batch, tokens, vocabulary]."""
        config = self.config
        x = self.tensors["token_embd.weight"][tokens] * config.embedding_scale
        for layer in range(config.layers):
            x = self._layer(x, layer, adapters, scale)
        head = self.tensors.get("output.weight", self.tensors["token_embd.weight"])
        return self._norm(x, "output_norm") @ head.T

    def _layer(self, x: torch.Tensor, layer: int, adapters: Loose, scale: float) -> torch.Tensor:
        def product(name: str, value: torch.Tensor) -> torch.Tensor:
            full = f"blk.{layer}.{name}"
            out = functional.linear(
                value, self.tensors[f"{full}.weight"], self.tensors.get(f"{full}.bias")
            )
            if full in adapters:
                a, b = adapters[full]
                out = out + value @ a.T @ b.T * scale
            return out

        block = f"blk.{layer}"
        attended = self._attend(self._norm(x, f"{block}.attn_norm"), layer, product)
        x = x + self._norm(attended, f"{block}.post_attention_norm")
        inner = self._norm(x, f"{block}.ffn_norm")
        gate = product("ffn_gate", inner)
        shut = _coarse_gelu(gate) if self.config.gelu else gate * torch.sigmoid(gate)
        fed = product("ffn_down", shut * product("ffn_up", inner))
        return x + self._norm(fed, f"{block}.post_ffw_norm")

    def _attend(self, x, layer, product) -> torch.Tensor:  # type: ignore[no-untyped-def]
        config, (batch, places, _) = self.config, x.shape
        rope, size = config.rope_of(layer), config.head_size
        query = product("attn_q", x).view(batch, places, config.heads, size)
        key = product("attn_k", x).view(batch, places, config.kv_heads, size)
        value = product("attn_v", x).view(batch, places, config.kv_heads, size)
        query = self._turned(self._norm(query, f"blk.{layer}.attn_q_norm"), rope)
        key = self._turned(self._norm(key, f"blk.{layer}.attn_k_norm"), rope)
        shared = config.heads // config.kv_heads
        key, value = (one.repeat_interleave(shared, 2) for one in (key, value))
        scores = torch.einsum("bqhd,bkhd->bhqk", query, key) * config.query_scale
        at = torch.arange(places)
        far = at[:, None] - at[None, :]
        seen = (far >= 0) & (far < (config.window_of(layer) or places))
        weights = scores.masked_fill(~seen, float("-inf")).softmax(-1)
        return product("attn_output", torch.einsum("bhqk,bkhd->bqhd", weights, value).flatten(2))

    def _norm(self, x: torch.Tensor, name: str) -> torch.Tensor:
        weight = self.tensors.get(f"{name}.weight")
        if weight is None:
            return x
        return x / (x.square().mean(-1, keepdim=True) + self.config.epsilon).sqrt() * weight

    def _turned(self, x: torch.Tensor, rope: Rope) -> torch.Tensor:
        half = torch.arange(rope.size // 2)
        speeds = rope.base ** (-2.0 * half / rope.size) * rope.scale
        if "rope_freqs.weight" in self.tensors:
            speeds = speeds / self.tensors["rope_freqs.weight"]
        angles = torch.arange(x.shape[1])[:, None, None] * speeds
        cosines, sines = angles.cos(), angles.sin()
        if rope.interleaved:
            first, second = x[..., 0::2], x[..., 1::2]
        else:
            first, second = x.chunk(2, -1)
        one, two = first * cosines - second * sines, first * sines + second * cosines
        if rope.interleaved:
            return torch.stack((one, two), -1).flatten(-2)
        return torch.cat((one, two), -1)


def _coarse_gelu(x: torch.Tensor) -> torch.Tensor:
    """ggml's GELU from a table of 16-bit floats, with the gradient of the smooth one."""
    smooth = functional.gelu(x, approximate="tanh")
    coarse = functional.gelu(x.half().float(), approximate="tanh").half().float()
    return smooth + (coarse - smooth).detach()
