"""What tests of bases that transformers computes share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchtop.tuning.lora import LoraPlan
from benchtop.tuning.transformers_base import TransformersBase
from unit.tuning.other_bases import WORDS
from workers.raw_logits import raw_model

PLAN = LoraPlan(4, 8.0)
OF_TABLE = ("gemma2", "starcoder2", "gpt2", "falcon")
"""ggml looks GELU up in a table of 16-bit floats: the last bit of what goes in decides over 0.0005 of what
comes out, relatively. All others agree to 2e-5."""


def some(count: int, seed: int = 0) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(seed).integers(3, WORDS, (1, count)))


def limit(architecture: str) -> float:
    return 1e-3 if architecture in OF_TABLE else 2e-5


def apart(
    base: TransformersBase, path: Path, adapter: Path | None = None, count: int = 60
) -> tuple[float, float]:
    """How far logits lie from llama.cpp's, and how far these spread."""
    tokens = some(count)
    with torch.no_grad():
        ours = base.logits(tokens)[0].double().numpy()
    with raw_model(path) as model:
        theirs = model.logits(tokens[0].tolist(), adapter, exact=True)
    return float(np.abs(ours - theirs).max()), float(theirs.std())


def shifted(rows: int, columns: int = 0) -> Any:
    draw = np.random.default_rng(5).standard_normal((rows, columns) if columns else rows)
    return (draw * (columns or 100) ** -0.5).astype(np.float32)
