"""The card of an adapter: what it was made of and how, for people and for the adapter's own metadata.

The keys are those of GGUF's specification (general.name, general.base_model.0.name, general.license; the
trainer's writer adds general.base_model.count) and two of Benchtop's own, see domain/adapters.py.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import benchtop
from benchtop.domain.adapters import BASE_SUM_KEY, CARD_KEY
from benchtop.domain.cards import Card, CardModel, CardNote, CardPoint, CardPoints, CardTable
from benchtop.domain.examples import DatasetVersion
from benchtop.domain.training import HoldoutPoint, TrainingRun, TrainPoint
from benchtop.evaluation.card_json import (
    CardFromLater,
    CardUnreadable,
    card_from_json,
    card_to_json,
)
from benchtop.services.card_files import card_machine
from benchtop.services.learnt_before import began_elsewhere, merged_runs

Point = TypeVar("Point")
VERSION_KEY = "benchtop.dataset.version"
MOST_POINTS = 60
"""Of a curve in a card; more would say no more, and the card travels in the adapter's file."""


def adapter_facts(
    run: TrainingRun,
    version: DatasetVersion,
    dataset: str = "",
    steps: Sequence[TrainPoint] = (),
    holdout: Sequence[HoldoutPoint] = (),
) -> dict[str, str]:
    """What the metadata of a run's adapter says, with the card as it stands: before training without
    curves and figures, after it with them (see gguf_texts.replace_texts). ``dataset`` is the data set's
    name.

    A fact that nobody knows is left out.
    """
    facts = {
        "general.name": run.name,
        "general.base_model.0.name": str(run.model.get("name") or ""),
        "general.license": str(run.model.get("licence") or ""),
        BASE_SUM_KEY: str(run.model.get("sha256") or ""),
        VERSION_KEY: version.sum,
        CARD_KEY: card_to_json(adapter_card(run, version, dataset, steps, holdout)),
    }
    return {key: text for key, text in facts.items() if text}


def adapter_card(
    run: TrainingRun,
    version: DatasetVersion,
    dataset: str = "",
    steps: Sequence[TrainPoint] = (),
    holdout: Sequence[HoldoutPoint] = (),
) -> Card:
    """The card of what a run made, or is making. Nothing of the examples' words is on it, and no path."""
    name = dataset or version.name or "a data set"
    base = str(run.model.get("name") or "a model")
    examples = "example" if version.train == 1 else "examples"
    return Card(
        "training",
        f"Adapter {run.name}",
        f"{base}, taught with {version.train:,} {examples} of {name}. {_outcome(run)}".strip(),
        time.time(),
        card_machine(),
        (_base(run),),
        (
            _what(run, version, name),
            CardTable("Settings", ("Setting", "Value"), _settings(run)),
            *_curves(steps, holdout),
            CardNote("What the figures are", _METHOD),
        ),
        {
            "model_sha256": str(run.model.get("sha256") or ""),
            "dataset": name,
            "version": version.name,
            "version_sum": version.sum,
            "run": run.id,
            "settings": run.settings.to_json(),
            "benchtop": benchtop.__version__,
        },
        _results(run),
    )


def card_of(text: str) -> Card | None:
    """The card in an adapter's metadata; None for a text that is none, or one of a later Benchtop."""
    try:
        return card_from_json(text)
    except (CardUnreadable, CardFromLater):
        return None


def learnt_from(text: str) -> str:
    """The name of the data set, and its version, by the card of an adapter; empty where it has none."""
    try:
        values = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return ""
    inputs = values.get("inputs") if isinstance(values, dict) else None
    if not isinstance(inputs, dict):
        return ""
    names = (inputs.get("dataset"), inputs.get("version"))
    known = dict.fromkeys(one for one in names if isinstance(one, str) and one)
    return ", ".join(known)


_METHOD = (
    "Losses are nats per token of the answers, as the trainer computes them. The holdout was never trained "
    "on, in this run or in one that is known to have led to it: its prompts are frozen by their sums. The "
    "step with the smallest loss on it is the one that was kept. A smaller loss does not yet say that "
    "answers are better: ask both, blind."
)


def _base(run: TrainingRun) -> CardModel:
    model = run.model
    return CardModel(
        name=str(model.get("name") or ""),
        file=Path(str(model.get("path") or "").replace("\\", "/")).name,
        bytes=int(model.get("bytes") or 0),
        sha256=str(model.get("sha256") or ""),
        quantisation=str(model.get("quantisation") or ""),
        architecture=str(model.get("architecture") or ""),
        licence=str(model.get("licence") or ""),
    )


def _what(run: TrainingRun, version: DatasetVersion, name: str) -> CardTable:
    rows = [
        ("Data set", name),
        ("Version", version.name),
        ("Sum of the version", version.sum),
        ("Examples trained on", f"{version.train:,}"),
        ("Examples held out", f"{version.holdout:,}"),
        ("Of these learnt from before, and not read", _count(run.plan.learnt_before)),
        (
            "Begun with the adapter of run",
            run.parent_id or ("not known" if began_elsewhere(run) else ""),
        ),
        ("Inside the base, the adapters of runs", ", ".join(merged_runs(run.model))),
    ]
    result = run.result
    if result is not None:
        rows += [
            ("Steps", f"{result.steps:,}, of which {result.best_step:,} was kept"),
            ("Loss of training", f"{result.loss:.4f}"),
            ("Loss on the holdout before", _loss(result.holdout_before)),
            ("Loss on the holdout after", _loss(result.holdout_after)),
            ("Tokens learnt from", f"{result.tokens:,}"),
            ("Seconds", f"{result.seconds:,.0f}"),
            ("Tokens per second", f"{result.tokens_per_second:,.0f}"),
            ("Most memory", f"{result.peak_memory_bytes / 1e6:,.0f} MB"),
        ]
        if result.energy_joules is not None:
            rows.append(("Energy", f"{result.energy_joules:,.0f} J ({result.energy_scope})"))
    return CardTable("What it was made of", ("What", "Which"), tuple(r for r in rows if r[1]))


def _settings(run: TrainingRun) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name.replace("_", " "), _value(value)) for name, value in run.settings.to_json().items()
    )


def _value(value: Any) -> str:
    if value is None:
        return "as memory allows"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else f"{value}"


def _curves(steps: Sequence[TrainPoint], holdout: Sequence[HoldoutPoint]) -> tuple[CardPoints, ...]:
    training = tuple(CardPoint("", float(one.step), one.loss) for one in _thinned(steps))
    held = tuple(CardPoint("", float(one.step), one.loss) for one in _thinned(holdout))
    plots = (("Loss of training", training), ("Loss on the holdout", held))
    return tuple(CardPoints(title, "step", "nats per token", rows) for title, rows in plots if rows)


def _thinned(points: Sequence[Point]) -> Sequence[Point]:
    """At most MOST_POINTS of them, the first and the last among these."""
    if len(points) <= MOST_POINTS:
        return points
    last = len(points) - 1
    return [points[round(place * last / (MOST_POINTS - 1))] for place in range(MOST_POINTS)]


def _results(run: TrainingRun) -> dict[str, Any]:
    result = run.result
    if result is None:
        return {}
    return {
        "loss": result.loss,
        "holdout_before": result.holdout_before,
        "holdout_after": result.holdout_after,
        "best_step": result.best_step,
        "steps": result.steps,
        "tokens": result.tokens,
        "seconds": result.seconds,
        "tokens_per_second": result.tokens_per_second,
        "peak_memory_bytes": result.peak_memory_bytes,
        "energy_joules": result.energy_joules,
    }


def _outcome(run: TrainingRun) -> str:
    result = run.result
    if result is None or result.holdout_before is None or result.holdout_after is None:
        return ""
    return f"Loss on the holdout: {result.holdout_before:.3f} before, {result.holdout_after:.3f} after."


def _count(value: int) -> str:
    return f"{value:,}" if value else ""


def _loss(value: float | None) -> str:
    return f"{value:.4f}" if value is not None else ""
