"""What a person wants to be trained, and what is found out about it before anything is begun."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from benchtop.domain.adapters import runs_inside
from benchtop.domain.errors import FileUnreadable
from benchtop.domain.examples import DatasetVersion
from benchtop.domain.gguf import read_header
from benchtop.domain.memory import shape_of
from benchtop.domain.models import ModelFile
from benchtop.domain.teach_errors import ModelNotTrainable
from benchtop.domain.training import (
    TRAINABLE,
    TRAINABLE_BY_TRANSFORMERS,
    TrainingPlan,
    TrainingRun,
    TrainingSettings,
)
from benchtop.protocol.tuning_messages import Probed
from benchtop.services.data_folder import DataFolder
from benchtop.services.file_hashes import model_sha256
from benchtop.services.learnt_before import MERGED_RUNS
from benchtop.services.training_tokens import Skipped


@dataclass(frozen=True, slots=True)
class TrainingWish:
    """``parent_id`` is the run whose adapter (``start``) it begins with. ``prompts`` are answered at each
    checkpoint. ``share``: training goes on while a model writes. ``plan`` is what a probe foretold, if there
    was one."""

    model: ModelFile
    dataset_id: str
    settings: TrainingSettings
    name: str = ""
    parent_id: str = ""
    start: str = ""
    prompts: tuple[str, ...] = ()
    share: bool = False
    plan: TrainingPlan = field(default_factory=TrainingPlan)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A run whose tokens lie in its folder; its plan counts the examples. ``skipped`` ones teach nothing; a
    template that is not ``prefix_stable`` makes an example of each answer."""

    wish: TrainingWish
    run: TrainingRun
    version: DatasetVersion
    library: str
    skipped: tuple[Skipped, ...] = ()
    prefix_stable: bool = True


def model_facts(folder: DataFolder, model: ModelFile) -> Mapping[str, Any]:
    """What a run and its adapter keep of the base. A large file that was never read takes seconds: not for
    the window's thread. Raises what reading the header raises, ModelNotTrainable and
    FileUnreadable."""
    header = read_header(model.path)
    if header.architecture not in (*TRAINABLE, *TRAINABLE_BY_TRANSFORMERS):
        # said before anything is loaded; the trainer looks closer
        detail = f"its architecture is {header.architecture or 'not told'}"
        raise ModelNotTrainable(path=model.path, detail=detail)
    try:
        sha256 = model_sha256(folder, model.path)
    except OSError as error:
        detail = (error.strerror or str(error)).lower()
        raise FileUnreadable(path=model.path, detail=detail) from error
    shape = shape_of(header)
    return {
        "id": model.id,
        "name": model.name,
        "path": model.path,
        "sha256": sha256,
        "architecture": header.architecture,
        "quantisation": header.quantisation,
        "bytes": model.bytes,
        "parameters": header.parameters,
        "layers": shape.layers,
        "context_length": shape.context_length,
        "licence": shape.licence,
        MERGED_RUNS: list(runs_inside(header)),
    }


def plan_of(found: Probed, counts: TrainingPlan) -> TrainingPlan:
    """What a probe of a run foretells; how many examples there are of each kind was known before."""
    return replace(
        counts,
        seconds=found.step_seconds * found.steps + found.check_seconds,
        memory_bytes=found.memory_bytes,
        tokens_per_second=found.tokens_per_second,
        steps=found.steps,
        save_memory=found.save_memory,
        threads=found.threads,
        first_steps=found.first_steps,
        later_part=found.later_part,
    )
