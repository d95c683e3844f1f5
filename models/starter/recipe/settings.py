"""Every number the recipe is steered by, in one place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

RECIPE = Path(__file__).resolve().parent
STARTER = RECIPE.parent / "starter.gguf"


@dataclass(frozen=True)
class Shape:
    """The decoder's dimensions. `vocabulary` is filled in once the tokenizer is trained."""

    layers: int = 4
    width: int = 256
    feed_forward: int = 768
    heads: int = 8
    heads_kv: int = 4
    context: int = 1024
    rope_base: float = 10_000.0
    epsilon: float = 1e-5
    vocabulary: int = 2048

    @property
    def head_width(self) -> int:
        """Columns of one attention head."""
        return self.width // self.heads


@dataclass(frozen=True)
class Plan:
    """How the model is trained. The same plan, torch version, thread count and CPU give the same weights."""

    seed: int = 20261121
    steps: int = 5600
    tokens_per_step: int = 4096
    shard_dialogues: int = 5000
    # Repeated random sequences between the conversations teach copying. Only the first shards have them:
    # once learnt, copying is kept up by the names in the conversations.
    repeats: int = 6000
    repeat_shards: int = 4
    vocabulary: int = 2048
    vocabulary_dialogues: int = 20_000
    validation_dialogues: int = 300
    threads: int = 2
    matrix_rate: float = 0.02
    other_rate: float = 4e-3
    weight_decay: float = 0.01
    warm_up_steps: int = 50
    hold_share: float = 0.5
    final_rate_share: float = 0.01
    clip_norm: float = 1.0
    # Matrix products in bfloat16, twice as fast on processors that have it (and slow on those that do not).
    half_precision: bool = True
