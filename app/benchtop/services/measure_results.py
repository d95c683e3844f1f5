"""What was measured of models, kept in a small file of the data folder from one start to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from benchtop.services.atomic_file import change_json, read_json
from benchtop.services.data_folder import DataFolder

Kind = Literal["perplexity", "divergence", "speed", "energy"]
CHATS = "chats"
"""Stands for the person's own chats where else a text's path does."""
_FILE = "measures.json"
_RESULTS = "results"


@dataclass(frozen=True, slots=True)
class MeasureResult:
    """One measurement of one model.

    ``bytes`` and ``sha256`` (empty: not known) are those of its file then. ``text`` is CHATS or the path of
    a file, empty where none is read, and ``text_sha256`` of what was read: own chats grow.
    ``reference_id`` and ``reference`` are the id and name of the model of the divergence. ``when`` is in
    seconds since 1970, UTC; ``machine`` holds the fields of domain.cards.CardMachine, ``figures`` what
    measure_kinds.py makes.
    """

    model_id: str
    kind: Kind
    when: float
    bytes: int = 0
    sha256: str = ""
    text: str = ""
    text_sha256: str = ""
    reference_id: str = ""
    reference: str = ""
    machine: Mapping[str, Any] = field(default_factory=dict)
    figures: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, ...]:
        """A newer result with this key takes the place of an older one."""
        return (self.model_id, self.kind, self.text, self.reference_id, str(self.window))

    @property
    def window(self) -> int:
        """Tokens that were read at a time; 0 where no text was."""
        return int(self.figures["context"]) if self.text else 0


def measures_file(folder: DataFolder) -> Path:
    """Where they lie."""
    return folder.root / _FILE


def kept_results(folder: DataFolder) -> list[MeasureResult]:
    """All that is kept; what is not right in the file is left out. Raises FileUnreadable."""
    found = read_json(measures_file(folder)).get(_RESULTS)
    results = [_result(one) for one in found] if isinstance(found, list) else []
    return [one for one in results if one is not None]


def keep_result(folder: DataFolder, result: MeasureResult) -> None:
    """Put one in, in the place of an older one of its kind; others stay as they are, also what this
    version does not understand. The file is whole whatever dies in between.

    Raises what change_json raises.
    """

    def change(values: dict[str, Any]) -> dict[str, Any]:
        there = values.get(_RESULTS)
        others = there if isinstance(there, list) else []
        kept = [one for one in others if _key(one) != result.key]
        return {**values, "version": 1, _RESULTS: [*kept, asdict(result)]}

    change_json(measures_file(folder), change)


def newest(
    results: Sequence[MeasureResult],
    model_id: str,
    kind: Kind,
    *,
    text: str = "",
    reference_id: str = "",
    window: int = 0,
) -> MeasureResult | None:
    """The result of these, or None."""
    key = (model_id, kind, text, reference_id, str(window))
    return next((one for one in reversed(results) if one.key == key), None)


def _key(one: object) -> tuple[str, ...] | None:
    result = _result(one)
    return result.key if result is not None else None


def _result(one: object) -> MeasureResult | None:
    """What is right in all its parts, else None."""
    if not isinstance(one, Mapping):
        return None
    texts = {name: one.get(name, "") for name in _TEXTS}
    kind, when, size = one.get("kind"), one.get("when"), one.get("bytes")
    figures, machine = one.get("figures"), one.get("machine")
    if kind not in _FIGURES or not all(isinstance(text, str) for text in texts.values()):
        return None
    if not (_is_number(when) and isinstance(size, int) and isinstance(machine, Mapping)):
        return None
    if not isinstance(figures, Mapping) or not _has_figures(kind, figures):
        return None
    return MeasureResult(
        **texts, kind=kind, when=float(when or 0), bytes=size, figures=figures, machine=machine
    )


def _has_figures(kind: Kind, figures: Mapping[str, Any]) -> bool:
    if not all(_is_number(figures.get(name)) for name in _FIGURES[kind]):
        return False
    depths = figures.get("depths") if kind == "speed" else []
    return isinstance(depths, list) and all(
        isinstance(one, Mapping) and all(_is_number(one.get(name)) for name in _DEPTH)
        for one in depths
    )


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


_TEXTS = ("model_id", "sha256", "text", "text_sha256", "reference_id", "reference")
_FIGURES: dict[Kind, tuple[str, ...]] = {
    "perplexity": ("perplexity", "standard_error", "tokens", "context"),
    "divergence": (
        "kl_mean", "kl_mean_error", "kl_99", "kl_99_error", "same_top", "same_top_error", "tokens",
        "context",
    ),
    "speed": ("memory_bytes",),
    "energy": ("joules_per_1000",),
}  # fmt: skip
"""What the figures of a kind have in any case (see measure_kinds.py)."""
_DEPTH = ("depth", "prompt_rate", "generation_rate")
