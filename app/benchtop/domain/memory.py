"""How much memory a model takes, and whether it fits into what this machine has."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from benchtop.domain.gguf import GgufHeader
from benchtop.domain.gguf_reader import ArrayLength

BATCH_TOKENS = 512
"""How many tokens of a prompt llama.cpp takes at once, as the worker sets it."""
LEAST_CONTEXT = 512
"""Tokens: a smaller context is offered to nobody."""
CONTEXT_STEP = 256
"""Tokens: llama.cpp rounds a context up to a multiple of it (GGML_PAD of n_ctx)."""
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
    layers: int = 0


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

    ``need`` and ``free`` are bytes, at the context asked for. ``freed`` is the part of ``free`` that
    the model in use holds. ``gpu`` names the GPU whose memory is meant; empty: the machine's.
    """

    verdict: FitClass
    context: int
    need: int
    free: int
    gpu: str = ""
    freed: int = 0


@dataclass(frozen=True, slots=True)
class Gpu:
    """A graphics processor that this build of llama.cpp can use, and its memory in bytes."""

    name: str
    total: int
    free: int


@dataclass(frozen=True, slots=True)
class FreeMemory:
    """What a model may take: bytes of the machine's memory, and GPUs. What unloading others gives
    back is counted in both: of the machine's memory it is ``freed``."""

    machine: int
    gpus: tuple[Gpu, ...] = ()
    freed: int = 0


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
        layers=header.of_architecture("block_count"),
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


def judge_fit(
    shape: ModelShape, file_bytes: int, context: int, free: FreeMemory, extra: int = 0
) -> Fit:
    """Whether a model fits into what is free.

    easy: it takes at most half of that; fits: MARGIN and an eighth stay free; tight: it takes more
    than that; smaller: a context of at least LEAST_CONTEXT tokens fits; no: not even that.
    A GPU that holds all of it is where it will run (see ``gpu_for``); else it is the processor.
    ``extra`` bytes are what loads on this machine took beyond the estimate, by ``extra_bytes``.
    """
    wanted = _possible(shape, context)
    need = needed_bytes(shape, file_bytes, wanted, extra)
    gpu = gpu_for(need, free.gpus)
    room = gpu.free if gpu is not None else free.machine
    where, freed = (gpu.name, 0) if gpu is not None else ("", free.freed)
    verdict: FitClass
    if need <= room:
        margin = max(MARGIN, room // 8)
        verdict = "easy" if need * 2 <= room else "fits" if need <= room - margin else "tight"
        return Fit(verdict, wanted, need, room, where, freed)
    tokens = largest_context(shape, file_bytes, wanted, room, extra)
    return Fit("smaller" if tokens else "no", tokens, need, room, where, freed)


def needed_bytes(shape: ModelShape, file_bytes: int, context: int, extra: int = 0) -> int:
    """What a model will take at a context, with what was learned from loads on this machine."""
    return max(0, estimate_memory(shape, file_bytes, context).total + extra)


def largest_context(
    shape: ModelShape, file_bytes: int, wanted: int, free: int, extra: int = 0
) -> int:
    """The most tokens up to ``wanted`` that fit into ``free`` bytes, in whole steps of CONTEXT_STEP;
    0 where fewer than LEAST_CONTEXT (or ``wanted``, if that is less) would be left."""
    possible = _possible(shape, wanted)
    if needed_bytes(shape, file_bytes, possible, extra) <= free:
        return possible
    # A longer context never takes less: the steps that fit are those before the first that does not.
    steps = bisect_right(
        range(1, -(-possible // CONTEXT_STEP)),
        free,
        key=lambda step: needed_bytes(shape, file_bytes, step * CONTEXT_STEP, extra),
    )
    tokens = steps * CONTEXT_STEP
    return tokens if tokens >= LEAST_CONTEXT else 0


def gpu_for(need: int, gpus: Sequence[Gpu]) -> Gpu | None:
    """The GPU that a model of ``need`` bytes runs on: the one with most free memory, if all of the
    model fits into that and MARGIN stays free. A part of a model is left to the processor as well:
    every token would wait for the slower of the two."""
    best = max(gpus, key=lambda gpu: gpu.free, default=None)
    return best if best is not None and need + MARGIN <= best.free else None


def _possible(shape: ModelShape, context: int) -> int:
    """No model is run with a longer context than it was trained on."""
    return min(context, shape.context_length) if shape.context_length else context


def extra_bytes(loads: Sequence[MeasuredLoad], architecture: str) -> int:
    """What models of an architecture took here beyond the estimate: the median of measured less
    predicted; of all models where none of this architecture was loaded; 0 before the first load.

    A difference and not a ratio: most of it is what the process takes without any model.
    """
    same = [load for load in loads if load.architecture == architecture]
    differences = [load.measured - load.predicted for load in same or loads]
    return round(median(differences)) if differences else 0
