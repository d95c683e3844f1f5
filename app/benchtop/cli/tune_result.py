"""What came of a training run, as JSON values and in words."""

from __future__ import annotations

import hashlib
import math
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchtop.domain.errors import FileUnreadable
from benchtop.domain.gguf import read_header
from benchtop.domain.training import TrainingRun
from benchtop.domain.training_verdict import (
    TuningVerdict,
    learnt_nothing,
    shown_verdict,
    told_kind,
    verdict_kind,
)

_PART = 1 << 20
VERDICT_WORDS = {
    "better": "better",
    "better_so_far": "better on what was held out",
    "not_shown": "not shown to be better",
    "worse": "worse",
}
_HOLDOUT = {
    "before": "holdout_before",
    "after": "holdout_after",
    "ratio_low": "ratio_low",
    "ratio_high": "ratio_high",
}


def run_json(run: TrainingRun, adapter: str) -> dict[str, Any]:
    """What a run came to; its adapter lies at ``adapter``, if anything was kept. Raises FileUnreadable."""
    result = run.result
    values: dict[str, Any] = {
        "run": run.id,
        "state": run.state,
        "model": run.model.get("name"),
        "base_sha256": run.model.get("sha256"),
        "version": run.version_id,
        "settings": run.settings.to_json(),
        "adapter": adapter or None,
        "adapter_id": run.adapter_id or None,
        "tensors_sha256": numbers_sum(adapter) if adapter else None,
    }
    if result is None:
        return values
    verdict = result.verdict or {}
    read = verdict if verdict.get("holdout_examples") else {}
    return values | {
        "steps": result.steps,
        "best_step": result.best_step,
        "stopped_early": result.stopped_early,
        "loss": result.loss,
        "holdout_loss_before": result.holdout_before,
        "holdout_loss_after": result.holdout_after,
        "tokens": result.tokens,
        "seconds": result.seconds,
        "tokens_per_second": result.tokens_per_second,
        "peak_memory_bytes": result.peak_memory_bytes,
        "energy_joules": result.energy_joules,
        "holdout": {
            **{name: _finite(read.get(key)) for name, key in _HOLDOUT.items()},
            "examples": verdict.get("holdout_examples"),
            "verdict": held_kind(verdict) if verdict else None,
        },
        "general": _finite_values(verdict.get("general")),
        "verdict": whole_kind(run),
        "learnt_before": run.plan.learnt_before,
        "start_run": run.parent_id or None,
        "start_unknown": run.start_unknown,
        "against_start": _against_start(run),
    }


def _against_start(run: TrainingRun) -> dict[str, Any] | None:
    """The change from the adapter that it began with, and the word for it; None without one."""
    values = _finite_values(run.result.against_parent) if run.result is not None else None
    return {**values, "verdict": start_kind(run)} if values is not None else None


def start_kind(run: TrainingRun) -> str:
    """The word for a run against the adapter that it began with, the window's; empty without one."""
    if run.result is None or not run.result.against_parent:
        return ""
    return shown_verdict(run, _verdict_of(run)) or ""


def whole_kind(run: TrainingRun) -> str | None:
    """The word for all of it; None where general questions were never asked."""
    verdict = _verdict_of(run)
    if verdict is None or verdict.general is None:
        return None
    return told_kind(verdict.kind, verdict, start_unknown=run.start_unknown)


def _verdict_of(run: TrainingRun) -> TuningVerdict | None:
    if run.result is None or not run.result.verdict:
        return None
    return TuningVerdict.from_json(run.result.verdict)


def held_kind(verdict: Mapping[str, Any]) -> str:
    """The word for what was held out alone; empty for no verdict."""
    if not verdict:
        return ""
    low, high = float(verdict["ratio_low"]), float(verdict["ratio_high"])
    return verdict_kind(low, high, int(verdict["holdout_tokens"]))


def _finite(value: float | None) -> float | None:
    """JSON knows no infinity: of one example the ratio is anything."""
    return value if value is not None and math.isfinite(value) else None


def _finite_values(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if values is None:
        return None
    return {k: _finite(v) if isinstance(v, float) else v for k, v in values.items()}


def numbers_sum(adapter: str) -> str:
    """The SHA-256 of an adapter's numbers, in hexadecimal: of all that comes after the metadata, which names
    the run and so is another one each time. Raises FileUnreadable."""
    found = hashlib.sha256()
    try:
        with Path(adapter).open("rb") as stream:
            stream.seek(read_header(adapter).data_offset)
            while part := stream.read(_PART):
                found.update(part)
    except OSError as error:
        detail = (error.strerror or str(error)).lower()
        raise FileUnreadable(path=adapter, detail=detail) from error
    return found.hexdigest()


def print_run(run: TrainingRun, adapter: str) -> None:
    """The same for a person, on stdout."""
    result = run.result
    verdict = (result.verdict or {}) if result is not None else {}
    kind = VERDICT_WORDS.get(held_kind(verdict), "not read")
    out = sys.stdout.write
    if result is None or learnt_nothing(run):
        out(f"{_nothing_words(run)}\n")
        return
    if result.against_parent:
        out(_start_words(run, result.against_parent))
    if result.holdout_before is None:
        seen = " that it had not learnt before" if run.plan.learnt_before else ""
        out(f"Nothing was held out{seen}, so that nobody knows whether it helped")
    else:
        base = ", against the base" if result.against_parent else ""
        out(f"{kind[0].upper()}{kind[1:]} on what was held out{base}")
    if verdict.get("holdout_examples"):
        out(
            f": perplexity {verdict['holdout_before']:.3f} before, {verdict['holdout_after']:.3f} after"
        )
        if math.isfinite(verdict["ratio_high"]):
            out(f" (ratio {verdict['ratio_low']:.3f} to {verdict['ratio_high']:.3f}, 90 %)")
        else:
            out(" (one example alone says nothing for sure)")
    out(f".\n{_known_words(run)}")
    out(
        f"{_general_words(run, verdict)}\n{result.steps:,} steps, the best was {result.best_step:,}; "
    )
    out(f"{result.tokens_per_second:,.0f} tokens/s, {result.seconds:,.0f} s, ")
    out(f"{result.peak_memory_bytes / 1e6:,.0f} MB.\n")
    out(f"The adapter is {adapter}.\n" if adapter else "The adapter is gone by now.\n")


def _nothing_words(run: TrainingRun) -> str:
    if run.state == "failed":
        return f"Nothing was kept: {run.error or 'training failed.'}"
    return "Stopped before the first step; nothing was learnt."


def _start_words(run: TrainingRun, change: Mapping[str, Any]) -> str:
    """What it is worth beside the adapter that it began with, in a line."""
    words = {
        "better": "Better than the adapter it began with",
        "better_so_far": "Better than the adapter it began with on what was held out",
        "not_shown": "Not shown to be better than the adapter it began with",
        "worse": "Worse than the adapter it began with",
    }[start_kind(run)]
    line = f"{words}: perplexity {change['before']:.3f} with that one, {change['after']:.3f} now"
    if math.isfinite(change["high"]):
        line += f" (ratio {change['low']:.3f} to {change['high']:.3f}, 90 %)"
    return f"{line}.\n"


def _known_words(run: TrainingRun) -> str:
    """What adapter or base had learnt before of what is held out; empty where that is nothing."""
    lines = []
    if count := run.plan.learnt_before:
        what = "1 held-out example was not read: what it began with had learnt from it"
        if count > 1:
            what = f"{count:,} held-out examples were not read: what it began with had learnt from them"
        lines.append(f"{what}.\n")
    if run.start_unknown:
        lines.append(
            "What it began with had learnt is not known: it may have met what was held out.\n"
        )
    return "".join(lines)


def _general_words(run: TrainingRun, verdict: Mapping[str, Any]) -> str:
    """What it may have forgotten: that decides the verdict as well."""
    general = verdict.get("general")
    if not general:
        return (
            "Whether it forgot anything was not asked: "
            f"`benchtop tune --judge {run.id[:12]}` asks general questions before and after."
        )
    words = (
        f"General questions: {general['before']:.0%} passed before, {general['after']:.0%} after "
        f"(change {general['low']:+.0%} to {general['high']:+.0%}, 90 %), of {general['prompts']}"
    )
    return f"{words}. Verdict: {VERDICT_WORDS[whole_kind(run) or 'not_shown']}."
