"""The adapter that a run begins with, looked at before anything is begun: of this base, of these settings?"""

from __future__ import annotations

import math
from pathlib import Path

from benchtop.domain.adapter_layout import AdapterLayout, read_layout
from benchtop.domain.errors import AdapterFailed, ModelFileError
from benchtop.domain.generation import AdapterUse
from benchtop.domain.models import ModelFile
from benchtop.domain.teach_errors import (
    AdapterMissing,
    AdapterOfAnotherBase,
    StartMissing,
    StartUnfit,
)
from benchtop.domain.training import TRAINABLE, TrainingSettings
from benchtop.services.adapters import check_adapters
from benchtop.services.data_folder import DataFolder


def check_start(
    folder: DataFolder, model: ModelFile, layers: int, settings: TrainingSettings, path: str
) -> None:
    """Refuse an adapter that a run of these settings cannot begin with, on a model of so many layers.

    Raises what start_layout() raises, AdapterOfAnotherBase, and what reading the model raises. A large model
    is read to its end: not for the window's thread.
    """
    layout = start_layout(path, layers) if model.architecture in TRAINABLE else None
    try:
        check_adapters(folder, model, [AdapterUse(path)])
    except AdapterMissing as error:
        raise StartMissing(path=path) from error
    except AdapterOfAnotherBase:
        raise
    except AdapterFailed as error:
        raise _unfit(path, error) from error
    detail = _difference(layout, AdapterLayout.of(settings), layers) if layout else ""
    if detail:
        raise StartUnfit(path=path, detail=detail)


def start_layout(path: str, layers: int) -> AdapterLayout:
    """The layout of an adapter that a run is to begin with; raises StartMissing and StartUnfit."""
    if not Path(path).is_file():
        raise StartMissing(path=path)
    try:
        return read_layout(path, layers)
    except AdapterFailed as error:
        raise _unfit(path, error) from error
    except ModelFileError as error:
        detail = f"it {str(error).removeprefix(path).split(':', 1)[0].strip().rstrip('.')}"
        raise StartUnfit(path=path, detail=detail) from error


def _unfit(path: str, error: AdapterFailed) -> StartUnfit:
    return StartUnfit(path=path, detail=str(error.facts.get("detail", "")).rstrip("."))


def _difference(its: AdapterLayout, ours: AdapterLayout, layers: int) -> str:
    """In what an adapter is not of these settings, as the end of a sentence; empty when it is."""
    if its.rank != ours.rank:
        return f"its rank is {its.rank} and the settings say {ours.rank}"
    if not math.isclose(its.alpha, ours.alpha, rel_tol=1e-6):
        return f"its alpha is {its.alpha:g} and the settings say {ours.alpha:g}"
    if set(its.targets) != set(ours.targets):
        return f"it changes {', '.join(its.targets)} and the settings {', '.join(ours.targets)}"
    here, there = (min(one.last_layers or layers, layers) for one in (its, ours))
    if here != there:
        return f"it changes the last {here} layers and the settings the last {there}"
    return ""
