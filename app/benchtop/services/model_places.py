"""Where the files of models lie: which are there, which are one file, and how full their disks are."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QStorageInfo

from benchtop.domain.models import ModelFile
from benchtop.services.hub_cache import is_in_cache, is_linked_elsewhere
from benchtop.services.local_walk import Identity, identity_of


@dataclass(frozen=True, slots=True)
class Disk:
    """A disk that models lie on: where it is mounted, what it is called if it has a name, its bytes
    and those free, and the bytes of each model's files on it by the model's id."""

    mounted: str
    label: str
    total: int
    free: int
    models: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Places:
    """``missing`` are ids of models of which a file is gone. ``firsts`` says by id what the first file
    is to the system (see identity_of), ``freed`` how many bytes a model's files take that no other
    model on the list needs. ``shared`` are ids of models in the Hub's cache, which others use too."""

    missing: frozenset[str] = frozenset()
    firsts: Mapping[str, Identity] = field(default_factory=dict)
    freed: Mapping[str, int] = field(default_factory=dict)
    disks: tuple[Disk, ...] = ()
    shared: frozenset[str] = frozenset()


def look_at(models: Iterable[ModelFile]) -> Places:
    """Look at every file of these models; a disk that does not answer holds this up."""
    missing: set[str] = set()
    files: dict[str, dict[Identity, int]] = {}
    firsts: dict[str, Identity] = {}
    where: dict[int, str] = {}
    shared: set[str] = set()
    for model in models:
        if is_in_cache(Path(model.path)):
            shared.add(model.id)
        held = files.setdefault(model.id, {})
        for path, needed in _files_of(model):
            facts = _facts(path)
            if facts is None:
                if needed:
                    missing.add(model.id)
                continue
            identity = (facts.st_dev, facts.st_ino)
            held[identity] = facts.st_size
            where.setdefault(facts.st_dev, path)
            if path == model.path:
                firsts[model.id] = identity
    disks = tuple(_disks(files, where))
    return Places(frozenset(missing), firsts, _freed(files), disks, frozenset(shared))


def _freed(files: Mapping[str, Mapping[Identity, int]]) -> dict[str, int]:
    users = Counter(one for held in files.values() for one in held)
    return {
        model_id: sum(size for one, size in held.items() if users[one] == 1)
        for model_id, held in files.items()
    }


def files_to_remove(model: ModelFile, others: Iterable[ModelFile]) -> list[Path]:
    """The files of a model that are there and that none of the others has: what goes with it."""
    kept = {
        identity_of(Path(path))
        for other in others
        if other.id != model.id
        for path, _needed in _files_of(other)
    }
    paths = [Path(path) for path, _needed in _files_of(model)]
    return [
        path
        for path in paths
        if path.is_file() and identity_of(path) not in kept and not is_linked_elsewhere(path)
    ]


def _files_of(model: ModelFile) -> list[tuple[str, bool]]:
    """Its files, and whether it cannot be used without each."""
    companions = [(one.path, not one.projector) for one in model.companions]
    return [(model.path, True), *companions]


def _facts(path: str) -> os.stat_result | None:
    """What the system says of a regular file, or of what a link leads to; None if there is none."""
    with suppress(OSError, ValueError):
        facts = Path(path).stat()
        return facts if stat.S_ISREG(facts.st_mode) else None
    return None


def _disks(files: Mapping[str, Mapping[Identity, int]], where: Mapping[int, str]) -> Iterable[Disk]:
    """One for each that is mounted somewhere: what a mount shows twice is one disk."""
    counted: set[Identity] = set()
    for device, path in where.items():
        mounted = QStorageInfo(str(Path(path).resolve()))
        models: dict[str, int] = {}
        for model_id, held in files.items():
            new = {one: size for one, size in held.items() if one[0] == device}
            size = sum(size for one, size in new.items() if one not in counted)
            counted.update(new)
            if size:
                models[model_id] = size
        if mounted.isValid():
            yield Disk(
                mounted.rootPath(),
                mounted.name() if mounted.name() != mounted.rootPath() else "",
                mounted.bytesTotal(),
                mounted.bytesAvailable(),
                models,
            )
