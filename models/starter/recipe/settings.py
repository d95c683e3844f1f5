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
    # Two stages. The first teaches what to say. In the second people ask in freer words, and repeated
    # sequences between the conversations teach copying; there are more of them in its first shards.
    steps: int = 2100
    free_steps: int = 3800
    free_rate_share: float = 0.8
    free_hold_share: float = 0.5
    repeats: int = 2000
    early_repeats: int = 8000
    early_shards: int = 3
    tokens_per_step: int = 2048
    shard_dialogues: int = 4000
    vocabulary: int = 2048
    vocabulary_dialogues: int = 20_000
    validation_dialogues: int = 300
    threads: int = 2
    matrix_rate: float = 0.02
    other_rate: float = 4e-3
    weight_decay: float = 0.01
    warm_up_steps: int = 50
    hold_share: float = 0.6
    final_rate_share: float = 0.01
    # The person's words are learnt too, a little: it makes their tokens known as outputs.
    user_weight: float = 0.1
    clip_norm: float = 1.0

    @property
    def all_steps(self) -> int:
        """The steps of both stages."""
        return self.steps + self.free_steps
