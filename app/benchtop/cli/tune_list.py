"""`benchtop tune --list` and `--remove`: the training runs there were."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Any

from benchtop.cli.common import one_line, opened_store, print_json
from benchtop.cli.tune_result import VERDICT_WORDS, held_kind, whole_kind
from benchtop.domain.teach_errors import RunBusy, RunUnknown
from benchtop.domain.training import TrainingRun
from benchtop.domain.training_verdict import learnt_nothing
from benchtop.services.data_folder import DataFolder
from benchtop.services.run_checkpoint import pause_orphans
from benchtop.services.run_folders import sweep_run_folders
from benchtop.store.database import Store

ID_LETTERS = 12
"""So many letters of a run's id are told; that is enough to know it by."""


def list_runs(folder: DataFolder, *, json: bool) -> int:
    """Print the runs, the newest first; the exit status."""
    with opened_store(folder) as store:
        runs = _runs(folder, store)
        names = {one.id: one.name for one in store.datasets.all()}
    if json:
        print_json([_facts(run, names.get(run.dataset_id)) for run in runs])
        return 0
    if not runs:
        sys.stdout.write("There are no training runs yet: `benchtop tune --help` says how.\n")
        return 0
    rows = [("RUN", "BEGUN", "STATE", "STEPS", "VERDICT", "NAME")]
    rows += [_row(run) for run in runs]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        sys.stdout.write(line.rstrip() + "\n")
    return 0


def remove_run(folder: DataFolder, wanted: str, *, json: bool) -> int:
    """Move a run to the bin; the exit status. Raises RunUnknown and RunBusy."""
    with opened_store(folder) as store:
        run = find_run(folder, store, wanted)
        if run.state in ("preparing", "running"):
            raise RunBusy(run=wanted)
        store.training_runs.delete(run.id)
    if json:
        print_json({"run": run.id, "name": run.name})
        return 0
    stays = "; its adapter stays" if run.adapter_id else ""
    sys.stdout.write(f"The run “{one_line(run.name)}” is in the bin{stays}.\n")
    return 0


def find_run(folder: DataFolder, store: Store, wanted: str) -> TrainingRun:
    """The run of an id, or of the first letters of it; raises RunUnknown."""
    found = [run for run in _runs(folder, store) if run.id.startswith(wanted)]
    if len(found) != 1:
        raise RunUnknown(run=wanted)
    return found[0]


def _runs(folder: DataFolder, store: Store) -> list[TrainingRun]:
    """All of them as they stand: what dead processes were training is paused."""
    pause_orphans(folder, store)
    sweep_run_folders(folder, store.training_runs.states())
    return store.training_runs.all()


def _facts(run: TrainingRun, dataset: str | None) -> dict[str, Any]:
    verdict = (run.result.verdict or {}) if run.result is not None else {}
    return {
        "run": run.id,
        "name": run.name,
        "state": run.state,
        "step": run.step,
        "steps": run.steps,
        "model": run.model.get("name"),
        "data": dataset,
        "version": run.version_id,
        "verdict": whole_kind(run),
        "holdout_verdict": held_kind(verdict) or None,
        "adapter_id": run.adapter_id or None,
        "error": run.error or None,
        "created": run.created,
        "finished": run.finished,
    }


def _row(run: TrainingRun) -> tuple[str, ...]:
    return (
        run.id[:ID_LETTERS],
        f"{datetime.fromtimestamp(run.created).astimezone():%Y-%m-%d %H:%M}",
        run.state,
        f"{run.step:,} of {run.steps:,}" if run.steps else "-",
        _verdict_words(run),
        one_line(run.name),
    )


def _verdict_words(run: TrainingRun) -> str:
    """The word for all of it, else for what was held out alone."""
    if learnt_nothing(run):
        return "nothing was learnt"
    verdict = (run.result.verdict or {}) if run.result is not None else {}
    if not verdict:
        return "-"
    kind = whole_kind(run)
    if kind is not None:
        return VERDICT_WORDS[kind]
    if not verdict.get("holdout_examples"):
        return "nothing held out, general not asked"
    return f"{VERDICT_WORDS[held_kind(verdict)]} on held-out, general not asked"
