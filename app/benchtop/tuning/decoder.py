"""A decoder in the tensor layout of GGUF: the same numbers in the same order as llama.cpp.

Nothing is renamed or permuted on the way in, so that an adapter trained here is written as it is.
Sources: llama.cpp, src/models/{llama,qwen2,qwen3,gemma3}.cpp.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import nn
from torch.nn import functional
from torch.utils.checkpoint import checkpoint

from benchtop.tuning.base_config import BaseConfig, Rope, Untrainable
from benchtop.tuning.lora import Lora, LoraPlan
from benchtop.tuning.packed import PackedFile
from benchtop.tuning.positions import Turn, turn_of, turned, window_mask
from benchtop.tuning.preludes import Gated, Norm, Plain
from benchtop.tuning.products import Linear, products, token_losses

__all__ = ["Decoder", "token_losses"]

_Sees = torch.Tensor | None
"""Which places a place may look at, [tokens, tokens]; None for all before it and itself."""


class _Layer(nn.Module):
    """One block of the decoder; its matrices are named as their tensors."""

    def __init__(self, config: BaseConfig, file: PackedFile, number: int) -> None:
        super().__init__()
        self.config, self.number = config, number
        head, width, inner = config.head_size, config.width, config.feed_forward
        queries, keys = config.heads * head, config.kv_heads * head

        def linear(name: str, rows: int, columns: int) -> Linear:
            return _linear(file, f"blk.{number}.{name}", rows, columns)

        self.attn_q, self.attn_k = linear("attn_q", queries, width), linear("attn_k", keys, width)
        self.attn_v = linear("attn_v", keys, width)
        self.attn_output = linear("attn_output", width, queries)
        self.ffn_gate, self.ffn_up = (
            linear("ffn_gate", inner, width),
            linear("ffn_up", inner, width),
        )
        self.ffn_down = linear("ffn_down", width, inner)

        def norm(name: str, size: int) -> Norm:
            return _norm(file, f"blk.{number}.{name}", size, config.epsilon)

        self.attn_norm, self.ffn_norm = norm("attn_norm", width), norm("ffn_norm", width)
        of_heads = config.architecture in ("qwen3", "gemma3")
        self.attn_q_norm = norm("attn_q_norm", head) if of_heads else None
        self.attn_k_norm = norm("attn_k_norm", head) if of_heads else None
        after = config.architecture == "gemma3"
        self.post_attention_norm = norm("post_attention_norm", width) if after else None
        self.post_ffw_norm = norm("post_ffw_norm", width) if after else None
        self.gated = Gated(gelu=config.gelu)

    def norms(self) -> list[Norm]:
        """All there are."""
        found = (self.attn_norm, self.ffn_norm, self.attn_q_norm, self.attn_k_norm)
        after = (self.post_attention_norm, self.post_ffw_norm)
        return [one for one in (*found, *after) if one is not None]

    def forward(self, x: torch.Tensor, turn: Turn, sees: _Sees) -> torch.Tensor:
        """[batch, tokens, width] to the same."""
        attended = self._attend(x, turn, sees)
        x = x + (self.post_attention_norm(attended) if self.post_attention_norm else attended)
        gate, up = products(self.ffn_norm, (self.ffn_gate, self.ffn_up), x)
        (fed,) = products(self.gated, (self.ffn_down,), gate, up)
        return x + (self.post_ffw_norm(fed) if self.post_ffw_norm else fed)

    def _attend(self, x: torch.Tensor, turn: Turn, sees: _Sees) -> torch.Tensor:
        config, rope = self.config, self.config.rope_of(self.number)
        made = products(self.attn_norm, (self.attn_q, self.attn_k, self.attn_v), x)
        query, key, value = (one.unflatten(-1, (-1, config.head_size)) for one in made)
        query = self.attn_q_norm(query) if self.attn_q_norm else query
        key = self.attn_k_norm(key) if self.attn_k_norm else key
        out = functional.scaled_dot_product_attention(
            turned(query, turn, rope).transpose(1, 2),
            turned(key, turn, rope).transpose(1, 2),
            value.transpose(1, 2),
            attn_mask=sees,
            is_causal=sees is None,
            scale=config.query_scale,
            enable_gqa=config.heads != config.kv_heads,
        )
        (joined,) = products(Plain(), (self.attn_output,), out.transpose(1, 2).flatten(2))
        return joined


class Decoder(nn.Module):
    """The layers of a base that does not change, with adapters that may be trained.

    ``keeps_little``: what a layer computed is computed again for its gradient, in place of being kept.
    ``gate``, where there is one, is called before each layer, forwards and backwards: it may wait.
    Raises Untrainable when ``file`` lacks a tensor, has one of another shape, or one that has no place here.
    """

    layers: Sequence[_Layer]

    def __init__(self, config: BaseConfig, file: PackedFile) -> None:
        super().__init__()
        self.config = config
        self.keeps_little = False
        self.gate: Callable[[], None] | None = None
        self._embedding = file.matrix("token_embd.weight")
        self._table: torch.Tensor | None = None  # the embedding, on a GPU
        words = self._embedding.rows
        self.layers = nn.ModuleList(  # type: ignore[assignment]
            _Layer(config, file, number) for number in range(config.layers)
        )
        self.output_norm = _norm(file, "output_norm", config.width, config.epsilon)
        tied = "output.weight" not in file
        self.head = _linear(file, "token_embd" if tied else "output", words, config.width)
        self._factors = _factors(file, config.rope)
        if unknown := file.unused():
            raise Untrainable(f"nobody here knows what its tensor {unknown[0]} does")

    @property
    def architecture(self) -> str:
        """Its name in GGUF."""
        return self.config.architecture

    @property
    def device(self) -> torch.device:
        """Where it computes."""
        return self.output_norm.weight.device

    @property
    def dtype(self) -> torch.dtype:
        """What it computes with: 32-bit floats while its base is packed."""
        return torch.float32 if self.head.dense is None else self.head.dense.dtype

    @property
    def vocabulary_size(self) -> int:
        """Different tokens."""
        return self._embedding.rows

    def add_adapters(self, plan: LoraPlan, seed: int) -> None:
        """Give matrices adapters that change nothing yet; the same seed draws the same."""
        draw = torch.Generator().manual_seed(seed)
        for layer in self.layers[plan.first_layer(len(self.layers)) :]:
            for name in plan.targets:
                linear = layer.get_submodule(name)
                assert isinstance(linear, Linear)
                matrix = linear.matrix
                linear.lora = Lora(matrix.columns, matrix.rows, plan, draw).to(self.device)

    def adapters(self) -> dict[str, Lora]:
        """Those there are, by the names of their matrices in the file without ".weight"."""
        return {
            f"blk.{number}.{name}": part.lora
            for number, layer in enumerate(self.layers)
            for name, part in layer.named_children()
            if isinstance(part, Linear) and part.lora is not None
        }

    def to_gpu(
        self,
        device: torch.device,
        dtype: torch.dtype = torch.bfloat16,
        unpacked: Callable[[nn.Module], object] = lambda _layer: None,
    ) -> None:
        """Unpack the whole base there once and for all; adapters, norms and biases stay 32-bit floats.

        ``unpacked`` is called with each layer before the next is unpacked. The file is not read any more
        afterwards. Call it before an optimiser is given the adapters.
        """
        self.to(device)  # biases and adapters
        self.head.unpack_to(device, dtype)
        tied = self.head.matrix.name == self._embedding.name
        of_head = self.head.weights().detach()
        self._table = of_head if tied else self._embedding.dense(dtype).to(device)
        for layer in self.layers:
            for part in layer.children():
                if isinstance(part, Linear):
                    part.unpack_to(device, dtype)
            unpacked(layer)
        for norm in (self.output_norm, *(norm for layer in self.layers for norm in layer.norms())):
            norm.weight = norm.weight.to(device)
        self._factors = self._factors.to(device) if self._factors is not None else None

    @property
    def begun_bytes(self) -> int:
        """See TrainableBase."""
        return 4 * self.config.width if self._first_adapted() else 0

    def begun(self, tokens: torch.Tensor) -> torch.Tensor:
        """What enters the first layer that has an adapter, [batch, tokens, width].

        It is the same for the same ``tokens`` however long one trains: what is kept of it need not be
        computed in the next pass.
        """
        with torch.no_grad():
            return self._through(self._embedded(tokens), 0, self._first_adapted())

    def forward(self, tokens: torch.Tensor, begun: torch.Tensor | None = None) -> torch.Tensor:
        """What stands before the head, [batch, tokens, width], of ``tokens`` [batch, tokens]; or of what
        ``begun`` made of them earlier.

        Padding stands at the end, where nothing before it sees it.
        """
        if begun is None:
            x = self._through(self._embedded(tokens), 0, len(self.layers))
        else:
            x = self._through(begun, self._first_adapted(), len(self.layers))
        return self.output_norm(x)

    def logits(self, tokens: torch.Tensor) -> torch.Tensor:
        """[batch, tokens, vocabulary], all of them: for short texts."""
        return products(Plain(), (self.head,), self(tokens))[0]

    def _first_adapted(self) -> int:
        """The number of the first layer that has an adapter; that behind the last where none has."""
        having = (number for number, layer in enumerate(self.layers) if _learns(layer))
        return next(having, len(self.layers))

    def _through(self, x: torch.Tensor, first: int, end: int) -> torch.Tensor:
        """What the layers from ``first`` up to ``end`` make of ``x`` [batch, tokens, width]."""
        tokens = x.shape[1]
        turns: dict[Rope, Turn] = {}
        masks: dict[int, _Sees] = {}
        for number in range(first, end):
            rope, window = self.config.rope_of(number), self.config.window_of(number)
            if rope not in turns:
                turns[rope] = turn_of(rope, tokens, self._factors, self.device)
            if window not in masks:
                masks[window] = window_mask(tokens, window, self.device)
            self._wait()
            x = self._computed(self.layers[number], x, turns[rope], masks[window])
            if x.requires_grad:
                x.register_hook(self._wait)
        return x

    def _computed(self, layer: _Layer, x: torch.Tensor, turn: Turn, sees: _Sees) -> torch.Tensor:
        """What a layer makes of ``x``."""
        differs = torch.is_grad_enabled() and (x.requires_grad or _learns(layer))
        if not (self.keeps_little and differs):
            made: torch.Tensor = layer(x, turn, sees)
            return made
        kept: torch.Tensor = checkpoint(
            layer, x, turn, sees, use_reentrant=False, preserve_rng_state=False
        )
        return kept

    def _embedded(self, tokens: torch.Tensor) -> torch.Tensor:
        if self._table is not None:
            return functional.embedding(tokens, self._table) * self.config.embedding_scale
        x = self._embedding.some(tokens)
        return x if self.config.embedding_scale == 1.0 else x.mul_(self.config.embedding_scale)

    def _wait(self, _grad: Any = None) -> None:
        if self.gate is not None:
            self.gate()


def _learns(layer: nn.Module) -> bool:
    return any(parameter.requires_grad for parameter in layer.parameters())


def _linear(file: PackedFile, name: str, rows: int, columns: int) -> Linear:
    matrix = file.matrix(f"{name}.weight")
    if (matrix.rows, matrix.columns) != (rows, columns):
        raise Untrainable(f"its tensor {name}.weight is not of the size that its header tells")
    bias = _vector(file, f"{name}.bias", rows) if f"{name}.bias" in file else None
    return Linear(matrix, bias)


def _norm(file: PackedFile, name: str, size: int, epsilon: float) -> Norm:
    return Norm(_vector(file, f"{name}.weight", size), epsilon)


def _factors(file: PackedFile, rope: Rope) -> torch.Tensor | None:
    """What divides the angles of positions (llama 3), where there is such a thing."""
    name = "rope_freqs.weight"
    return _vector(file, name, rope.size // 2) if name in file else None


def _vector(file: PackedFile, name: str, size: int) -> torch.Tensor:
    found = file.vector(name)
    if len(found) != size:
        raise Untrainable(f"its tensor {name} is not of the size that its header tells")
    return found
