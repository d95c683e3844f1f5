"""The models on this disk: the starter that comes with Benchtop, and files that were imported."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from benchtop.domain.errors import BenchtopError, ModelFileMissing, ModelUnknown, StarterFixed
from benchtop.domain.models import STARTER_ID, ModelFile, inspect_model
from benchtop.domain.repo_files import RepoFile
from benchtop.resources import starter_model

if TYPE_CHECKING:
    from benchtop.store.database import Store


_FROM_HEADER = (
    "bytes", "architecture", "parameters", "quantisation", "context_length", "chat_template",
    "suggested",
)  # fmt: skip
"""What a file says of itself each time it is read."""


def starter() -> ModelFile:
    """The starter model; raises a ModelFileError when the installation is damaged."""
    return replace(inspect_model(starter_model(), source="starter"), id=STARTER_ID, name="starter")


def all_models(store: Store) -> list[ModelFile]:
    """The starter, then the imported models by name.

    A starter that cannot be read (a damaged installation) is left out: the others still work.
    """
    imported = sorted(store.models.all(), key=lambda m: m.name.casefold())
    try:
        return [starter(), *imported]
    except BenchtopError:
        return imported


def is_missing(model: ModelFile) -> bool:
    """Whether the file is gone from its place."""
    return not Path(model.path).is_file()


def find_model(store: Store, wanted: str) -> ModelFile:
    """The model of an id, a name (any case) or a path, in that order.

    Raises ModelUnknown, or a ModelFileError for a path whose file cannot be used.
    """
    if wanted.casefold() == STARTER_ID:
        return starter()
    model = _registered(store, wanted)
    if model is not None:
        return model
    if looks_like_path(wanted):
        return inspect_model(_path_of(wanted))
    raise ModelUnknown(model=wanted)


def _registered(store: Store, wanted: str) -> ModelFile | None:
    """The model on the list of an id, a name (any case) or a path, in that order."""
    models = store.models.all()
    by_id = [m for m in models if m.id == wanted]
    by_name = [m for m in models if m.name.casefold() == wanted.casefold()]
    found = by_id or by_name
    if found:
        return found[0]
    if not looks_like_path(wanted):
        return None
    by_path = store.models.by_path(str(_path_of(wanted)))
    return by_path if by_path is not None and by_path.deleted is None else None


def _path_of(text: str) -> Path:
    """The absolute path a person meant; a file that is gone has one too."""
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError:  # a ~user whom this system does not know
        return Path(text).absolute()


def looks_like_path(text: str) -> bool:
    """Whether a person who typed this meant a file rather than a name."""
    if text.endswith(".gguf") or "/" in text or "\\" in text or text.startswith((".", "~")):
        return True
    try:
        return Path(text).exists()
    except (OSError, ValueError):
        return False


def import_model(store: Store, path: str | Path) -> ModelFile:
    """Register a file where it lies, without copying it; the same file twice stays one entry.

    What a person or the Hub said of a file that is known stays; what is in the bin comes back.
    """
    found = inspect_model(path)
    known = store.models.by_path(found.path)
    if known is None:
        model = replace(found, name=_free_name(store, found), added=time.time())
    else:
        if known.deleted is not None:
            known = store.models.restore(known.id)
        model = replace(known, **{name: getattr(found, name) for name in _FROM_HEADER})
        if model.bytes != known.bytes:  # another file lies there now
            model = replace(model, sha256="", verified=None)
    store.models.put(model)
    return model


@dataclass(frozen=True, slots=True)
class FromHub:
    """Where a downloaded model came from: a repository at a commit, and its first file."""

    repo: str
    revision: str
    file: RepoFile
    licence: str = ""


def register_download(store: Store, path: str | Path, origin: FromHub) -> ModelFile:
    """Put a file that was downloaded and checked on the list; raises ModelFileError for no model."""
    model = replace(
        import_model(store, path),
        source="hub",
        repo=origin.repo,
        revision=origin.revision,
        remote_path=origin.file.path,
        sha256=origin.file.sha256,
        verified=time.time(),
    )
    model = replace(model, licence=model.licence or origin.licence)
    store.models.put(model)
    return model


def remove_model(store: Store, wanted: str) -> ModelFile:
    """Take a model off the list; its file stays where it is. Raises ModelUnknown."""
    if wanted.casefold() == STARTER_ID:
        raise StarterFixed
    model = _registered(store, wanted)
    if model is None:
        raise ModelUnknown(model=wanted)
    store.models.delete(model.id)
    return model


def check_present(model: ModelFile) -> ModelFile:
    """The model, or ModelFileMissing."""
    if is_missing(model):
        raise ModelFileMissing(path=model.path)
    return model


def _free_name(store: Store, model: ModelFile) -> str:
    """The model's name, made different from the names there are."""
    taken = {m.name.casefold() for m in store.models.all()} | {STARTER_ID}
    if model.name.casefold() not in taken:
        return model.name
    stem = Path(model.path).stem
    candidates = [stem, *(f"{stem} {n}" for n in range(2, len(taken) + 3))]
    return next(name for name in candidates if name.casefold() not in taken)
