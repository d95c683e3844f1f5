"""Random models of the architectures that train through transformers, with what tells them apart: shared
keys, joined matrices, biases, capped logits, windows, parts of heads that are turned, convolutions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

import gguf
import numpy as np
from numpy.typing import NDArray

from workers.tiny_gguf import CHATML, vocabulary

WIDTH, FEED_FORWARD, LAYERS, HEADS, KV_HEADS = 96, 160, 4, 6, 2
HEAD = WIDTH // HEADS
CONTEXT = 512
CONTROLS = ("<|endoftext|>",)  # llama.cpp asks a phi3 model for it
WORDS = len(vocabulary(controls=CONTROLS)[0])
Floats = NDArray[np.float32]
Values = Mapping[str, int | float | bool | str | list[int] | None]
_Type = gguf.GGMLQuantizationType


def other_base(
    path: Path,
    architecture: str,
    *,
    quantised: _Type | None = None,
    keys: Values | None = None,
    without: Collection[str] = (),
    extra: Mapping[str, Floats] | None = None,
    seed: int = 0,
) -> Path:
    """A model of one of OTHERS. ``keys`` are put in the place of the architecture's own (None: left out),
    ``without`` names tensors to leave out (whole, or of every layer) and ``extra`` some to put in."""
    writer = gguf.GGUFWriter(path, architecture)
    values, tensors = OTHERS[architecture](_Draw(seed))
    for name, value in (_KEYS | values | dict(keys or {})).items():
        if value is not None:
            _add(writer, f"{architecture}.{name}", value)
    _add_words(writer, architecture)
    for name, data in (tensors | dict(extra or {})).items():
        if name in without or name.split(".", 2)[-1] in without:
            continue
        if quantised is not None and data.ndim == 2 and data.shape[-1] % 32 == 0:
            packed = gguf.quants.quantize(data, quantised)
            writer.add_tensor(name, packed, raw_dtype=quantised)
        else:
            writer.add_tensor(name, data)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


class _Draw:
    """Tensors by their names, drawn at random; rows first."""

    def __init__(self, seed: int) -> None:
        self._draw = np.random.default_rng(seed)
        self.found: dict[str, Floats] = {}

    def matrix(self, name: str, rows: int, columns: int, *, bias: bool = False) -> None:
        weights = self._draw.standard_normal((rows, columns)) * columns**-0.5
        self.found[f"{name}.weight"] = weights.astype(np.float32)
        if bias:
            shift = 0.1 * self._draw.standard_normal(rows)
            self.found[f"{name}.bias"] = shift.astype(np.float32)

    def norm(self, name: str, size: int = WIDTH, *, bias: bool = False) -> None:
        weights = 1 + 0.1 * self._draw.standard_normal(size)
        self.found[f"{name}.weight"] = weights.astype(np.float32)
        if bias:
            shift = 0.1 * self._draw.standard_normal(size)
            self.found[f"{name}.bias"] = shift.astype(np.float32)

    def ends(self, *, head: bool = True, bias: bool = False) -> None:
        """What stands before and behind the layers."""
        self.matrix("token_embd", WORDS, WIDTH)
        self.norm("output_norm", bias=bias)
        if head:
            self.matrix("output", WORDS, WIDTH)


_Made = tuple[Values, dict[str, Floats]]
_KEYS: dict[str, int | float | bool | str | list[int] | None] = {
    "context_length": CONTEXT,
    "embedding_length": WIDTH,
    "block_count": LAYERS,
    "feed_forward_length": FEED_FORWARD,
    "attention.head_count": HEADS,
    "attention.head_count_kv": KV_HEADS,
    "vocab_size": WORDS,
}
_RMS, _LAYER = "attention.layer_norm_rms_epsilon", "attention.layer_norm_epsilon"


def _phi3(draw: _Draw) -> _Made:
    draw.ends()
    for layer in range(LAYERS):
        block = f"blk.{layer}"
        draw.norm(f"{block}.attn_norm")
        draw.matrix(f"{block}.attn_qkv", (HEADS + 2 * KV_HEADS) * HEAD, WIDTH)
        draw.matrix(f"{block}.attn_output", WIDTH, WIDTH)
        draw.norm(f"{block}.ffn_norm")
        draw.matrix(f"{block}.ffn_up", 2 * FEED_FORWARD, WIDTH)
        draw.matrix(f"{block}.ffn_down", WIDTH, FEED_FORWARD)
    keys = {_RMS: 1e-5, "rope.dimension_count": HEAD, "rope.freq_base": 2e4}
    return keys, draw.found


def long_phi3(path: Path, attention: float = 1.19, **changes: Any) -> Path:
    """A phi3 with two sets of positions, as Phi 3.5 and Phi 4 mini have them: one for contexts up to 256
    tokens."""
    half = HEAD // 2
    factors = {
        "rope_factors_short.weight": np.linspace(1, 3, half).astype(np.float32),
        "rope_factors_long.weight": np.linspace(1, 30, half).astype(np.float32),
    }
    keys = {"rope.scaling.original_context_length": 256, "rope.scaling.attn_factor": attention}
    return other_base(path, "phi3", extra=factors, keys=keys, **changes)


def _gemma2(draw: _Draw) -> _Made:
    head = 32
    draw.ends(head=False)
    for layer in range(LAYERS):
        block = f"blk.{layer}"
        draw.norm(f"{block}.attn_norm")
        draw.matrix(f"{block}.attn_q", HEADS * head, WIDTH)
        draw.matrix(f"{block}.attn_k", KV_HEADS * head, WIDTH)
        draw.matrix(f"{block}.attn_v", KV_HEADS * head, WIDTH)
        draw.matrix(f"{block}.attn_output", WIDTH, HEADS * head)
        draw.norm(f"{block}.post_attention_norm")
        draw.norm(f"{block}.ffn_norm")
        draw.matrix(f"{block}.ffn_gate", FEED_FORWARD, WIDTH)
        draw.matrix(f"{block}.ffn_up", FEED_FORWARD, WIDTH)
        draw.matrix(f"{block}.ffn_down", WIDTH, FEED_FORWARD)
        draw.norm(f"{block}.post_ffw_norm")
    keys = {
        _RMS: 1e-6, "attention.key_length": head, "attention.value_length": head,
        "attention.sliding_window": 16, "attn_logit_softcapping": 5.0,
        "final_logit_softcapping": 3.0,
    }  # fmt: skip
    return keys, draw.found


def _starcoder2(draw: _Draw) -> _Made:
    draw.ends(head=False, bias=True)
    for layer in range(LAYERS):
        block = f"blk.{layer}"
        draw.norm(f"{block}.attn_norm", bias=True)
        for name, heads in (("q", HEADS), ("k", KV_HEADS), ("v", KV_HEADS)):
            draw.matrix(f"{block}.attn_{name}", heads * HEAD, WIDTH, bias=True)
        draw.matrix(f"{block}.attn_output", WIDTH, WIDTH, bias=True)
        draw.norm(f"{block}.ffn_norm", bias=True)
        draw.matrix(f"{block}.ffn_up", FEED_FORWARD, WIDTH, bias=True)
        draw.matrix(f"{block}.ffn_down", WIDTH, FEED_FORWARD, bias=True)
    return {_LAYER: 1e-5, "rope.freq_base": 1e5, "rope.dimension_count": HEAD}, draw.found


def _stablelm(draw: _Draw) -> _Made:
    draw.ends(bias=True)
    for layer in range(LAYERS):
        block = f"blk.{layer}"
        draw.norm(f"{block}.attn_norm", bias=True)
        for name, heads in (("q", HEADS), ("k", KV_HEADS), ("v", KV_HEADS)):
            draw.matrix(f"{block}.attn_{name}", heads * HEAD, WIDTH, bias=True)
        draw.matrix(f"{block}.attn_output", WIDTH, WIDTH)
        draw.norm(f"{block}.ffn_norm", bias=True)
        draw.matrix(f"{block}.ffn_gate", FEED_FORWARD, WIDTH)
        draw.matrix(f"{block}.ffn_up", FEED_FORWARD, WIDTH)
        draw.matrix(f"{block}.ffn_down", WIDTH, FEED_FORWARD)
    keys = {_LAYER: 1e-5, "rope.dimension_count": HEAD // 4, "use_parallel_residual": True}
    return keys, draw.found


def _gpt2(draw: _Draw) -> _Made:
    draw.ends(head=False, bias=True)
    draw.matrix("position_embd", CONTEXT, WIDTH)
    for layer in range(LAYERS):
        block = f"blk.{layer}"
        draw.norm(f"{block}.attn_norm", bias=True)
        draw.matrix(f"{block}.attn_qkv", 3 * WIDTH, WIDTH, bias=True)
        draw.matrix(f"{block}.attn_output", WIDTH, WIDTH, bias=True)
        draw.norm(f"{block}.ffn_norm", bias=True)
        draw.matrix(f"{block}.ffn_up", FEED_FORWARD, WIDTH, bias=True)
        draw.matrix(f"{block}.ffn_down", WIDTH, FEED_FORWARD, bias=True)
    return {_LAYER: 1e-5, "attention.head_count_kv": None}, draw.found


def _nemotron(draw: _Draw) -> _Made:
    draw.ends(bias=True)
    for layer in range(LAYERS):
        block = f"blk.{layer}"
        draw.norm(f"{block}.attn_norm", bias=True)
        for name, heads in (("q", HEADS), ("k", KV_HEADS), ("v", KV_HEADS)):
            draw.matrix(f"{block}.attn_{name}", heads * HEAD, WIDTH)
        draw.matrix(f"{block}.attn_output", WIDTH, WIDTH)
        draw.norm(f"{block}.ffn_norm", bias=True)
        draw.matrix(f"{block}.ffn_up", FEED_FORWARD, WIDTH)
        draw.matrix(f"{block}.ffn_down", WIDTH, FEED_FORWARD)
    keys = {_LAYER: 1e-4, "rope.dimension_count": HEAD // 2, "rope.freq_base": 3e4}
    return keys, draw.found


def _falcon(draw: _Draw) -> _Made:
    draw.ends(bias=True)
    for layer in range(LAYERS):
        block = f"blk.{layer}"
        draw.norm(f"{block}.attn_norm", bias=True)
        draw.matrix(f"{block}.attn_qkv", (HEADS + 2) * HEAD, WIDTH)
        draw.matrix(f"{block}.attn_output", WIDTH, WIDTH)
        draw.matrix(f"{block}.ffn_up", FEED_FORWARD, WIDTH)
        draw.matrix(f"{block}.ffn_down", WIDTH, FEED_FORWARD)
    return {_LAYER: 1e-5, "attention.head_count_kv": 1, "rope.freq_base": 2e4}, draw.found


def _lfm2(draw: _Draw) -> _Made:
    kept = 3
    heads = [KV_HEADS if layer % 2 else 0 for layer in range(LAYERS)]
    draw.matrix("token_embd", WORDS, WIDTH)
    draw.norm("token_embd_norm")
    for layer in range(LAYERS):
        block = f"blk.{layer}"
        draw.norm(f"{block}.attn_norm")
        if heads[layer]:
            for name, count in (("q", HEADS), ("k", KV_HEADS), ("v", KV_HEADS)):
                draw.matrix(f"{block}.attn_{name}", count * HEAD, WIDTH)
            draw.matrix(f"{block}.attn_output", WIDTH, WIDTH)
            draw.norm(f"{block}.attn_q_norm", HEAD)
            draw.norm(f"{block}.attn_k_norm", HEAD)
        else:
            draw.matrix(f"{block}.shortconv.in_proj", 3 * WIDTH, WIDTH)
            draw.matrix(f"{block}.shortconv.out_proj", WIDTH, WIDTH)
            draw.matrix(f"{block}.shortconv.conv", WIDTH, kept)
        draw.norm(f"{block}.ffn_norm")
        draw.matrix(f"{block}.ffn_gate", FEED_FORWARD, WIDTH)
        draw.matrix(f"{block}.ffn_up", FEED_FORWARD, WIDTH)
        draw.matrix(f"{block}.ffn_down", WIDTH, FEED_FORWARD)
    keys = {
        _RMS: 1e-5, "attention.head_count_kv": heads, "rope.freq_base": 1e6,
        "shortconv.l_cache": kept,
    }  # fmt: skip
    return keys, draw.found


OTHERS: dict[str, Callable[[_Draw], _Made]] = {
    "phi3": _phi3, "gemma2": _gemma2, "starcoder2": _starcoder2, "stablelm": _stablelm,
    "gpt2": _gpt2, "nemotron": _nemotron, "falcon": _falcon, "lfm2": _lfm2,
}  # fmt: skip


def _add(writer: gguf.GGUFWriter, key: str, value: object) -> None:
    if isinstance(value, str):
        writer.add_string(key, value)
    elif isinstance(value, bool):
        writer.add_bool(key, value)
    elif isinstance(value, int):
        writer.add_uint32(key, value)
    elif isinstance(value, float):
        writer.add_float32(key, value)
    else:
        assert isinstance(value, list)
        writer.add_array(key, value)


def _add_words(writer: gguf.GGUFWriter, architecture: str) -> None:
    writer.add_name(f"random {architecture}")
    writer.add_file_type(int(gguf.LlamaFileType.ALL_F32))
    tokens, scores, types = vocabulary(controls=CONTROLS)
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores(scores)
    writer.add_token_types(types)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(tokens.index("<|im_end|>"))
    writer.add_chat_template(CHATML)
