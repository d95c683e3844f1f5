"""Files of other programs that may be models, by their places and names alone: nothing is opened here.

Shards are put together (llama.cpp's ``NAME-00001-of-00003.gguf``), and each model gets the projector
beside it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from benchtop.domain.repo_files import RepoFile, group_files
from benchtop.services.local_places import Place
from benchtop.services.local_walk import (
    Cancelled,
    FoundFile,
    files_below,
    folders_in,
    never,
    small_text,
)

_SHARD = re.compile(
    r"(?P<stem>.+)-(?P<number>[0-9]{5})-of-(?P<count>[0-9]{5})\.gguf", re.IGNORECASE
)
_SHA256_NAME = re.compile(r"(?:sha256-)?([0-9a-f]{64})", re.IGNORECASE)
_UNFINISHED = "incomplete-"
"""What GPT4All puts in front of a name until the download is whole (modellist.cpp)."""
_SAYS_NOTHING = frozenset({"model", "ggml-model"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may be a model: its files in their order, and what its place says of it.

    ``sha256`` is of the first file. ``own_name`` says that the program has a name of its own for it.
    """

    files: tuple[Path, ...]
    name: str
    repo: str = ""
    revision: str = ""
    remote_path: str = ""
    sha256: str = ""
    projector: Path | None = None
    own_name: bool = False


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """The files of one model in their order, and the projector that suits it by name."""

    files: tuple[FoundFile, ...]
    projector: Path | None

    @property
    def first(self) -> FoundFile:
        """The one that llama.cpp is given."""
        return self.files[0]


def in_folder(place: Place, cancelled: Cancelled = never) -> Iterator[Candidate]:
    """The models of a folder; OWNER/NAME/FILE says the repository where the layout is "publisher"."""
    for model in whole_models(files_below(place.folder, cancelled)):
        parts = model.first.path.relative_to(place.folder).parts
        repo = rest = ""
        if place.layout == "publisher" and len(parts) > 2:
            repo, rest = f"{parts[0]}/{parts[1]}", "/".join(parts[2:])
        name = f"{repo}:{rest}" if repo else plain_name(model.first.path, place.folder)
        yield Candidate(_paths(model), name, repo=repo, remote_path=rest, projector=model.projector)


def in_hub_cache(place: Place, cancelled: Cancelled = never) -> Iterator[Candidate]:
    """The models of a cache of the Hub; what its main branch points at comes first."""
    for folder in folders_in(place.folder):
        kind, _, rest = folder.name.partition("--")
        if kind != "models" or not rest:
            continue
        repo = rest.replace("--", "/", 1)
        main = small_text(folder / "refs" / "main").strip()
        snapshots = sorted(folders_in(folder / "snapshots"), key=lambda s: s.name != main)
        for snapshot in snapshots:
            if cancelled():
                return
            for model in whole_models(files_below(snapshot, cancelled)):
                yield _of_snapshot(model, repo, snapshot)


def _of_snapshot(model: ModelFiles, repo: str, snapshot: Path) -> Candidate:
    path = model.first.path.relative_to(snapshot).as_posix()
    return Candidate(
        _paths(model),
        f"{repo}:{path}",
        repo=repo,
        revision=snapshot.name,
        remote_path=path,
        sha256=_sum_of_link(model.first),
        projector=model.projector,
    )


def _sum_of_link(file: FoundFile) -> str:
    """The SHA-256 that the name of a link's target says: so the Hub's cache and Ollama name their blobs."""
    with suppress(OSError):
        target = file.path.readlink() if file.is_link else file.path
        if target.parent.name == "blobs" and (match := _SHA256_NAME.fullmatch(target.name)):
            return match[1].lower()
    return ""


def whole_models(files: Iterable[FoundFile]) -> list[ModelFiles]:
    """The models among files, the real files before links to them, and the nearer ones first.

    Unfinished downloads are left out, and so is what has a part missing.
    """
    by_folder: dict[Path, list[FoundFile]] = defaultdict(list)
    for file in files:
        name = file.path.name.lower()
        if name.endswith(".gguf") and file.size and not name.startswith(_UNFINISHED):
            by_folder[file.path.parent].append(file)
    models = [model for files in by_folder.values() for model in _of_one_folder(files)]
    return sorted(models, key=lambda model: model.first.is_link)


def _of_one_folder(files: Sequence[FoundFile]) -> Iterator[ModelFiles]:
    choices = group_files(RepoFile(file.path.name, file.size) for file in files)
    projectors = {c.files[0].path: c.mmproj.path for c in choices if c.mmproj}
    sets: dict[tuple[str, int], dict[int, FoundFile]] = defaultdict(dict)
    for file in files:
        match = _SHARD.fullmatch(file.path.name)
        stem, number, count = (
            (match["stem"], int(match["number"]), int(match["count"]))
            if match
            else (file.path.name, 1, 1)
        )
        sets[stem, count][number] = file
    for (_, count), parts in sets.items():
        if len(parts) == count and set(parts) == set(range(1, count + 1)):
            projector = projectors.get(parts[1].path.name)
            beside = parts[1].path.with_name(projector) if projector else None
            yield ModelFiles(tuple(parts[n] for n in sorted(parts)), beside)


def plain_name(path: Path, root: Path) -> str:
    """A file's name for people: without ending and part number, or its folder's where it says nothing."""
    match = _SHARD.fullmatch(path.name)
    stem = match["stem"] if match else path.stem
    if stem.lower() in _SAYS_NOTHING and path.parent != root:
        return path.parent.relative_to(root).as_posix()
    return stem


def _paths(model: ModelFiles) -> tuple[Path, ...]:
    return tuple(file.path for file in model.files)
