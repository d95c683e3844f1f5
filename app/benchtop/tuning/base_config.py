"""What a decoder needs to know of a model, from its GGUF header, and which models can be trained.

Sources: llama.cpp, src/models/{llama,qwen2,qwen3,gemma3}.cpp (load_arch_hparams and build) and
src/llama-model.cpp (load_hparams).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from benchtop.domain.gguf import GgufHeader
from benchtop.domain.training import TRAINABLE

GEMMA_PATTERN = 6
"""Of so many layers of gemma3 the last sees everything, the others a window."""
_GEMMA_27B = 62  # layers; its attention is scaled by another width
_USUAL_BASE = 10_000.0


class Untrainable(ValueError):
    """Why a model cannot be trained here, as the end of a sentence after "because"."""


@dataclass(frozen=True, slots=True)
class Rope:
    """Rotary positions (RoPE: Su et al. 2021).

    The first ``size`` numbers of each head are turned, as pairs of neighbours (``interleaved``) or of the
    two halves, by angles that fall from 1 towards 1 / ``base`` per position. ``scale`` shrinks positions.
    """

    size: int
    base: float
    interleaved: bool
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class BaseConfig:
    """Sizes and kinds of a decoder.

    ``width``, ``feed_forward`` and ``head_size`` count numbers; ``query_scale`` multiplies attention
    scores and ``embedding_scale`` the embeddings. ``gelu``: the feed-forward's gate is a GELU, else a SiLU.
    ``window`` is how many tokens back a layer of ``windowed`` sees, itself included; such layers turn by
    ``window_rope``.
    """

    architecture: str
    layers: int
    width: int
    feed_forward: int
    heads: int
    kv_heads: int
    head_size: int
    epsilon: float
    query_scale: float
    rope: Rope
    embedding_scale: float = 1.0
    gelu: bool = False
    window: int = 0
    windowed: tuple[bool, ...] = ()
    window_rope: Rope | None = None

    def rope_of(self, layer: int) -> Rope:
        """The positions of a layer."""
        if self.windowed and self.windowed[layer] and self.window_rope is not None:
            return self.window_rope
        return self.rope

    def window_of(self, layer: int) -> int:
        """How many tokens back a layer sees; 0 for all."""
        return self.window if self.windowed and self.windowed[layer] else 0


def base_config(header: GgufHeader) -> BaseConfig:
    """The configuration of a model; raises Untrainable for one that this decoder does not compute."""
    refuse_other_kinds(header, TRAINABLE)
    width, heads = header.of_architecture("embedding_length"), count_of(header, "head_count")
    layers, inner = header.of_architecture("block_count"), same_of(header, "feed_forward_length")
    if min(width, heads, layers, inner) < 1:
        raise Untrainable("its header does not tell its sizes")
    head_size = header.of_architecture("attention.key_length", width // heads)
    if header.of_architecture("attention.value_length", head_size) != head_size:
        raise Untrainable("its keys and values are of different sizes")
    found = BaseConfig(
        architecture=header.architecture,
        layers=layers,
        width=width,
        feed_forward=inner,
        heads=heads,
        kv_heads=count_of(header, "head_count_kv") or heads,
        head_size=head_size,
        epsilon=real_of(header, "attention.layer_norm_rms_epsilon", 0.0),
        query_scale=real_of(header, "attention.scale", 0.0) or head_size**-0.5,
        rope=Rope(
            header.of_architecture("rope.dimension_count", head_size),
            real_of(header, "rope.freq_base", _USUAL_BASE),
            interleaved=header.architecture == "llama",
            scale=rope_scale(header),
        ),
    )
    _refuse_odd_sizes(found)
    return _gemma(found, header) if found.architecture == "gemma3" else found


def refuse_other_kinds(header: GgufHeader, known: Collection[str]) -> None:
    """Raises Untrainable for what is no whole model of one of these architectures."""
    name = header.architecture
    if header.is_adapter:
        raise Untrainable("it is an adapter and no model")
    if name not in known:
        raise Untrainable(f"its architecture is {name}" if name else "it names no architecture")
    if header.of_architecture("expert_count"):
        raise Untrainable("it is a mixture of experts")
    if header.number("split.count", 1) > 1:
        raise Untrainable("it is split over several files")


def _refuse_odd_sizes(config: BaseConfig) -> None:
    if config.kv_heads < 1 or config.heads % config.kv_heads:
        raise Untrainable("its heads do not share keys and values evenly")
    if config.head_size < 1 or config.rope.size % 2 or not 0 < config.rope.size <= config.head_size:
        raise Untrainable("the positions in its header do not fit its heads")
    if not config.epsilon > 0 or not config.rope.base > 0:
        raise Untrainable("its header lacks the numbers of its norms or positions")


def _gemma(plain: BaseConfig, header: GgufHeader) -> BaseConfig:
    """What gemma3 does otherwise."""
    if real_of(header, "final_logit_softcapping", 0.0):
        raise Untrainable("it caps its logits")
    window = header.of_architecture("attention.sliding_window")
    pattern = header.metadata.get("gemma3.attention.sliding_window_pattern")
    if isinstance(pattern, tuple):
        if len(pattern) < plain.layers:
            raise Untrainable("its header does not tell the window of each layer")
        windowed = tuple(bool(one) for one in pattern[: plain.layers])
    else:
        period = pattern if isinstance(pattern, int) and pattern > 0 else GEMMA_PATTERN
        windowed = tuple(layer % period < period - 1 for layer in range(plain.layers))
    divided = plain.width // plain.heads if plain.layers == _GEMMA_27B else plain.head_size
    near = real_of(header, "rope.freq_base_swa", _USUAL_BASE)
    return replace(
        plain,
        query_scale=divided**-0.5,
        embedding_scale=plain.width**0.5,
        gelu=True,
        window=window,
        windowed=windowed if window else (),
        window_rope=Rope(plain.rope.size, near, interleaved=False),
    )


def rope_scale(header: GgufHeader, *, strengthened: bool = False) -> float:
    """What positions are multiplied with (llama.cpp: rope_freq_scale_train; 1 for the type "none").
    ``strengthened``: whoever asks knows of a factor of the attention."""
    kind = header.text(f"{header.architecture}.rope.scaling.type", "linear")
    if kind not in ("none", "linear"):
        raise Untrainable(f"it stretches positions by {kind}")
    if not strengthened and real_of(header, "rope.scaling.attn_factor", 1.0) != 1.0:
        raise Untrainable("it strengthens its attention with its positions")
    if kind == "none":
        return 1.0
    factor = real_of(header, "rope.scaling.factor", 0.0)
    factor = factor or real_of(header, "rope.scale_linear", 0.0)
    if factor < 0:
        raise Untrainable("it stretches positions by less than nothing")
    return 1.0 / factor if factor else 1.0


def count_of(header: GgufHeader, key: str) -> int:
    """A number of heads (head_count or head_count_kv), which all layers must share; 0 where there is none."""
    return same_of(header, f"attention.{key}")


def same_of(header: GgufHeader, key: str) -> int:
    """A whole number that all layers share; 0 where there is none."""
    value = header.metadata.get(f"{header.architecture}.{key}")
    if isinstance(value, tuple):
        if len(set(value)) > 1:
            raise Untrainable("its layers are of different sizes")
        value = value[0] if value else 0
    return value if isinstance(value, int) else 0


def real_of(header: GgufHeader, key: str, default: float) -> float:
    """A number of the architecture's own."""
    value = header.metadata.get(f"{header.architecture}.{key}")
    return float(value) if isinstance(value, (int, float)) else default
