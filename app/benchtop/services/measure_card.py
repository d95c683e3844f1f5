"""A card of what was measured of a model."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchtop.domain.cards import Card, CardNote, CardTable
from benchtop.domain.models import ModelFile, bytes_text
from benchtop.services.card_files import card_machine
from benchtop.services.data_folder import DataFolder
from benchtop.services.lens_card import model_of_card
from benchtop.services.measure_results import CHATS, MeasureResult

Cells = tuple[str, str]


def measure_card(
    model: ModelFile,
    results: Sequence[MeasureResult],
    references: Sequence[ModelFile],
    folder: DataFolder,
) -> Card:
    """The ``results`` of a model, and the ``references`` that it was held against. Files are read for
    their sums: not for the window's thread. A person's own chats are named by their sum only."""
    rows = [
        (result.kind, *cells, _source(result), _date(result))
        for result in results
        for cells in _cells(result)
    ]
    told = ", ".join(f"{name} {value}" for _kind, name, value, _source, _date in rows[:3])
    return Card(
        "measurement",
        f"Measured properties of {model.name}",
        f"{model.name}: {told}." if told else f"Nothing of {model.name} is measured yet.",
        time.time(),
        card_machine(),
        tuple(model_of_card(one, folder) for one in (model, *references)),
        (
            CardTable("Figures", ("Measured", "Figure", "Value", "On", "When"), tuple(rows)),
            CardNote("How they are measured", _METHOD),
        ),
        {
            "measure": "properties",
            "measurements": [
                {
                    "kind": result.kind,
                    "text": result.text,
                    "text_sha256": result.text_sha256,
                    "reference": result.reference,
                }
                for result in results
            ],
        },
        {"measurements": [_plain(result) for result in results]},
    )


_METHOD = (
    "Perplexity as llama-perplexity measures it: windows of the context, the second half of each scored; the "
    "error is a standard error. Damage: KL(reference | this model) on the same tokens. Speed as "
    "llama-bench: random tokens, medians. Energy: what the counters of the processor (RAPL), or of the "
    "graphics card for a model that runs there (NVML, the processor beside it left out), grew by while a "
    "reply was decoded, with all that the machine did meanwhile."
)


def _plain(result: MeasureResult) -> dict[str, Any]:
    """All of it but the ids of models, which are another on each machine."""
    return {name: value for name, value in asdict(result).items() if not name.endswith("_id")}


def _cells(result: MeasureResult) -> list[Cells]:
    """What a result says, as names and values; what is not in its figures is left out."""
    figures = result.figures
    if result.kind == "perplexity":
        return [("perplexity", f"{figures['perplexity']:.4f} ± {figures['standard_error']:.4f}")]
    if result.kind == "divergence":
        return [
            ("KL mean, nats", f"{figures['kl_mean']:.6f} ± {figures['kl_mean_error']:.6f}"),
            ("KL 99th percentile, nats", f"{figures['kl_99']:.6f}"),
            ("same top token", f"{figures['same_top']:.2%}"),
        ]
    if result.kind == "energy":
        return [("energy of 1,000 tokens", f"{figures['joules_per_1000']:.1f} J")]
    found = [("memory", bytes_text(int(figures["memory_bytes"])))]
    for one in figures["depths"]:
        found.append((f"prompt tokens/s at {one['depth']:,}", f"{one['prompt_rate']:.1f}"))
        found.append((f"reply tokens/s at {one['depth']:,}", f"{one['generation_rate']:.1f}"))
    return found


def _source(result: MeasureResult) -> str:
    parts = []
    if result.text:
        name = "own chats" if result.text == CHATS else Path(result.text).name
        parts.append(f"{name}, SHA-256 {result.text_sha256[:12]}…")
    if result.reference:
        parts.append(f"against {result.reference}")
    processor = str(result.machine.get("processor") or "")
    return "; ".join([*parts, processor] if processor else parts)


def _date(result: MeasureResult) -> str:
    return f"{datetime.fromtimestamp(result.when, UTC):%Y-%m-%d %H:%M} UTC"
