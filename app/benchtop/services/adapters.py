"""Adapters on this disk: registered where they lie, and named by the models they fit."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from benchtop.domain.adapters import AdapterFile, fits, inspect_adapter
from benchtop.domain.models import ModelFile

if TYPE_CHECKING:
    from benchtop.store.database import Store


def import_adapter(store: Store, path: str | Path) -> AdapterFile:
    """Register an adapter where it lies; the same file twice stays one, and one in the bin comes back.

    Raises AdapterFailed and ModelFileError.
    """
    found = inspect_adapter(path)
    known = store.adapters.by_path(found.path)
    added = known.added if known is not None else time.time()
    adapter = replace(found, id=known.id if known is not None else found.id, added=added)
    store.adapters.put(adapter)
    return adapter


def adapters_for(adapters: Iterable[AdapterFile], model: ModelFile) -> list[AdapterFile]:
    """Those that fit a model by their measures and whose files are there; none where the model's
    header was never read."""
    shape = model.shape
    if shape is None:
        return []
    return [one for one in adapters if fits(one, shape) and Path(one.path).is_file()]


def models_for(adapter: AdapterFile, models: Iterable[ModelFile]) -> list[ModelFile]:
    """The models that an adapter fits by its measures."""
    return [model for model in models if model.shape is not None and fits(adapter, model.shape)]
