"""What was downloaded and checked, as a model of the list."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from benchtop.domain.hub_errors import HubFileNoModel
from benchtop.domain.model_errors import (
    GgufDamaged,
    GgufTruncated,
    GgufVersionUnknown,
    ModelEmpty,
    ModelIsAdapter,
    NotGguf,
)
from benchtop.domain.models import Companion, ModelFile
from benchtop.domain.repo_files import RepoFile, is_first_part
from benchtop.services.library import import_model

if TYPE_CHECKING:
    from benchtop.store.database import Store

_NO_MODEL = {
    ModelEmpty: "it is empty",
    NotGguf: "it is not in the GGUF format",
    GgufVersionUnknown: "it is of another version of GGUF",
    GgufDamaged: "what it says of itself makes no sense",
    GgufTruncated: "it ends before its end",
    ModelIsAdapter: "it is an adapter, which changes a model",
}
"""What the bytes themselves are to blame for, and downloading them again would not mend."""


@dataclass(frozen=True, slots=True)
class FromHub:
    """Where a downloaded model came from: a repository at a commit, and its files, the first first.

    ``paths`` are where those files lie now, in the same order.
    """

    repo: str
    revision: str
    files: tuple[RepoFile, ...]
    paths: tuple[str, ...]
    licence: str = ""

    def companions(self) -> tuple[Companion, ...]:
        """Its further files: the parts of a split model, and the projector."""
        return tuple(
            Companion(path, file.size, file.sha256, projector=is_first_part(file.name))
            for file, path in zip(self.files[1:], self.paths[1:], strict=True)
        )


def register_download(store: Store, origin: FromHub) -> ModelFile:
    """Put what was downloaded and checked on the list. Raises HubFileNoModel where the bytes, which are
    the Hub's, are no model; they stay."""
    first = origin.files[0]
    try:
        imported = import_model(store, origin.paths[0])
    except tuple(_NO_MODEL) as error:
        raise HubFileNoModel(
            file=f"{origin.repo}/{first.path}", detail=_NO_MODEL[type(error)]
        ) from error
    model = replace(
        imported,
        source="hub",
        repo=origin.repo,
        revision=origin.revision,
        remote_path=first.path,
        sha256=first.sha256,
        verified=time.time(),
        damaged=None,
        newer="",
        companions=origin.companions(),
    )
    model = replace(model, licence=model.licence or origin.licence)
    store.models.put(model)
    return model
