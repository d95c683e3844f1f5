"""What the Result tab shows, read from the store: a run that is over, its worth by now, and its answers."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from benchtop.domain.errors import StoreError
from benchtop.domain.examples import DatasetVersion
from benchtop.domain.training import ENDED, SamplePoint, TrainingRun
from benchtop.domain.training_verdict import TuningVerdict
from benchtop.services.example_collecting import new_from_chats
from benchtop.services.learnt_before import (
    began_elsewhere,
    earlier_runs,
    learnt_before,
    merged_runs,
)
from benchtop.services.training_general import with_general, with_votes
from benchtop.ui.teach.result_rows import Known, ResultRow
from benchtop.ui.teach.train_asks import asked_splits, held_question, question_of
from benchtop.ui.teach.train_reading import read_curves, run_rows, verdict_of_run, version_of
from benchtop.ui.teach.train_rows import RunCurves, RunRow

if TYPE_CHECKING:
    from benchtop.domain.holdout import LearntBefore
    from benchtop.store.database import Store

_BASE = -1
"""The step of the base's own answers."""
Splits = dict[str, dict[str, Known]]
"""By the id of a run: which of the prompts that it was asked were held out, and which learnt from."""


@dataclass(frozen=True, slots=True)
class ResultFacts:
    """The runs that are over, and what came of one of them."""

    runs: tuple[RunRow, ...]
    row: ResultRow | None = None
    curves: RunCurves | None = None


def read_result(
    store: Store, run_id: str, attached: tuple[str, ...], splits: Splits
) -> ResultFacts:
    """The runs that are over, and of one of them (else the newest) all that is known of its worth by now;
    what is new is kept. ``splits`` are those of the runs that were looked at before."""
    names = {one.id: one.name for one in store.datasets.all()}
    ended = [run for run in store.training_runs.all() if run.state in ENDED]
    chosen = next((run for run in ended if run.id == run_id), ended[0] if ended else None)
    rows = tuple(run_rows(ended, names))
    if chosen is None:
        return ResultFacts(rows)
    run = with_general(store, chosen)
    adapter = next((one for one in store.adapters.all() if one.id == run.adapter_id), None)
    path = adapter.path if adapter is not None else ""
    run = with_votes(store, run, path)
    curves = read_curves(store, run.id)
    verdict = verdict_of_run(run)
    version = version_of(store, run)
    samples = _of_best(run, curves.samples)
    if version is not None and run.id not in splits:
        splits[run.id] = known_splits(store, run, version, {one.prompt for one in samples})
    made = {one.run_id: one.name for one in store.adapters.all() if one.run_id}
    parent = made.get(run.parent_id, "")
    row = ResultRow(
        run,
        str(run.model.get("name", "")),
        names.get(run.dataset_id, ""),
        version.name if version is not None else "",
        verdict,
        _judging(store, run, verdict),
        samples=samples,
        earlier=_earlier_answers(store, run),
        adapter=path,
        adapter_bytes=adapter.bytes if adapter is not None else 0,
        splits=splits.get(run.id, {}),
        parent=parent or _nameless(run),
        parent_named=bool(parent),
        in_use=bool(path) and path in attached,
        rated_since=_rated_since(store, run),
    )
    return ResultFacts(rows, row, curves)


def known_splits(
    store: Store, run: TrainingRun, version: DatasetVersion, prompts: Iterable[str]
) -> dict[str, Known]:
    """What a run's answer to each of these prompts proves; of others than its examples' nothing is known."""
    found: dict[str, Known] = dict(asked_splits(store, version.id, prompts))
    runs, known = earlier_runs(store, run.parent_id, *merged_runs(run.model))
    held = {prompt for prompt, split in found.items() if split == "holdout"}
    seen = _asked_within(store, version, _before(store, run)) if runs and held else set()
    for one in runs if held else ():
        try:
            earlier = asked_splits(store, one.version_id, held)
        except StoreError:  # its version is gone
            known = False
            continue
        seen |= {prompt for prompt, split in earlier.items() if split == "train"}
    for prompt in held:
        if prompt in seen:
            found[prompt] = "before"
        elif run.start_unknown or not known:
            found[prompt] = "unknown"
    return found


def open_question(store: Store, run: TrainingRun, place: int) -> str:
    """A question that neither a run nor one before it learnt from, another one for each ``place``; empty
    where there is none."""
    version = version_of(store, run)
    return held_question(store, version.id, place, _before(store, run)) if version else ""


def since(store: Store, run: TrainingRun) -> float:
    """From when on replies count as rated since. Where the data set holds examples from chats, all that it
    does not hold was rated later, however old the reply is; no other one is to be filled with old ones."""
    return 0.0 if store.examples.from_chats(run.dataset_id) else run.created


def _before(store: Store, run: TrainingRun) -> LearntBefore:
    return learnt_before(store, run.parent_id, merged_runs(run.model), began=run.start_unknown)


def _asked_within(store: Store, version: DatasetVersion, before: LearntBefore) -> set[str]:
    """The questions of a version that were learnt from before, also within longer conversations."""
    entries = store.versions.read_version(version.id)
    return {question_of(one.example) for one in entries if before.holds(one.example, one.sum)}


def _earlier_answers(store: Store, run: TrainingRun) -> Mapping[str, str]:
    """What the adapter that a run began with had answered to the same prompts, as far as it was asked."""
    runs, _known = earlier_runs(store, run.parent_id)
    if not runs:
        return {}
    samples = _of_best(runs[0], store.training_runs.samples(run.parent_id))
    return {one.prompt: one.text for one in samples if one.step != _BASE}


def _nameless(run: TrainingRun) -> str:
    """What a run began with whose adapter is not listed; empty where it began anew."""
    if run.parent_id:
        return QCoreApplication.translate("ResultWiring", "an adapter that is gone by now")
    imported = QCoreApplication.translate("ResultWiring", "an adapter that was imported")
    return imported if began_elsewhere(run) else ""


def _judging(store: Store, run: TrainingRun, verdict: TuningVerdict | None) -> str:
    if run.result is None or not run.result.general_run:
        return ""
    if verdict is not None and verdict.general is not None:
        return ""
    head = next((one for one in store.suite_runs.heads() if one.id == run.result.general_run), None)
    if head is None or head.state == "done":
        return ""
    done, whole = head.done + head.failed, head.queued + head.running + head.done + head.failed
    words = QCoreApplication.translate(
        "ResultWiring", "{done} of {whole} general questions are answered."
    )
    return words.format(done=f"{done:,}", whole=f"{whole:,}")


def _of_best(run: TrainingRun, samples: Iterable[SamplePoint]) -> tuple[SamplePoint, ...]:
    """The base's answers and those of the best step; of the last before it, where that was not asked."""
    best = run.result.best_step if run.result is not None else 0
    found = tuple(samples)
    steps = sorted({one.step for one in found if 0 <= one.step <= best})
    wanted = {_BASE, steps[-1] if steps else _BASE}
    return tuple(one for one in found if one.step in wanted)


def _rated_since(store: Store, run: TrainingRun) -> int:
    if run.deleted is not None or time.time() < run.created:
        return 0
    return len(new_from_chats(store, run.dataset_id, since(store, run)))
