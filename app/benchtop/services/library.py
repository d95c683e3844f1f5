"""The models on this disk: the starter that comes with Benchtop, and files that were imported."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from benchtop.domain.adapters import AdapterFile
from benchtop.domain.errors import AdapterFailed, BenchtopError, ModelUnknown, StarterFixed
from benchtop.domain.model_errors import ModelFileError, ModelFileMissing, ModelIsAdapter
from benchtop.domain.models import STARTER_ID, Companion, ModelFile, inspect_model
from benchtop.resources import starter_model, starter_sum
from benchtop.services.adapters import import_adapter

if TYPE_CHECKING:
    from benchtop.store.database import Store


_FROM_HEADER = (
    "bytes", "architecture", "parameters", "quantisation", "context_length", "chat_template",
    "suggested", "shape",
)  # fmt: skip
"""What a file says of itself each time it is read."""


def starter(store: Store | None = None) -> ModelFile:
    """The starter model, with what a person noted of it in the store; raises a ModelFileError when
    the installation is damaged."""
    found = inspect_model(starter_model(), source="starter")
    found = replace(found, id=STARTER_ID, name="starter", sha256=starter_sum())
    kept = store.models.get(STARTER_ID) if store is not None else None
    if kept is None:
        return found
    return replace(found, notes=kept.notes, last_used=kept.last_used)


def all_models(store: Store) -> list[ModelFile]:
    """The starter, then the imported models by name.

    A starter that cannot be read (a damaged installation) is left out: the others still work.
    """
    imported = sorted(store.models.all(), key=lambda m: m.name.casefold())
    try:
        return [starter(store), *imported]
    except BenchtopError:
        return imported


def is_missing(model: ModelFile) -> bool:
    """Whether one of its files is gone from its place."""
    parts = [companion.path for companion in model.companions if not companion.projector]
    return not all(Path(path).is_file() for path in (model.path, *parts))


def find_model(store: Store, wanted: str) -> ModelFile:
    """The model of an id, a name (any case) or a path, in that order.

    Raises ModelUnknown, or a ModelFileError for a path whose file cannot be used.
    """
    if wanted.casefold() == STARTER_ID:
        return starter(store)
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
    return _register(store, inspect_model(path))


def _register(store: Store, found: ModelFile) -> ModelFile:
    known = store.models.by_path(found.path)
    if known is None:
        model = replace(found, name=_free_name(store, found), added=time.time())
    else:
        if known.deleted is not None:
            known = store.models.restore(known.id)
        model = replace(known, **{name: getattr(found, name) for name in _FROM_HEADER})
        if model.bytes != known.bytes:  # another file lies there now
            model = replace(model, sha256="", verified=None, damaged=None, newer="")
        else:
            found = replace(found, companions=_with_sums(found.companions, known.companions))
        projectors = tuple(one for one in known.companions if one.projector)
        model = replace(model, companions=(*found.companions, *projectors))
    store.models.put(model)
    return model


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of many files: models that are new on the list, those that were on it already, for each
    that could not be registered a BenchtopError, and adapters."""

    new: tuple[ModelFile, ...] = ()
    known: tuple[ModelFile, ...] = ()
    refused: tuple[BenchtopError, ...] = ()
    adapters: tuple[AdapterFile, ...] = ()

    def with_more(self, other: Imported) -> Imported:
        """Both together."""
        return Imported(
            self.new + other.new,
            self.known + other.known,
            self.refused + other.refused,
            self.adapters + other.adapters,
        )


def import_some(store: Store, paths: Sequence[str]) -> Imported:
    """Register these files; one that is no model does not stop the others."""
    found: list[ModelFile] = []
    refused: list[BenchtopError] = []
    adapters: list[str] = []
    for path in paths:
        try:
            found.append(inspect_model(path))
        except ModelIsAdapter:
            adapters.append(path)
        except ModelFileError as error:
            refused.append(error)
    before = {model.id for model in store.models.all()}
    with store.connection.writing():  # once: the disk takes its time for each
        models = {model.id: model for model in (_register(store, one) for one in found)}
    new = tuple(model for model_id, model in models.items() if model_id not in before)
    kept: list[AdapterFile] = []
    for path in adapters:
        try:
            kept.append(import_adapter(store, path))
        except (AdapterFailed, ModelFileError) as error:
            refused.append(error)
    known = tuple(model for model_id, model in models.items() if model_id in before)
    return Imported(new, known, tuple(refused), tuple(kept))


def _with_sums(found: tuple[Companion, ...], known: tuple[Companion, ...]) -> tuple[Companion, ...]:
    sums = {(one.path, one.bytes): one.sha256 for one in known}
    return tuple(replace(one, sha256=sums.get((one.path, one.bytes), "")) for one in found)


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
