"""What the numbers of a model's header can be: beyond it nobody's memory or patience is worth a guess.

The layers' limit is llama.cpp's LLAMA_MAX_LAYERS; the others lie far above every model there is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchtop.domain.gguf_reader import Value

MOST: dict[str, int] = {
    "block_count": 512,
    "context_length": 2**31,
    "embedding_length": 2**20,
    "feed_forward_length": 2**24,
    "attention.head_count": 2**16,
    "attention.head_count_kv": 2**16,
    "attention.key_length": 2**16,
    "attention.value_length": 2**16,
    "vocab_size": 2**24,
}
"""By the key without the architecture's name. None may be below 0."""


def impossible_number(metadata: Mapping[str, Value]) -> str:
    """The first number that cannot be, in words; empty where there is none."""
    architecture = metadata.get("general.architecture")
    for key, most in MOST.items():
        value = metadata.get(f"{architecture}.{key}")
        numbers = value if isinstance(value, tuple) else (value,)
        for number in numbers:
            if isinstance(number, int) and not 0 <= number <= most:
                return f"{key} is {number}"
    return ""
