"""GGUF files with random weights and real dimensions: for speed, never for text.

Dimensions of SmolLM2-135M: https://huggingface.co/HuggingFaceTB/SmolLM2-135M/blob/main/config.json
(30 layers, width 576, feed-forward 1,536, 9 heads of which 3 keep keys and values, vocabulary 49,152,
context 8,192, rope base 100,000, tied embeddings).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np


@dataclass(frozen=True)
class Dimensions:
    """The shape of a llama-architecture model."""

    name: str
    layers: int
    width: int
    feed_forward: int
    heads: int
    kv_heads: int
    vocabulary: int
    context: int
    rope_base: float = 10_000.0

    @property
    def head_length(self) -> int:
        return self.width // self.heads


SMOLLM2_135M = Dimensions("random SmolLM2-135M", 30, 576, 1536, 9, 3, 49_152, 8_192, 100_000.0)
SLOW_LONG = Dimensions("random slow", 12, 512, 1536, 8, 8, 2_048, 8_192)
"""Slow enough that a reply can be stopped, or its worker killed, while it is being written."""
TINY_LONG = Dimensions("random tiny", 2, 64, 128, 2, 2, 2_048, 8_192)


def random_model(path: Path, shape: Dimensions) -> Path:
    """Write the model as Q8_0, unless the file is there already; returns the path."""
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".new")
    writer = gguf.GGUFWriter(temporary, "llama")
    _describe(writer, shape)
    _vocabulary(writer, shape.vocabulary)
    _weights(writer, shape)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return temporary.replace(path)


def _describe(writer: gguf.GGUFWriter, shape: Dimensions) -> None:
    writer.add_name(shape.name)
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.feed_forward)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(shape.head_length)
    writer.add_rope_freq_base(shape.rope_base)
    writer.add_vocab_size(shape.vocabulary)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)


def _vocabulary(writer: gguf.GGUFWriter, size: int) -> None:
    """A SentencePiece-like vocabulary: control tokens, the 256 bytes, and short made-up words."""
    kinds = gguf.TokenType
    pieces = [("<unk>", kinds.UNKNOWN), ("<s>", kinds.CONTROL), ("</s>", kinds.CONTROL)]
    pieces += [(f"<0x{byte:02X}>", kinds.BYTE) for byte in range(256)]
    letters = "abcdefghijklmnopqrstuvwxyz"
    pieces += [(f"\u2581{c}", kinds.NORMAL) for c in letters]
    pieces += [(c, kinds.NORMAL) for c in letters]
    number = 0
    while len(pieces) < size:
        word, rest = "", number
        for _ in range(4):
            rest, letter = divmod(rest, 26)
            word += letters[letter]
        pieces.append((f"\u2581{word}", kinds.NORMAL))
        number += 1
    writer.add_tokenizer_model("llama")
    writer.add_token_list([text for text, _kind in pieces])
    writer.add_token_scores([-float(n) for n in range(len(pieces))])
    writer.add_token_types([kind for _text, kind in pieces])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)


def _weights(writer: gguf.GGUFWriter, shape: Dimensions) -> None:
    generator = np.random.default_rng(0)
    kv = shape.head_length * shape.kv_heads

    def matrix(name: str, rows: int, columns: int) -> None:
        values = generator.standard_normal((rows, columns), dtype=np.float32) * 0.02
        kind = gguf.GGMLQuantizationType.Q8_0
        writer.add_tensor(name, gguf.quants.quantize(values, kind), raw_dtype=kind)

    def ones(name: str) -> None:
        writer.add_tensor(name, np.ones(shape.width, dtype=np.float32))

    matrix("token_embd.weight", shape.vocabulary, shape.width)
    ones("output_norm.weight")
    for layer in range(shape.layers):
        block = f"blk.{layer}."
        ones(block + "attn_norm.weight")
        ones(block + "ffn_norm.weight")
        matrix(block + "attn_q.weight", shape.width, shape.width)
        matrix(block + "attn_k.weight", kv, shape.width)
        matrix(block + "attn_v.weight", kv, shape.width)
        matrix(block + "attn_output.weight", shape.width, shape.width)
        matrix(block + "ffn_gate.weight", shape.feed_forward, shape.width)
        matrix(block + "ffn_up.weight", shape.feed_forward, shape.width)
        matrix(block + "ffn_down.weight", shape.width, shape.feed_forward)


def random_adapter(path: Path, shape: Dimensions, rank: int = 8, seed: int = 0) -> Path:
    """A LoRA adapter for a model of this shape, on all its attention and feed-forward matrices."""
    generator = np.random.default_rng(seed)
    kv = shape.head_length * shape.kv_heads
    matrices = {  # rows and columns, as in _weights
        "attn_q": (shape.width, shape.width), "attn_k": (kv, shape.width),
        "attn_v": (kv, shape.width), "attn_output": (shape.width, shape.width),
        "ffn_gate": (shape.feed_forward, shape.width), "ffn_up": (shape.feed_forward, shape.width),
        "ffn_down": (shape.width, shape.feed_forward),
    }  # fmt: skip
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, float(rank))
    for layer in range(shape.layers):
        for name, (rows, columns) in matrices.items():
            down = generator.standard_normal((rank, columns), dtype=np.float32) * 0.02
            up = generator.standard_normal((rows, rank), dtype=np.float32) * 0.02
            writer.add_tensor(f"blk.{layer}.{name}.weight.lora_a", down)
            writer.add_tensor(f"blk.{layer}.{name}.weight.lora_b", up)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
