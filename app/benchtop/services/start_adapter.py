"""The adapter that a run begins with, looked at before anything is begun: whole, of this base, of these
settings?"""

from __future__ import annotations

import math

from benchtop.domain.adapter_layout import AdapterLayout, read_layout
from benchtop.domain.adapters import inspect_adapter
from benchtop.domain.errors import AdapterFailed
from benchtop.domain.generation import AdapterUse
from benchtop.domain.model_errors import (
    GgufDamaged,
    GgufTruncated,
    ModelEmpty,
    ModelFileError,
    ModelFileMissing,
    ModelNoPermission,
)
from benchtop.domain.models import ModelFile
from benchtop.domain.teach_errors import (
    AdapterMissing,
    AdapterOfAnotherBase,
    StartBroken,
    StartMissing,
    StartNoAdapter,
    StartOfAnotherBase,
    StartUnfit,
)
from benchtop.domain.training import TRAINABLE, TrainingSettings
from benchtop.services.adapters import check_adapters
from benchtop.services.data_folder import DataFolder

_BROKEN = (GgufDamaged, GgufTruncated, ModelEmpty)


def check_start(
    folder: DataFolder, model: ModelFile, layers: int, settings: TrainingSettings, path: str
) -> None:
    """Refuse an adapter that a run of these settings cannot begin with, on a model of so many layers.

    Raises what start_layout() raises. A large model is read to its end: not for the window's thread.
    """
    layout = start_layout(folder, model, layers, path)
    if layout is None:
        return
    differences = _differences(layout, AdapterLayout.of(settings), layers)
    if differences:
        detail = " and ".join(detail for detail, _ in differences)
        needed = " and ".join(
            f"{name} ({option})" for name, option in (one for _, one in differences)
        )
        raise StartUnfit(path=path, detail=detail, advice=f"train with {needed}")


def start_layout(
    folder: DataFolder, model: ModelFile, layers: int, path: str
) -> AdapterLayout | None:
    """The layout of an adapter that a run on a model of so many layers is to begin with; None where the model
    is trained by transformers, which reads it itself.

    What it was made for is looked at first: of another base no layout means anything. Raises StartMissing,
    StartBroken, StartNoAdapter, StartOfAnotherBase, StartUnfit, and what reading the model raises; a large
    one whose sum nobody knows is read to its end.
    """
    _check_file(path)
    try:
        check_adapters(folder, model, [AdapterUse(path)])
        return read_layout(path, layers) if model.architecture in TRAINABLE else None
    except AdapterMissing as error:
        raise StartMissing(path=path) from error
    except AdapterOfAnotherBase as error:
        raise StartOfAnotherBase(**error.facts) from error
    except AdapterFailed as error:
        detail = _detail(error)
        raise StartUnfit(path=path, detail=detail, advice="choose another adapter") from error


def _check_file(path: str) -> None:
    """Refuse what is no adapter, or is broken, whatever it was made for."""
    try:
        inspect_adapter(path)
    except ModelFileMissing as error:
        raise StartMissing(path=path) from error
    except ModelNoPermission:
        raise
    except ModelFileError as error:
        clause = str(error).removeprefix(path).split(":", 1)[0].strip().rstrip(".")
        if isinstance(error, _BROKEN):
            raise StartBroken(path=path, detail=clause) from error
        raise StartNoAdapter(path=path, detail=f"it {clause}") from error
    except AdapterFailed as error:
        raise StartNoAdapter(path=path, detail=_detail(error)) from error


def _detail(error: AdapterFailed) -> str:
    return str(error.facts.get("detail", "")).rstrip(".")


def _differences(
    its: AdapterLayout, ours: AdapterLayout, layers: int
) -> list[tuple[str, tuple[str, str]]]:
    """In what an adapter is not of these settings: a clause, and the setting that is needed, in words and as
    an option of `benchtop tune`."""
    found = []
    if its.rank != ours.rank:
        clause = f"its rank is {its.rank} and the settings say {ours.rank}"
        found.append((clause, (f"rank {its.rank}", f"--rank {its.rank}")))
    if not math.isclose(its.alpha, ours.alpha, rel_tol=1e-6):
        clause = f"its alpha is {its.alpha:g} and the settings say {ours.alpha:g}"
        found.append((clause, (f"alpha {its.alpha:g}", f"--alpha {its.alpha:g}")))
    if set(its.targets) != set(ours.targets):
        clause = f"it changes {', '.join(its.targets)} and the settings {', '.join(ours.targets)}"
        found.append((clause, ("these matrices", f"--targets {','.join(its.targets)}")))
    here, there = (min(one.last_layers or layers, layers) for one in (its, ours))
    if here != there:
        clause = f"it changes the last {here} layers and the settings the last {there}"
        option = f"--last-layers {0 if here == layers else here}"
        found.append((clause, (f"the last {here} layers", option)))
    return found
