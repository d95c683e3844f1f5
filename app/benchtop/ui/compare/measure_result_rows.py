"""Results of measurements as the rows of the Measures view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from benchtop.domain.models import ModelFile
from benchtop.services.measure_kinds import DEPTHS
from benchtop.services.measure_results import CHATS, MeasureResult, newest
from benchtop.services.measure_service import MeasureProgress, MeasureService
from benchtop.services.measures import usual_context
from benchtop.services.reply_stream import explain
from benchtop.ui.compare.measure_rows import (
    KINDS,
    DepthSpeed,
    Measured,
    MeasureJob,
    MeasureRow,
)


def _tr(text: str) -> str:
    return QCoreApplication.translate("MeasureResultRows", text)


@dataclass(frozen=True, slots=True)
class MeasuredOn:
    """What figures are held against each other on: a text, so many tokens of it at a time (the most, where
    a model reads fewer), and the reference of damage, if any."""

    text: str
    window: int
    reference: ModelFile | None = None


def measure_row(
    model: ModelFile, service: MeasureService, on: MeasuredOn, *, missing: bool
) -> MeasureRow:
    """A model with its figures; those of other bytes than its file has now are left out."""
    results = usable_results(model, service.results)
    reference_id = on.reference.id if on.reference is not None else ""
    lengths = [one.context_length for one in (model, on.reference) if one is not None]
    window = usual_context(model.context_length, wanted=on.window)
    read = newest(results, model.id, "perplexity", text=on.text, window=window)
    window = usual_context(*lengths, wanted=on.window)
    damage = newest(
        results, model.id, "divergence", text=on.text, reference_id=reference_id, window=window
    )
    speed = newest(results, model.id, "speed")
    energy = newest(results, model.id, "energy")
    jobs = {kind: service.jobs.get((model.id, kind)) for kind in KINDS}
    troubles = {kind: service.troubles.get((model.id, kind)) for kind in KINDS}
    return MeasureRow(
        id=model.id,
        name=model.name,
        size=model.bytes,
        perplexity=_measured(read, "perplexity", "standard_error"),
        kl_mean=_measured(damage, "kl_mean", "kl_mean_error"),
        kl_high=_measured(damage, "kl_99", "kl_99_error"),
        same_top=_measured(damage, "same_top", "same_top_error"),
        reference=damage.reference if damage is not None else "",
        is_reference=bool(reference_id) and model.id == reference_id,
        speeds=_speeds(speed),
        memory=_memory(speed),
        joules=float(energy.figures["joules_per_1000"]) if energy is not None else None,
        energy_scope=_scope(energy),
        unmeasurable=explain(service.no_energy) if service.no_energy is not None else "",
        missing=missing,
        jobs={kind: _job(job) for kind, job in jobs.items() if job is not None},
        troubles={kind: explain(error) for kind, error in troubles.items() if error is not None},
    )


def usable_results(model: ModelFile, results: Sequence[MeasureResult]) -> list[MeasureResult]:
    """Those of a model's file as it is now, as far as one knows."""
    return [
        one
        for one in results
        if one.model_id == model.id
        and one.bytes == model.bytes
        and (not one.sha256 or not model.sha256 or one.sha256 == model.sha256)
    ]


def _measured(result: MeasureResult | None, name: str, error: str) -> Measured | None:
    if result is None:
        return None
    return Measured(float(result.figures[name]), float(result.figures[error]), source(result))


def source(result: MeasureResult) -> str:
    """On what, how much of it, when and where."""
    name = _tr("your chats as they were then") if result.text == CHATS else Path(result.text).name
    words = _tr("On {text}: {tokens} tokens scored, in windows of {context}. {when}.")
    return words.format(
        text=name,
        tokens=f"{int(result.figures['tokens']):,}",
        context=f"{int(result.figures['context']):,}",
        when=when_where(result),
    )


def when_where(result: MeasureResult) -> str:
    """ "2026-11-21 16:40, AMD Ryzen 7" in the local time."""
    date = f"{datetime.fromtimestamp(result.when).astimezone():%Y-%m-%d %H:%M}"
    processor = str(result.machine.get("processor") or "")
    return ", ".join(part for part in (date, processor) if part)


def _speeds(result: MeasureResult | None) -> tuple[DepthSpeed, ...]:
    if result is None:
        return ()
    told = {int(one["depth"]): one for one in result.figures["depths"]}
    return tuple(
        DepthSpeed(depth, told[depth]["prompt_rate"], told[depth]["generation_rate"])
        if depth in told
        else DepthSpeed(depth)
        for depth in DEPTHS
    )


def _memory(result: MeasureResult | None) -> int:
    """What the process took and, beside it, what the graphics card gave."""
    if result is None:
        return 0
    return int(result.figures["memory_bytes"]) + int(result.figures.get("gpu_bytes", 0))


def _scope(result: MeasureResult | None) -> str:
    if result is None:
        return ""
    gpu = str(result.figures.get("gpu") or "")
    if gpu:
        words = _tr("{gpu} alone, without the processor that feeds it. {when}.")
        return words.format(gpu=gpu, when=when_where(result))
    if result.figures.get("has_memory"):
        words = _tr("The whole processor and the memory, with all else that ran meanwhile. {when}.")
    else:
        words = _tr("The whole processor, with all else that ran on it meanwhile. {when}.")
    return words.format(when=when_where(result))


def _job(job: MeasureProgress) -> MeasureJob:
    if job.loading:
        return MeasureJob(None, _tr("loading"))
    return MeasureJob(job.fraction)
