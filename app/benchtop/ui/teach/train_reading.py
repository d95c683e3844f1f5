"""What the Train and Result tabs show, read from the store and the list of models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from benchtop.domain.adapters import AdapterFile
from benchtop.domain.examples import Dataset, DatasetVersion, Example
from benchtop.domain.models import ModelFile, bytes_text, parameters_text
from benchtop.domain.personal_data import personal_of
from benchtop.domain.training import TRAINABLE, TRAINABLE_BY_TRANSFORMERS, TrainingRun
from benchtop.domain.training_verdict import TuningVerdict, shown_verdict
from benchtop.services.library import is_missing
from benchtop.ui.teach.train_asks import planned_holdout, questions
from benchtop.ui.teach.train_parents import adapter_choices
from benchtop.ui.teach.train_rows import (
    AdapterChoice,
    DatasetChoice,
    ModelChoice,
    RunCurves,
    RunRow,
)
from benchtop.ui.teach.train_texts import trained_kinds

if TYPE_CHECKING:
    from benchtop.store.database import Store

MOST_LOOKED_AT = 2_000
"""Examples that are looked through for pairs, personal data and repeats: of more the Data tab tells."""


@dataclass(frozen=True, slots=True)
class TeachFacts:
    """What the store knows of teaching."""

    datasets: tuple[DatasetChoice, ...]
    runs: tuple[TrainingRun, ...]
    adapters: tuple[AdapterFile, ...]
    parents: tuple[AdapterChoice, ...] = ()

    @property
    def names(self) -> dict[str, str]:
        """The names of data sets, by their ids."""
        return {one.dataset.id: one.dataset.name for one in self.datasets}


def read_facts(store: Store, models: Sequence[ModelFile]) -> TeachFacts:
    """All of it; not for the window's thread. ``models`` are those on this machine."""
    return TeachFacts(
        tuple(_dataset_choice(store, one) for one in store.datasets.all()),
        tuple(store.training_runs.all()),
        tuple(store.adapters.all()),
        adapter_choices(store, models),
    )


def read_curves(store: Store, run_id: str) -> RunCurves:
    """What a run left behind."""
    runs = store.training_runs
    return RunCurves(
        tuple(runs.train_points(run_id)),
        tuple(runs.holdout_points(run_id)),
        tuple(runs.samples(run_id)),
    )


def version_of(store: Store, run: TrainingRun) -> DatasetVersion | None:
    """The version that a run saw; None where it was forgotten."""
    found = store.versions.of(run.dataset_id)
    return next((one for one in found if one.id == run.version_id), None)


def model_choices(models: Iterable[ModelFile]) -> list[ModelChoice]:
    """The models on this machine, with what keeps some of them from being taught."""
    return [
        ModelChoice(
            one.id,
            one.name,
            _detail(one),
            one.shape.layers if one.shape is not None else 0,
            one.shape.width if one.shape is not None else 0,
            trouble(one),
        )
        for one in models
    ]


def trouble(model: ModelFile) -> str:
    """Why a model cannot be taught, as a sentence; empty when it can."""
    if is_missing(model):
        return _tr("Its file is not there any more.")
    if any(not one.projector for one in model.companions):
        return _tr("It lies in several files; only models in one file can be taught.")
    if model.architecture not in (*TRAINABLE, *TRAINABLE_BY_TRANSFORMERS):
        name = model.architecture or _tr("not told")
        text = _tr("Its kind ({name}) cannot be taught here; those of {kinds} can.")
        return text.format(name=name, kinds=trained_kinds())
    return ""


def _detail(model: ModelFile) -> str:
    """What stands beside its name. What transformers trains takes four bytes for each number."""
    parts = [parameters_text(model.parameters), model.quantisation]
    if model.architecture in TRAINABLE_BY_TRANSFORMERS and model.parameters:
        size = bytes_text(4 * model.parameters)
        parts.append(_tr("by transformers, unpacked to {size}").format(size=size))
    return " · ".join(part for part in parts if part)


def run_rows(runs: Sequence[TrainingRun], names: Mapping[str, str]) -> list[RunRow]:
    """A line for each run, with the names of data sets by their ids."""
    return [
        RunRow(
            run,
            str(run.model.get("name", "")),
            names.get(run.dataset_id, ""),
            shown_verdict(run, verdict_of_run(run)),
        )
        for run in runs
    ]


def verdict_of_run(run: TrainingRun) -> TuningVerdict | None:
    """What is known of a run's worth."""
    if run.result is None or run.result.verdict is None:
        return None
    return TuningVerdict.from_json(run.result.verdict)


def _dataset_choice(store: Store, dataset: Dataset) -> DatasetChoice:
    personal = pairs = 0
    learnt: list[Example] = []
    for example in islice(store.examples.each(dataset.id), MOST_LOOKED_AT):
        if not example.included or example.state != "kept":
            continue
        pairs += bool(example.rejected.strip()) and not example.holdout
        personal += bool(personal_of(example))
        learnt.append(example)
    found = DatasetChoice(with_planned_holdout(dataset), personal, pairs)
    held: set[str] = set()
    if dataset.examples <= MOST_LOOKED_AT:  # of more it is not known before a run begins
        held = planned_holdout(store, dataset, learnt)
        found = _counted(found, learnt, held)
    else:
        found = replace(found, split_known=False, looked_at=MOST_LOOKED_AT)
    prompts, held_prompts = questions(learnt, held)
    return replace(found, prompts=prompts, held_prompts=held_prompts)


def _counted(choice: DatasetChoice, learnt: Sequence[Example], held: set[str]) -> DatasetChoice:
    """With what a run makes of these, as a version of the data set has it: each once, without faults."""
    sums: dict[bool, list[str]] = {True: [], False: []}
    held_out = faulty = 0
    for one in learnt:
        kept_apart = one.prompt_sum in held
        held_out += kept_apart
        if not one.problem():
            sums[kept_apart].append(one.sum)
        elif not kept_apart:
            faulty += 1
    repeats, held_repeats = (len(sums[of]) - len(set(sums[of])) for of in (False, True))
    dataset = replace(choice.dataset, held_out=held_out)
    return replace(
        choice, dataset=dataset, repeats=repeats, held_repeats=held_repeats, faulty=faulty
    )


def with_planned_holdout(dataset: Dataset) -> Dataset:
    """The data set with as many held out as there will be once a run begins: that is when they are chosen."""
    if dataset.holdout_part <= 0 or dataset.included < 2:
        return dataset
    planned = max(1, round(dataset.included * dataset.holdout_part))
    return replace(dataset, held_out=max(dataset.held_out, min(planned, dataset.included - 1)))


def _tr(text: str) -> str:
    return QCoreApplication.translate("TrainReading", text)
