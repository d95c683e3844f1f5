"""Putting models of other programs on the list, where they lie."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from benchtop.domain.models import STARTER_ID, ModelFile, inspect_model
from benchtop.services.local_models import LocalModel
from benchtop.services.local_walk import identity_of

if TYPE_CHECKING:
    from benchtop.store.database import Store


class KnownModels:
    """The models of a list, to ask whether a found one is among them: the same bytes under any name."""

    def __init__(self, models: Iterable[ModelFile]) -> None:
        self._by_file: dict[object, ModelFile] = {}
        self._by_sum: dict[str, ModelFile] = {}
        for model in models:
            self.add(model)

    def add(self, model: ModelFile) -> None:
        """Take one more into account."""
        if identity := identity_of(Path(model.path)):
            self._by_file[identity] = model
        if model.sha256:
            self._by_sum[model.sha256.lower()] = model

    def same_as(self, found: LocalModel) -> ModelFile | None:
        """The model of the list that is this file, or has its check sum; None if there is none."""
        return self._by_file.get(found.identity) or self._by_sum.get(found.sha256)


def register_found(store: Store, found: LocalModel) -> ModelFile:
    """Put a found model on the list; raises ModelFileError when its file has changed since.

    The name is the program's own where it has one ("llama3.2:3b"), else what the file says of itself.
    """
    read = inspect_model(found.path, source="found")
    before = store.models.by_path(read.path)  # it may be in the bin
    models = [model for model in store.models.all() if before is None or model.id != before.id]
    name = found.name if found.own_name else read.name
    model = replace(
        read,
        id=before.id if before else read.id,
        name=_free_name(name, found.name, {m.name.casefold() for m in models} | {STARTER_ID}),
        bytes=found.bytes,
        parameters=found.parameters,
        repo=found.repo,
        revision=found.revision,
        remote_path=found.remote_path,
        sha256=found.sha256,
        added=time.time(),
    )
    store.models.put(model)
    return model


def _free_name(name: str, longer: str, taken: set[str]) -> str:
    """The name, else the longer one, else that with a number: the first that nobody has."""
    numbered = (f"{longer} {number}" for number in range(2, len(taken) + 3))
    return next(n for n in (name, longer, *numbered) if n.casefold() not in taken)
