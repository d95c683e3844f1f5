"""What the measured properties of models are: plain values, filled by the wiring.

Bytes, tokens per second, joules; perplexities without a unit, divergences in nats, shares of 1. What
nobody has measured yet is None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

MeasureKind = Literal["perplexity", "divergence", "speed", "energy"]
"""Perplexity on a text; damage by quantisation against a reference; speed over depths, with the memory
it took; energy."""
KINDS: tuple[MeasureKind, ...] = ("perplexity", "divergence", "speed", "energy")
DEPTHS = (0, 1_024, 4_096)
"""Tokens in the context before speed is measured."""


@dataclass(frozen=True, slots=True)
class MeasureJob:
    """A measurement that waits or goes on. ``progress`` is 0 to 1, None while nobody knows."""

    progress: float | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure with its standard error, 0 where there is none, and what it was measured on in words."""

    value: float
    error: float = 0.0
    source: str = ""


@dataclass(frozen=True, slots=True)
class DepthSpeed:
    """Tokens per second at a depth; None where the context does not reach there."""

    depth: int
    prompt: float | None = None
    generation: float | None = None


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A model, or a model with an adapter, under its own id.

    ``kl_mean``, ``kl_high`` (99th percentile) and ``same_top`` are against ``reference``, a model's
    name; ``is_reference``: it is what the others are held against. ``joules`` are for 1,000 tokens, and
    ``energy_scope`` says of what: "the whole processor". ``unmeasurable`` says in a sentence why this
    machine cannot tell energy. ``jobs`` go on, ``troubles`` say what failed, by kind.
    """

    id: str
    name: str
    size: int = 0
    perplexity: Measured | None = None
    kl_mean: Measured | None = None
    kl_high: Measured | None = None
    same_top: Measured | None = None
    reference: str = ""
    is_reference: bool = False
    speeds: tuple[DepthSpeed, ...] = ()
    memory: int = 0
    joules: float | None = None
    energy_scope: str = ""
    unmeasurable: str = ""
    missing: bool = False
    jobs: Mapping[MeasureKind, MeasureJob] = field(default_factory=dict)
    troubles: Mapping[MeasureKind, str] = field(default_factory=dict)

    @property
    def generation(self) -> float | None:
        """Tokens per second at the beginning of a context, which the picture shows."""
        return next((speed.generation for speed in self.speeds if speed.depth == 0), None)

    def speed_at(self, depth: int) -> DepthSpeed:
        """The speeds at a depth."""
        return next((speed for speed in self.speeds if speed.depth == depth), DepthSpeed(depth))


@dataclass(frozen=True, slots=True)
class ScatterPoint:
    """A model in the picture: what it needs and what it gives. ``quality`` is perplexity: less is better."""

    name: str
    speed: float
    quality: float
    memory: int
    error: float = 0.0


def scatter_points(rows: tuple[MeasureRow, ...]) -> list[ScatterPoint]:
    """The models of which all three are known."""
    return [
        ScatterPoint(
            row.name, row.generation, row.perplexity.value, row.memory, row.perplexity.error
        )
        for row in rows
        if row.perplexity is not None and row.generation and row.memory
    ]


def cost(joules: float | None, price: float) -> float | None:
    """What 1,000 tokens cost, in the unit of ``price`` for a kWh, from joules for 1,000 tokens."""
    return None if joules is None or price <= 0 else joules / 3.6e6 * price
