"""Putting models of other programs on the list, where they lie."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from benchtop.domain.model_errors import ModelFileError
from benchtop.domain.models import STARTER_ID, Companion, ModelFile, inspect_model
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


def register_all_found(store: Store, found: Sequence[LocalModel]) -> list[ModelFile]:
    """Put those on the list that are not on it yet, and return them; one whose file has changed
    since it was found is passed over."""
    known = KnownModels(store.models.all())
    new: list[ModelFile] = []
    for local in found:
        if known.same_as(local) is None:
            with suppress(ModelFileError):
                new.append(register_found(store, local))
                known.add(new[-1])
    return new


def register_found(store: Store, found: LocalModel) -> ModelFile:
    """Put a found model on the list; raises ModelFileError when its file has changed since.

    The name is the program's own where it has one ("llama3.2:3b"), else what the file says of itself.
    What a person said of a file that was on the list before stays.
    """
    read = inspect_model(found.path, source="found")
    before = store.models.by_path(read.path)
    if before is not None and before.deleted is not None:
        before = store.models.restore(before.id)
    if before is not None:
        model = replace(
            before, bytes=found.bytes, shape=read.shape, source="found", found_in=found.program
        )
        store.models.put(model)
        return model
    name = found.name if found.own_name else read.name
    taken = {model.name.casefold() for model in store.models.all()} | {STARTER_ID}
    model = replace(
        read,
        name=_free_name(name, found.name, taken),
        bytes=found.bytes,
        parameters=found.parameters,
        repo=found.repo,
        revision=found.revision,
        remote_path=found.remote_path,
        sha256=found.sha256,
        found_in=found.program,
        companions=(*read.companions, *_projector(found)),
        added=time.time(),
    )
    store.models.put(model)
    return model


def _projector(found: LocalModel) -> tuple[Companion, ...]:
    if found.projector is None:
        return ()
    size = found.projector.stat().st_size
    return (Companion(str(found.projector), size, projector=True),)


def _free_name(name: str, longer: str, taken: set[str]) -> str:
    """The name, else the longer one, else that with a number: the first that nobody has."""
    numbered = (f"{longer} {number}" for number in range(2, len(taken) + 3))
    return next(n for n in (name, longer, *numbered) if n.casefold() not in taken)
