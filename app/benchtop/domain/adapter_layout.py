"""How an adapter is laid out: its rank, its alpha, the matrices that it changes, and in which layers.

Training that goes on from an adapter has to keep its layout: the numbers that are there fit no other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from pathlib import Path

from benchtop.domain.adapters import is_lora
from benchtop.domain.errors import AdapterFailed
from benchtop.domain.gguf import GgufHeader, read_header
from benchtop.domain.training import SETTING_RANGES, TARGETS, TrainingSettings

LAID_OUT = ("rank", "alpha", "targets", "last_layers")
"""The settings that a layout fixes."""
_HALF = re.compile(r"blk\.(\d+)\.([a-z_]+)\.weight\.lora_([ab])")


@dataclass(frozen=True, slots=True)
class AdapterLayout:
    """As in TrainingSettings; ``last_layers`` is 0 where all layers are changed."""

    rank: int
    alpha: float
    targets: tuple[str, ...]
    last_layers: int

    @classmethod
    def of(cls, settings: TrainingSettings) -> AdapterLayout:
        """What settings make of a new adapter."""
        return cls(settings.rank, settings.alpha, settings.targets, settings.last_layers)

    def within(self, settings: TrainingSettings) -> TrainingSettings:
        """These settings for an adapter of this layout."""
        return replace(
            settings,
            rank=self.rank,
            alpha=self.alpha,
            targets=self.targets,
            last_layers=self.last_layers,
        )


def read_layout(path: str | Path, layers: int) -> AdapterLayout:
    """The layout of the adapter file at ``path``, for a model of so many layers.

    Raises AdapterFailed where no settings of a training run make such an adapter, and what ``read_header``
    raises.
    """
    header = read_header(path)

    def refused(detail: str) -> AdapterFailed:
        return AdapterFailed(path=str(path), detail=detail)

    if not is_lora(header):
        raise refused("it is a GGUF file, but not a LoRA adapter")
    found: dict[int, set[str]] = {}
    ranks: set[int] = set()
    for tensor in header.tensors:
        match = _HALF.fullmatch(tensor.name)
        if match is None or match[2] not in TARGETS or len(tensor.shape) != 2:
            raise refused(f"it changes {tensor.name}, which training here leaves alone")
        found.setdefault(int(match[1]), set()).add(match[2])
        ranks.add(tensor.shape[1] if match[3] == "a" else tensor.shape[0])
    alpha = _alpha(header, max(ranks, default=0))
    problem = _problem(found, layers) or _sizes_problem(ranks, alpha)
    if problem:
        raise refused(problem)
    first = min(found)
    targets = tuple(one for one in TARGETS if one in found[first])
    return AdapterLayout(ranks.pop(), alpha, targets, layers - first if first else 0)


def _problem(found: Mapping[int, set[str]], layers: int) -> str:
    """Why no run would change these matrices of these layers; empty where one would."""
    if not found:
        return "it changes nothing"
    if sorted(found) != list(range(min(found), layers)):
        return "the layers that it changes are not the last ones of this model"
    if any(one != found[min(found)] for one in found.values()):
        return "it does not change the same matrices in each of its layers"
    return ""


def _sizes_problem(ranks: Set[int], alpha: float) -> str:
    """Likewise of these ranks and this alpha."""
    if len(ranks) != 1:
        return "its matrices have different ranks"
    for name, value in (("rank", max(ranks)), ("alpha", alpha)):
        low, high = SETTING_RANGES[name]
        if not low <= value <= high:
            return f"its {name} is {value:g}, and {low:g} to {high:g} can be trained"
    return ""


def _alpha(header: GgufHeader, rank: int) -> float:
    """llama-adapter.h, get_scale: an alpha of 0 means that none was told, and nothing is scaled."""
    said = header.metadata.get("adapter.lora.alpha")
    return float(said) if isinstance(said, (int, float)) and said else float(rank)
