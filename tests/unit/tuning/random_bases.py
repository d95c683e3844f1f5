"""Random models of each architecture that can be trained, small enough for a test and odd enough for all that
the decoder tells apart: shared keys, biases, norms of heads, windows, stretched positions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import gguf
import numpy as np
from numpy.typing import NDArray

from workers.tiny_gguf import CHATML, vocabulary

WIDTH, FEED_FORWARD, LAYERS, HEADS, KV_HEADS, HEAD = 96, 160, 7, 6, 2, 32
KINDS = ("llama", "llama tied, factors", "qwen2", "qwen3", "gemma3")
Floats = NDArray[np.float32]
_Type = gguf.GGMLQuantizationType


def random_base(
    path: Path,
    kind: str = "llama",
    *,
    quantised: _Type | None = None,
    keys: Mapping[str, int | float | str] | None = None,
    without: Collection[str] = (),
    extra: Mapping[str, Floats] | None = None,
    seed: int = 0,
) -> Path:
    """A model of one of KINDS. ``keys`` are added to the architecture's own, ``without`` names tensors to
    leave out and ``extra`` some to put in."""
    architecture = kind.partition(" ")[0]
    writer = gguf.GGUFWriter(path, architecture)
    _describe(writer, architecture)
    for name, value in (keys or {}).items():
        _add(writer, f"{architecture}.{name}", value)
    tensors = _tensors(kind, np.random.default_rng(seed)) | dict(extra or {})
    for name, data in tensors.items():
        if name in without:
            continue
        if quantised is not None and data.ndim == 2:
            packed = gguf.quants.quantize(data, quantised)
            writer.add_tensor(name, packed, raw_dtype=quantised)
        else:
            writer.add_tensor(name, data)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _describe(writer: gguf.GGUFWriter, architecture: str) -> None:
    writer.add_name(f"random {architecture}")
    writer.add_context_length(512)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    head = WIDTH // HEADS if architecture == "qwen2" else HEAD
    writer.add_key_length(head)
    writer.add_value_length(head)
    writer.add_rope_dimension_count(head)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(5e5 if architecture == "llama" else 1e6)
    writer.add_file_type(int(gguf.LlamaFileType.ALL_F32))
    if architecture == "gemma3":
        writer.add_sliding_window(16)
    tokens, scores, types = vocabulary()
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores(scores)
    writer.add_token_types(types)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(tokens.index("<|im_end|>"))
    writer.add_chat_template(CHATML)


def _add(writer: gguf.GGUFWriter, key: str, value: float | str) -> None:
    if isinstance(value, str):
        writer.add_string(key, value)
    elif isinstance(value, int):
        writer.add_uint32(key, value)
    else:
        writer.add_float32(key, value)


def _tensors(kind: str, draw: np.random.Generator) -> dict[str, Floats]:
    """All tensors of a model, by name, in numpy's order."""
    architecture = kind.partition(" ")[0]
    head = WIDTH // HEADS if architecture == "qwen2" else HEAD

    def matrix(rows: int, columns: int) -> Floats:
        return (draw.standard_normal((rows, columns)) * columns**-0.5).astype(np.float32)

    def norm(size: int) -> Floats:
        return (1 + 0.1 * draw.standard_normal(size)).astype(np.float32)

    words = len(vocabulary()[0])
    found = {"token_embd.weight": matrix(words, WIDTH), "output_norm.weight": norm(WIDTH)}
    if kind == "llama":
        found["output.weight"] = matrix(words, WIDTH)
    if "factors" in kind:
        found["rope_freqs.weight"] = np.linspace(1, 8, head // 2).astype(np.float32)
    for layer in range(LAYERS):
        block: dict[str, Floats] = {
            "attn_norm.weight": norm(WIDTH),
            "attn_q.weight": matrix(HEADS * head, WIDTH),
            "attn_k.weight": matrix(KV_HEADS * head, WIDTH),
            "attn_v.weight": matrix(KV_HEADS * head, WIDTH),
            "attn_output.weight": matrix(WIDTH, HEADS * head),
            "ffn_norm.weight": norm(WIDTH),
            "ffn_gate.weight": matrix(FEED_FORWARD, WIDTH),
            "ffn_up.weight": matrix(FEED_FORWARD, WIDTH),
            "ffn_down.weight": matrix(WIDTH, FEED_FORWARD),
        }
        if architecture == "qwen2":
            for name, heads in (("q", HEADS), ("k", KV_HEADS), ("v", KV_HEADS)):
                bias = 0.1 * draw.standard_normal(heads * head)
                block[f"attn_{name}.bias"] = bias.astype(np.float32)
        if architecture in ("qwen3", "gemma3"):
            block |= {"attn_q_norm.weight": norm(head), "attn_k_norm.weight": norm(head)}
        if architecture == "gemma3":
            block |= {
                "post_attention_norm.weight": norm(WIDTH),
                "post_ffw_norm.weight": norm(WIDTH),
            }
        found |= {f"blk.{layer}.{name}": data for name, data in block.items()}
    return found
