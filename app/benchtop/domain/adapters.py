"""LoRA adapters in GGUF files: what one says of itself, and which models it fits.

Format: llama.cpp's convert_lora_to_gguf.py. ``general.type`` is "adapter", ``adapter.type`` "lora", and
each matrix X of the base has two tensors, ``X.lora_a`` (shape [inputs, rank]) and ``X.lora_b`` (shape
[rank, outputs]).

Benchtop's own adapters also say ``benchtop.base.sha256`` (the SHA-256 of the file they were trained on, in
hexadecimal), ``benchtop.run`` (the id of the run that made it) and ``benchtop.card`` (a card as JSON text,
evaluation/card_json.py). A model that adapters were merged into says in ``benchtop.runs`` which runs made
them, separated by commas; "unknown" stands for one that did not say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from benchtop.domain.errors import AdapterFailed
from benchtop.domain.gguf import GgufHeader, read_header
from benchtop.domain.memory import ModelShape
from benchtop.domain.models import model_id

BASE_SUM_KEY = "benchtop.base.sha256"
RUN_KEY = "benchtop.run"
RUNS_KEY = "benchtop.runs"
UNKNOWN_RUN = "unknown"
CARD_KEY = "benchtop.card"
_SUM = re.compile(r"[0-9a-f]{64}(\+[0-9a-f]{64})*")
_MOST_PARTS = 100
_OF_LAYER = re.compile(r"blk\.(\d+)\.(.+)\.weight\.lora_a")
_OF_WIDTH = frozenset({"attn_q", "attn_k", "attn_v", "attn_qkv", "ffn_gate", "ffn_up"})
"""Matrices whose input is as wide as the model; that of ffn_down is as wide as its feed-forward."""


@dataclass(frozen=True, slots=True)
class AdapterFile:
    """An adapter on this disk. ``width`` and ``feed_forward`` are those of the models it was made for,
    0 where none of its matrices tells; ``layers`` is one more than the last layer it changes. ``base`` is
    the name of the model it was made from, as far as it says. ``added`` and ``deleted`` (moved to the
    bin) are seconds since 1970, UTC. ``base_sha256`` is the sum of that model's file (of its parts, joined
    by +), ``run_id`` the training run that made it, and ``card`` its card as JSON text; each is empty where
    nobody said.
    """

    id: str
    name: str
    path: str
    bytes: int
    architecture: str = ""
    base: str = ""
    rank: int = 0
    width: int = 0
    feed_forward: int = 0
    layers: int = 0
    added: float = 0.0
    deleted: float | None = None
    base_sha256: str = ""
    run_id: str = ""
    card: str = ""


def is_lora(header: GgufHeader) -> bool:
    """Whether a file of this header is a LoRA adapter, the one kind that llama.cpp runs."""
    return header.is_adapter and header.text("adapter.type") == "lora"


def inspect_adapter(path: str | Path) -> AdapterFile:
    """What the adapter at ``path`` says of itself; raises what ``read_header`` raises, and
    AdapterFailed for another kind of file."""
    full = Path(path).expanduser().absolute()
    header = read_header(full)
    if not is_lora(header):
        raise AdapterFailed(path=str(full), detail="it is a GGUF file, but not a LoRA adapter")
    inputs, ranks, layers = _matrices(header)
    return AdapterFile(
        id=model_id(full),
        name=header.text("general.name").strip() or full.stem,
        path=str(full),
        bytes=full.stat().st_size,
        architecture=header.architecture,
        base=header.text("general.base_model.0.name").strip(),
        rank=max(ranks, default=0),
        width=next((inputs[name] for name in inputs if name in _OF_WIDTH), 0),
        feed_forward=inputs.get("ffn_down", 0),
        layers=layers,
        base_sha256=base_sum_of(header),
        card=header.text(CARD_KEY),
    )


def runs_inside(header: GgufHeader) -> tuple[str, ...]:
    """The runs that made the adapters inside a model, UNKNOWN_RUN among them where one is not known; empty
    for a model that nothing was merged into here."""
    said = (one.strip() for one in header.text(RUNS_KEY).split(","))
    found = tuple(dict.fromkeys(one for one in said if one))
    return found or ((UNKNOWN_RUN,) if _merged_before(header) else ())


def _merged_before(header: GgufHeader) -> bool:
    """Whether it was merged here when nothing was said of runs yet: its name is those of all its parts."""
    count = header.number("general.base_model.count")
    if not 2 <= count <= _MOST_PARTS:
        return False
    names = [header.text(f"general.base_model.{place}.name") for place in range(count)]
    return header.text("general.name") == " + ".join(names)


def base_sum_of(header: GgufHeader) -> str:
    """The sum of the base that a header names; empty where it names none, or nonsense."""
    said = header.text(BASE_SUM_KEY).strip().lower()
    return said if _SUM.fullmatch(said) else ""


def of_base(adapter: AdapterFile, sha256: str) -> bool | None:
    """Whether it was made from the file of this sum; None where one of both is not known.

    Of a model in several files the sum of the first is enough: either side may know only that.
    """
    if not adapter.base_sha256 or not sha256:
        return None
    return adapter.base_sha256.partition("+")[0] == sha256.lower().partition("+")[0]


def fits(adapter: AdapterFile, shape: ModelShape) -> bool:
    """Whether the adapter's matrices are as large as those of a model of this shape.

    One that fits may still have been made for another model of the same make.
    """
    return (
        bool(adapter.architecture)
        and adapter.architecture == shape.architecture
        and adapter.width in (0, shape.width)
        and adapter.feed_forward in (0, shape.feed_forward)
        and adapter.layers <= shape.layers
    )


def _matrices(header: GgufHeader) -> tuple[dict[str, int], set[int], int]:
    """The inputs of each kind of matrix, the ranks there are, and how many layers are covered."""
    inputs: dict[str, int] = {}
    ranks: set[int] = set()
    layers = 0
    for tensor in header.tensors:
        match = _OF_LAYER.fullmatch(tensor.name)
        if match and len(tensor.shape) == 2:
            inputs[match[2]] = tensor.shape[0]
            ranks.add(tensor.shape[1])
            layers = max(layers, int(match[1]) + 1)
    return inputs, ranks, layers
