"""GGUF headers with large vocabularies and with nonsense, written byte by byte.

Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md.
"""

from __future__ import annotations

import struct
from pathlib import Path

UINT32, FLOAT32, TEXT, ARRAY = 4, 6, 8, 9


def text(words: str) -> bytes:
    """A string: its length in bytes, then they."""
    data = words.encode()
    return struct.pack("<Q", len(data)) + data


def number(key: str, value: int) -> bytes:
    """A key with a whole number."""
    return text(key) + struct.pack("<II", UINT32, value)


def words(count: int) -> bytes:
    """The vocabulary: ``count`` tokens of about eight letters, and their scores."""
    tokens = b"".join(text(f"▁word{place}") for place in range(count))
    listed = text("tokenizer.ggml.tokens") + struct.pack("<IIQ", ARRAY, TEXT, count) + tokens
    scores = text("tokenizer.ggml.scores") + struct.pack("<IIQ", ARRAY, FLOAT32, count)
    return listed + scores + bytes(4 * count)


def shape() -> bytes:
    """Seven keys that a model's memory can be told from."""
    numbers = {
        "context_length": 4096, "embedding_length": 512, "block_count": 4,
        "feed_forward_length": 1024, "attention.head_count": 8, "attention.head_count_kv": 4,
    }  # fmt: skip
    keys = [number(f"llama.{key}", value) for key, value in numbers.items()]
    return b"".join([text("general.architecture") + struct.pack("<I", TEXT) + text("llama"), *keys])


def head(tensors: int, keys: int) -> bytes:
    """The first 24 bytes: the magic number, version 3, and two counts."""
    return b"GGUF" + struct.pack("<IQQ", 3, tensors, keys)


def gguf_with_words(path: Path, count: int, *, words_first: bool = False) -> Path:
    """A header with a vocabulary, before or behind what tells the shape; no tensors follow."""
    parts = [words(count), shape()] if words_first else [shape(), words(count)]
    path.write_bytes(b"".join([head(0, 9), *parts]))
    return path
