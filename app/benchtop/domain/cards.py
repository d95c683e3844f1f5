"""A result that one can keep and give away: what was compared, on which machine, and what came out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

CARD_VERSION = 1
"""Raised when a card holds something that an older Benchtop would misread."""

CardKind = Literal["comparison", "votes", "suite", "measurement", "training"]


@dataclass(frozen=True, slots=True)
class CardModel:
    """A model file as it was: ``sha256`` in hexadecimal (empty where nobody read the file to its end),
    ``template_sha256`` of its chat template's text, empty where it has none."""

    name: str
    file: str
    bytes: int
    sha256: str = ""
    quantisation: str = ""
    architecture: str = ""
    template_sha256: str = ""
    repo: str = ""
    revision: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class CardMachine:
    """Where it was measured: names and versions of what decides figures; memory in bytes."""

    processor: str = ""
    cores: int = 0
    memory: int = 0
    system: str = ""
    python: str = ""
    benchtop: str = ""
    llama_cpp: str = ""


@dataclass(frozen=True, slots=True)
class CardNote:
    """A paragraph, or what a model wrote (``verbatim``: shown as it is)."""

    title: str
    text: str
    verbatim: bool = False


@dataclass(frozen=True, slots=True)
class CardTable:
    """A table of words; every row has as many cells as there are columns."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class CardInterval:
    """A figure with the bounds of its interval, low <= value <= high."""

    name: str
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class CardIntervals:
    """A plot: a dot and a bar for each of ``rows`` on one axis. ``scale`` says what the axis is, and
    ``percent`` that 1.0 stands for 100 %."""

    title: str
    scale: str
    rows: tuple[CardInterval, ...]
    percent: bool = False


@dataclass(frozen=True, slots=True)
class CardPoint:
    """A named place in a scatter plot; ``size`` is drawn as the area of its dot (0: the smallest)."""

    name: str
    x: float
    y: float
    size: float = 0.0


@dataclass(frozen=True, slots=True)
class CardPoints:
    """A scatter plot with what its axes and the sizes of its dots stand for."""

    title: str
    x: str
    y: str
    rows: tuple[CardPoint, ...]
    size: str = ""


CardSection = CardNote | CardTable | CardIntervals | CardPoints


@dataclass(frozen=True, slots=True)
class Card:
    """``made`` is seconds since 1970 in UTC. ``summary`` says the result in one sentence. ``inputs`` is
    all that is needed to do it again, and ``results`` what is compared then: JSON values both."""

    kind: CardKind
    title: str
    summary: str
    made: float
    machine: CardMachine = field(default_factory=CardMachine)
    models: tuple[CardModel, ...] = ()
    sections: tuple[CardSection, ...] = ()
    inputs: Mapping[str, Any] = field(default_factory=dict)
    results: Mapping[str, Any] = field(default_factory=dict)
