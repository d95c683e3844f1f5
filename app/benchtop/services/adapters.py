"""Adapters on this disk: registered where they lie, named by the models they fit, and refused elsewhere.

What an adapter was made for is told by the sum of that model's file where the adapter names one, and by the
measures of its matrices in any case.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from benchtop.domain.adapters import AdapterFile, fits, inspect_adapter, of_base
from benchtop.domain.errors import AdapterFailed, BenchtopError, FileUnreadable
from benchtop.domain.generation import AdapterUse
from benchtop.domain.model_errors import ModelFileError
from benchtop.domain.models import ModelFile, inspect_model
from benchtop.domain.teach_errors import (
    AdapterAmbiguous,
    AdapterMissing,
    AdapterOfAnotherBase,
    AdapterUnknown,
)
from benchtop.services.file_hashes import model_sha256, noted_sha256

if TYPE_CHECKING:
    from benchtop.services.data_folder import DataFolder
    from benchtop.store.database import Store


def import_adapter(store: Store, path: str | Path, run_id: str = "") -> AdapterFile:
    """Register an adapter where it lies; the same file twice stays one, and one in the bin comes back.

    ``run_id`` is the training run that made it; empty keeps what is known. Raises AdapterFailed and
    ModelFileError.
    """
    found = inspect_adapter(path)
    known = store.adapters.by_path(found.path)
    if known is not None:
        found = replace(found, id=known.id, run_id=run_id or known.run_id)
    adapter = replace(
        found,
        added=known.added if known is not None else time.time(),
        run_id=found.run_id or run_id,
    )
    store.adapters.put(adapter)
    return adapter


def find_adapter(store: Store, wanted: str) -> AdapterFile:
    """The known adapter of an id, a name (any case) or a path, in that order; raises AdapterUnknown, and
    AdapterAmbiguous where several have the name."""
    known = store.adapters.all()
    path = str(Path(wanted).expanduser().absolute()) if wanted else ""
    for found in (
        [one for one in known if one.id == wanted],
        [one for one in known if one.name.casefold() == wanted.casefold()],
        [one for one in known if one.path == path],
    ):
        if len(found) > 1:
            ids = ", ".join(f"{one.id} (rank {one.rank})" for one in found)
            raise AdapterAmbiguous(adapter=wanted, ids=ids)
        if found:
            return found[0]
    raise AdapterUnknown(adapter=wanted)


def free_name(store: Store, name: str) -> str:
    """A name for a new adapter that no other adapter or training run has: "name", else "name (2)"."""
    names = [one.name for one in store.adapters.all()]
    names += [one.name for one in store.training_runs.all()]
    taken = {one.casefold() for one in names}
    free, number = name, 1
    while free.casefold() in taken:
        number += 1
        free = f"{name} ({number})"
    return free


def adapters_for(adapters: Iterable[AdapterFile], model: ModelFile) -> list[AdapterFile]:
    """Those that fit a model by their measures, were made for no other file as far as is known, and
    whose files are there; none where the model's header was never read."""
    shape = model.shape
    if shape is None:
        return []
    return [
        one
        for one in adapters
        if fits(one, shape) and of_base(one, model.sha256) is not False and Path(one.path).is_file()
    ]


def models_for(adapter: AdapterFile, models: Iterable[ModelFile]) -> list[ModelFile]:
    """The models that an adapter fits, as adapters_for() has it; where it is known to be made from one of
    them, that one alone."""
    fitting = [
        model
        for model in models
        if model.shape is not None
        and fits(adapter, model.shape)
        and of_base(adapter, model.sha256) is not False
    ]
    return [model for model in fitting if of_base(adapter, model.sha256)] or fitting


def with_noted_sums(folder: DataFolder, models: Iterable[ModelFile]) -> list[ModelFile]:
    """These models, with the sums of their files as far as those were read before; nothing is read."""
    return [
        model if model.sha256 else replace(model, sha256=noted_sha256(folder, model.path))
        for model in models
    ]


def check_adapters(
    folder: DataFolder,
    model: ModelFile,
    uses: Sequence[AdapterUse],
    stopped: Callable[[], bool] = lambda: False,
) -> None:
    """Refuse adapters that must not reach llama.cpp with this model; nothing is refused once ``stopped``.

    Raises AdapterMissing, AdapterOfAnotherBase, AdapterFailed for what is no adapter, and what reading the
    model's header raises. A large model whose sum nobody knows is read to its end: not for the window's
    thread.
    """
    for use in uses:
        adapter = _inspected(use.path)
        shape = model.shape or inspect_model(model.path).shape
        if shape is not None and not fits(adapter, shape):
            raise other_base(adapter, model)
        if adapter.base_sha256 and of_base(adapter, base_sum(folder, model, stopped)) is False:
            raise other_base(adapter, model)


def base_sum(
    folder: DataFolder, model: ModelFile, stopped: Callable[[], bool] = lambda: False
) -> str:
    """The SHA-256 of a model's first file, from what is known where that is as large as it was noted;
    empty once ``stopped``.

    Raises FileUnreadable.
    """
    try:
        if model.sha256 and Path(model.path).stat().st_size == model.bytes:
            return model.sha256
        return model_sha256(folder, model.path, stopped)
    except OSError as error:
        detail = (error.strerror or str(error)).lower()
        raise FileUnreadable(path=model.path, detail=detail) from error


def other_base(adapter: AdapterFile, model: ModelFile) -> AdapterOfAnotherBase:
    """The error that says so."""
    base = adapter.base
    if not base or base.casefold() == model.name.casefold():
        base = f"another file of {base}" if base else "another model"
    return AdapterOfAnotherBase(path=adapter.path, base=base, model=model.name)


def _inspected(path: str) -> AdapterFile:
    """What the adapter at ``path`` says of itself, or why it cannot be used as one."""
    if not Path(path).is_file():
        raise AdapterMissing(path=path)
    try:
        return inspect_adapter(path)
    except ModelFileError as error:
        raise AdapterFailed(path=path, detail=_clause(error, path)) from error


def _clause(error: BenchtopError, path: str) -> str:
    """The first half of an error's sentence without the path it begins with."""
    text = str(error).removeprefix(path).split(":", 1)[0].strip().rstrip(".")
    return f"it {text}" if text else "it cannot be read"
