"""LoRA adapters of any shapes, right and wrong, with random values."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import gguf
import numpy as np

Shape = tuple[int, ...]


def odd_adapter(
    path: Path,
    tensors: Mapping[str, Shape],
    *,
    architecture: str = "llama",
    kind: str = "lora",
    dtype: type[np.floating] = np.float32,
) -> Path:
    """An adapter with exactly these tensors; shapes are rows first, as numpy has them."""
    draw = np.random.default_rng(3)
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string(gguf.Keys.Adapter.TYPE, kind)
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, 2.0)
    for name, shape in tensors.items():
        writer.add_tensor(name, draw.standard_normal(shape).astype(dtype))
    writer.write_header_to_file(path)
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def pair(matrix: str, inputs: int, outputs: int, rank: int = 2) -> dict[str, Shape]:
    """The two halves of an adapter of one matrix."""
    return {f"{matrix}.lora_a": (rank, inputs), f"{matrix}.lora_b": (outputs, rank)}
