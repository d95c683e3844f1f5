"""Small GGUF files for tests, written by the reference implementation."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

import gguf
import numpy as np

from benchtop.domain.gguf import GgufHeader, parse_header

WORDS = 200


def write_gguf(path: Path, **metadata: Any) -> bytes:
    """A llama-like file of 2 layers with an F32 and a Q8_0 tensor; returns its bytes."""
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("Tiny")
    writer.add_context_length(512)
    writer.add_embedding_length(64)
    writer.add_feed_forward_length(128)
    writer.add_block_count(2)
    writer.add_head_count(4)
    writer.add_head_count_kv(2)
    writer.add_token_list([f"token {number}" for number in range(WORDS)])
    writer.add_token_scores([0.5] * WORDS)
    for key, value in metadata.items():
        writer.add_key_value(key.replace("__", "."), *value)
    writer.add_tensor("a.weight", np.ones((3, 64), dtype=np.float32))
    packed = gguf.quants.quantize(
        np.ones((5, 64), dtype=np.float32), gguf.GGMLQuantizationType.Q8_0
    )
    writer.add_tensor("b.weight", packed, raw_dtype=gguf.GGMLQuantizationType.Q8_0)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path.read_bytes()


def parse(data: bytes) -> GgufHeader:
    """The header of a file of these bytes called "model"."""
    return parse_header(io.BytesIO(data), len(data), "model")


def beginning(tensors: int = 0, keys: int = 0, version: int = 3) -> bytes:
    """The first bytes of a file that announces so much."""
    return b"GGUF" + struct.pack("<IQQ", version, tensors, keys)


def text(words: bytes, length: int | None = None) -> bytes:
    """A string as GGUF holds it, whose length may lie."""
    return struct.pack("<Q", len(words) if length is None else length) + words
