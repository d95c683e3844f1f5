"""How much memory a model takes, and whether it fits into what this machine has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from benchtop.domain.gguf import ArrayLength, GgufHeader

BATCH_TOKENS = 512
"""How many tokens of a prompt llama.cpp takes at once, as the worker sets it."""
LEAST_CONTEXT = 512
"""Tokens: a smaller context is offered to nobody."""
MARGIN = 256 * 1024 * 1024
"""Bytes that stay free for everything else when a model "fits"."""

FitClass = Literal["easy", "fits", "tight", "smaller", "no"]
"""fits easily; fits; tight; only with a smaller context; does not fit."""


@dataclass(frozen=True, slots=True)
class ModelShape:
    """The numbers of a GGUF header that memory and choice depend on.

    ``weight_bytes`` are those of the tensors, 0 where a type is unknown; ``kv_bytes`` what a token
    of context takes in all layers together; ``context_length`` (trained) in tokens, 0 unknown.
    """

    architecture: str = ""
    name: str = ""
    parameters: int = 0
    quantisation: str = ""
    context_length: int = 0
    weight_bytes: int = 0
    kv_bytes: int = 0
    width: int = 0
    feed_forward: int = 0
    vocabulary: int = 0
    chat_template: bool = False
    licence: str = ""


@dataclass(frozen=True, slots=True)
class MemoryEstimate:
    """Bytes a loaded model is expected to take, by part."""

    weights: int
    kv_cache: int
    compute: int

    @property
    def total(self) -> int:
        """All parts together."""
        return self.weights + self.kv_cache + self.compute


@dataclass(frozen=True, slots=True)
class Fit:
    """A verdict. ``context`` is the tokens it holds for: those asked for, or the most that fit.

    ``need`` and ``free`` are bytes, at the context asked for.
    """

    verdict: FitClass
    context: int
    need: int
    free: int


@dataclass(frozen=True, slots=True)
class MeasuredLoad:
    """What a load was expected to take (before any correction) and what it took, in bytes."""

    architecture: str
    predicted: int
    measured: int


def shape_of(header: GgufHeader) -> ModelShape:
    """The numbers of a header."""
    vocabulary = header.metadata.get("tokenizer.ggml.tokens")
    words = vocabulary.length if isinstance(vocabulary, ArrayLength) else 0
    end = header.data_end
    return ModelShape(
        architecture=header.architecture,
        name=header.text("general.name").strip(),
        parameters=header.parameters,
        quantisation=header.quantisation,
        context_length=header.of_architecture("context_length"),
        weight_bytes=0 if end is None else end - header.data_offset,
        kv_bytes=kv_bytes_per_token(header),
        width=header.of_architecture("embedding_length"),
        feed_forward=header.of_architecture("feed_forward_length"),
        vocabulary=words or header.of_architecture("vocab_size", 32_000),
        chat_template="tokenizer.chat_template" in header.metadata,
        licence=header.text("general.license"),
    )


def rough_shape(parameters: int, context_length: int) -> ModelShape:
    """The shape of a model of which only the size is known, for a first verdict.

    The KV cache is that of grouped-query models around this size (Llama 3.2 1B takes 32 kB a token,
    3B 112 kB, Llama 3.1 8B 128 kB): between them, never far below.
    """
    billions = max(parameters / 1e9, 0.05)
    return ModelShape(
        parameters=parameters,
        context_length=context_length,
        kv_bytes=round(48_000 * billions**0.6),
        width=round(2_000 * billions**0.4),
        feed_forward=round(7_000 * billions**0.4),
        vocabulary=150_000,
    )


def kv_bytes_per_token(header: GgufHeader, bytes_per_value: int = 2) -> int:
    """Bytes of KV cache a token takes: KV heads of all layers x (key + value length) x value size.

    Formula: llama.cpp's llama_kv_cache, whose K and V rows hold n_head_kv x head length values in
    16 bits each. A header may list the heads layer by layer; layers without attention have none.
    Layers that share their cache take less, so this is an upper bound.
    """
    layers = header.of_architecture("block_count")
    heads = header.of_architecture("attention.head_count", 1) or 1
    listed = header.metadata.get(f"{header.architecture}.attention.head_count_kv")
    if isinstance(listed, tuple):
        kv_heads = sum(count for count in listed if isinstance(count, int))
    else:
        kv_heads = layers * header.of_architecture("attention.head_count_kv", heads)
    head_length = header.of_architecture("embedding_length") // heads
    key = header.of_architecture("attention.key_length", head_length)
    value = header.of_architecture("attention.value_length", head_length)
    return kv_heads * (key + value) * bytes_per_value


def estimate_memory(shape: ModelShape, file_bytes: int, context: int) -> MemoryEstimate:
    """What a model will take in memory at a context of ``context`` tokens.

    The compute buffer is bounded by the logits of one token (the worker asks for no others) and the
    activations of one 512-token batch: six rows of the model's width and three of its feed-forward
    width per token. llama.cpp reports 7.6 MB for 256 x 768 and 15.5 MB for 576 x 1,536, where this
    gives 7.9 and 16.7.
    """
    batch = min(BATCH_TOKENS, max(context, 1))
    compute = 4 * shape.vocabulary + batch * 4 * (6 * shape.width + 3 * shape.feed_forward)
    return MemoryEstimate(file_bytes, shape.kv_bytes * context, compute)


def judge_fit(shape: ModelShape, file_bytes: int, context: int, free: int, extra: int = 0) -> Fit:
    """Whether a model fits into ``free`` bytes (what unloading others gives back included).

    easy: it takes at most half of them; fits: MARGIN and an eighth stay free; tight: it takes more
    than that; smaller: a context of at least LEAST_CONTEXT tokens fits; no: not even that.
    ``extra`` bytes are what loads on this machine took beyond the estimate, by ``extra_bytes``.
    """
    wanted = min(context, shape.context_length) if shape.context_length else context

    def need(tokens: int) -> int:
        return max(0, estimate_memory(shape, file_bytes, tokens).total + extra)

    taken = need(wanted)
    if taken * 2 <= free:
        return Fit("easy", wanted, taken, free)
    if taken <= free - max(MARGIN, free // 8):
        return Fit("fits", wanted, taken, free)
    if taken <= free:
        return Fit("tight", wanted, taken, free)
    tokens = wanted // 2
    while tokens >= LEAST_CONTEXT and need(tokens) > free:
        tokens //= 2
    if tokens >= LEAST_CONTEXT:
        return Fit("smaller", tokens, taken, free)
    return Fit("no", 0, taken, free)


def extra_bytes(loads: Sequence[MeasuredLoad], architecture: str) -> int:
    """What models of an architecture took here beyond the estimate: the median of measured less
    predicted; of all models where none of this architecture was loaded; 0 before the first load.

    A difference and not a ratio: most of it is what the process takes without any model.
    """
    same = [load for load in loads if load.architecture == architecture]
    differences = [load.measured - load.predicted for load in same or loads]
    return round(median(differences)) if differences else 0
