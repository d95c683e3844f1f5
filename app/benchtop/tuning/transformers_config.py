"""What transformers must be told of a model, from its GGUF header.

transformers' own reading of a GGUF header leaves out much that decides (starcoder2 would be computed with
other positions, gemma2 with other caps), so that all of it is told here. What is not sure is refused.
Sources: llama.cpp, src/models/{phi3,gemma2,starcoder2,stablelm,gpt2,nemotron,falcon,lfm2}.cpp, and the
configuration classes of transformers of the same names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchtop.domain.gguf import GgufHeader
from benchtop.domain.training import TRAINABLE_BY_TRANSFORMERS
from benchtop.tuning.base_config import (
    Untrainable,
    count_of,
    real_of,
    refuse_other_kinds,
    rope_scale,
    same_of,
)

Values = dict[str, Any]
Numbers = Callable[[str], Sequence[float]]
_USUAL_BASE = 10_000.0
_GEMMA2_27B = 46  # layers; its attention is scaled by another width
_GEMMA2_WINDOW, _GEMMA2_CAP, _GEMMA2_LAST_CAP = 4_096, 50.0, 30.0
_SHORT, _LONG = "rope_factors_short.weight", "rope_factors_long.weight"
_RMS, _LAYER_NORM = "attention.layer_norm_rms_epsilon", "attention.layer_norm_epsilon"


@dataclass(frozen=True, slots=True)
class _Sizes:
    """``turned`` numbers of each head are turned by their places (RoPE)."""

    layers: int
    width: int
    feed_forward: int
    heads: int
    kv_heads: int
    head: int
    turned: int
    words: int
    context: int


def transformers_values(header: GgufHeader, numbers: Numbers) -> Values:
    """The values of the model's configuration class, with its ``model_type``; raises Untrainable.
    ``numbers`` reads a tensor of the file by its name."""
    refuse_other_kinds(header, TRAINABLE_BY_TRANSFORMERS)
    sizes = _sizes(header)
    long = bool(told_apart(header))
    if rope_scale(header, strengthened=long) != 1.0:
        raise Untrainable("it stretches positions")
    name = header.architecture
    found = {"model_type": name, **_common(sizes, header), **_KINDS[name](header, sizes)}
    if long:
        rope = _long_rope(header, sizes, numbers)
        found["rope_parameters"] |= rope
        found["original_max_position_embeddings"] = rope["original_max_position_embeddings"]
    return found


def told_apart(header: GgufHeader) -> frozenset[str]:
    """The tensors that are told with these values, and have no place in the model."""
    if header.architecture != "phi3":
        return frozenset()
    return frozenset((_SHORT, _LONG)) & _shapes(header).keys()


def _sizes(header: GgufHeader) -> _Sizes:
    width, heads = header.of_architecture("embedding_length"), count_of(header, "head_count")
    layers, inner = header.of_architecture("block_count"), same_of(header, "feed_forward_length")
    shapes = _shapes(header)
    if min(width, heads, layers, inner) < 1 or len(shapes.get("token_embd.weight", ())) != 2:
        raise Untrainable("its header does not tell its sizes")
    head = header.of_architecture("attention.key_length", width // heads)
    if header.of_architecture("attention.value_length", head) != head:
        raise Untrainable("its keys and values are of different sizes")
    turned = header.of_architecture("rope.dimension_count", head)
    if head < 1 or turned % 2 or not 0 < turned <= head:
        raise Untrainable("the positions in its header do not fit its heads")
    kv_heads = _most_heads(header) or heads
    if heads % kv_heads:
        raise Untrainable("its heads do not share keys and values evenly")
    words, context = shapes["token_embd.weight"][1], header.of_architecture("context_length")
    return _Sizes(layers, width, inner, heads, kv_heads, head, turned, words, max(1, context))


def _most_heads(header: GgufHeader) -> int:
    """Heads of keys and values; layers of lfm2 without attention have 0."""
    value = header.metadata.get(f"{header.architecture}.attention.head_count_kv")
    if header.architecture != "lfm2" or not isinstance(value, tuple):
        return count_of(header, "head_count_kv")
    some = {int(one) for one in value if isinstance(one, int) and one > 0}
    if len(some) != 1:
        raise Untrainable("its layers are of different sizes")
    return some.pop()


def _common(sizes: _Sizes, header: GgufHeader) -> Values:
    return {
        "vocab_size": sizes.words,
        "hidden_size": sizes.width,
        "intermediate_size": sizes.feed_forward,
        "num_hidden_layers": sizes.layers,
        "num_attention_heads": sizes.heads,
        "num_key_value_heads": sizes.kv_heads,
        "max_position_embeddings": sizes.context,
        "tie_word_embeddings": "output.weight" not in _shapes(header),
        "pad_token_id": None,
        "bos_token_id": None,
        "eos_token_id": None,
    }


def _phi3(header: GgufHeader, sizes: _Sizes) -> Values:
    """(A window in its header is one that llama.cpp does not use.)"""
    _want_usual_heads(sizes)
    return {"rms_norm_eps": _epsilon(header, _RMS), "rope_parameters": _rope(header, sizes)}


def _gemma2(header: GgufHeader, sizes: _Sizes) -> Values:
    _want_whole_heads_turned(sizes)
    divided = sizes.width // sizes.heads if sizes.layers == _GEMMA2_27B else sizes.head
    window = header.of_architecture("attention.sliding_window", _GEMMA2_WINDOW)
    if window < 1:
        raise Untrainable("its header tells no window")
    kinds = ("sliding_attention", "full_attention")
    return {
        "rms_norm_eps": _epsilon(header, _RMS),
        "head_dim": sizes.head,
        "query_pre_attn_scalar": divided,
        "sliding_window": window,
        "layer_types": [kinds[layer % 2] for layer in range(sizes.layers)],
        "attn_logit_softcapping": real_of(header, "attn_logit_softcapping", _GEMMA2_CAP),
        "final_logit_softcapping": real_of(header, "final_logit_softcapping", _GEMMA2_LAST_CAP),
        "rope_parameters": _rope(header, sizes),
    }


def _starcoder2(header: GgufHeader, sizes: _Sizes) -> Values:
    _want_usual_heads(sizes)
    _want_whole_heads_turned(sizes)
    return {
        "norm_epsilon": _epsilon(header, _LAYER_NORM),
        "use_bias": True,
        "sliding_window": None,
        "rope_parameters": _rope(header, sizes),
    }


def _stablelm(header: GgufHeader, sizes: _Sizes) -> Values:
    _want_usual_heads(sizes)
    names = _shapes(header)
    return {
        "layer_norm_eps": _epsilon(header, _LAYER_NORM),
        "use_qkv_bias": "blk.0.attn_q.bias" in names,
        "use_parallel_residual": "blk.0.ffn_norm.weight" not in names,
        "rope_parameters": _rope(header, sizes),
    }


def _gpt2(header: GgufHeader, sizes: _Sizes) -> Values:
    _want_usual_heads(sizes)
    if sizes.kv_heads != sizes.heads:
        raise Untrainable("its heads share keys and values, which those of gpt2 do not")
    places = _shapes(header).get("position_embd.weight", (0, 0))[1]
    return {
        "n_positions": places,
        "max_position_embeddings": places,
        "n_inner": sizes.feed_forward,
        "layer_norm_epsilon": _epsilon(header, _LAYER_NORM),
        "resid_pdrop": 0.0,
        "embd_pdrop": 0.0,
        "attn_pdrop": 0.0,
    }


def _nemotron(header: GgufHeader, sizes: _Sizes) -> Values:
    return {
        "norm_eps": _epsilon(header, _LAYER_NORM),
        "head_dim": sizes.head,
        "rope_parameters": _rope(header, sizes),
    }


def _falcon(header: GgufHeader, sizes: _Sizes) -> Values:
    _want_usual_heads(sizes)
    _want_whole_heads_turned(sizes)
    if sizes.kv_heads != 1:  # llama.cpp has their keys and values in another order
        raise Untrainable("it is a falcon of another kind than that of 7B")
    return {
        "num_kv_heads": 1,
        "multi_query": True,
        "parallel_attn": True,
        "new_decoder_architecture": False,
        "bias": False,
        "alibi": False,
        "ffn_hidden_size": sizes.feed_forward,
        "activation": "gelu_pytorch_tanh",  # as llama.cpp computes it
        "layer_norm_epsilon": _epsilon(header, _LAYER_NORM),
        "rope_parameters": _rope(header, sizes),
    }


def _lfm2(header: GgufHeader, sizes: _Sizes) -> Values:
    _want_usual_heads(sizes)
    _want_whole_heads_turned(sizes)
    heads = header.metadata.get("lfm2.attention.head_count_kv")
    every = heads if isinstance(heads, tuple) else (sizes.kv_heads,) * sizes.layers
    if len(every) != sizes.layers:
        raise Untrainable("its header does not tell which layers have attention")
    return {
        "norm_eps": _epsilon(header, _RMS),
        "block_auto_adjust_ff_dim": False,
        "layer_types": ["full_attention" if one else "conv" for one in every],
        "conv_L_cache": header.of_architecture("shortconv.l_cache"),
        "conv_bias": False,
        "rope_parameters": _rope(header, sizes),
    }


_KINDS: Mapping[str, Callable[[GgufHeader, _Sizes], Values]] = {
    "phi3": _phi3, "gemma2": _gemma2, "starcoder2": _starcoder2, "stablelm": _stablelm,
    "gpt2": _gpt2, "nemotron": _nemotron, "falcon": _falcon, "lfm2": _lfm2,
}  # fmt: skip


def _rope(header: GgufHeader, sizes: _Sizes) -> Values:
    base = real_of(header, "rope.freq_base", _USUAL_BASE)
    if not base > 0:
        raise Untrainable("its header lacks the numbers of its positions")
    part = sizes.turned / sizes.head
    return {"rope_type": "default", "rope_theta": base, "partial_rotary_factor": part}


def _long_rope(header: GgufHeader, sizes: _Sizes, numbers: Numbers) -> Values:
    """Two sets of factors that divide the angles of positions (LongRoPE: Ding et al. 2024), one for what is
    no longer than the original context. llama.cpp chooses by the length of its context, transformers by that
    of a text, so that training sees what chats see in contexts of up to the original length."""
    original = header.of_architecture("rope.scaling.original_context_length", sizes.context)
    short, long = (list(numbers(name)) for name in (_SHORT, _LONG))
    if len(short) != sizes.turned // 2 or len(long) != len(short) or original < 1:
        raise Untrainable("its two sets of positions do not fit its heads")
    return {
        "rope_type": "longrope",
        "short_factor": short,
        "long_factor": long,
        "factor": max(1.0, sizes.context / original),
        "attention_factor": real_of(header, "rope.scaling.attn_factor", 1.0),
        "original_max_position_embeddings": original,
    }


def _epsilon(header: GgufHeader, key: str) -> float:
    found = real_of(header, key, 0.0)
    if not found > 0:
        raise Untrainable("its header lacks the numbers of its norms")
    return found


def _want_usual_heads(sizes: _Sizes) -> None:
    if sizes.head * sizes.heads != sizes.width:
        raise Untrainable("its heads are of an unusual size")


def _want_whole_heads_turned(sizes: _Sizes) -> None:
    if sizes.turned != sizes.head:
        raise Untrainable("only a part of its heads is turned by positions")


def _shapes(header: GgufHeader) -> Mapping[str, tuple[int, ...]]:
    """Of each tensor by its name, the fastest dimension first."""
    return {info.name: info.shape for info in header.tensors}
