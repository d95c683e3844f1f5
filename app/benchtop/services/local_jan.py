"""The models of Jan: a folder for each with a ``model.yml``, which may name a file anywhere else.

Layout (extensions/llamacpp-extension/src/index.ts): ``model_path`` and ``mmproj_path`` are relative to
Jan's data folder, or absolute for a file that was imported where it lay; the model's id is the folder's path.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from benchtop.services.local_candidates import Candidate, in_folder, whole_models
from benchtop.services.local_places import Place
from benchtop.services.local_walk import Cancelled, FoundFile, files_below, never, small_text

_LINE = re.compile(r"^(\w+)[ \t]*:[ \t]+(.*?)[ \t]*$", re.MULTILINE)
_SHARD_NUMBER = re.compile(r"-[0-9]{5}(-of-[0-9]{5}\.gguf)$", re.IGNORECASE)


def in_jan(place: Place, cancelled: Cancelled = never) -> Iterator[Candidate]:
    """The models that Jan lists, then files in its folder that it does not list (older versions')."""
    for file in files_below(place.folder, cancelled):
        if file.path.name == "model.yml" and (candidate := _listed(file.path, place)):
            yield candidate
    yield from in_folder(place, cancelled)


def _listed(config: Path, place: Place) -> Candidate | None:
    values = {key: _plain(value) for key, value in _LINE.findall(small_text(config))}
    path, base = values.get("model_path", ""), place.base or place.folder
    if not path or "\0" in path:
        return None
    # Of shards, the model.yml names the first, and the others lie beside it.
    models = [m for m in whole_models(_beside(base / path)) if m.first.path == base / path]
    if not models:
        return None
    projector = values.get("mmproj_path", "")
    return Candidate(
        tuple(file.path for file in models[0].files),
        values.get("name") or config.parent.relative_to(place.folder).as_posix(),
        projector=base / projector if projector else None,
        own_name=True,
    )


def _beside(path: Path) -> Iterator[FoundFile]:
    """The file, or where its name is that of a shard, all files of its folder."""
    if _SHARD_NUMBER.search(path.name):
        yield from files_below(path.parent, depth=0)
        return
    try:
        if path.is_file():
            yield FoundFile(path, path.stat().st_size, path.is_symlink())
    except OSError:
        return


def _plain(value: str) -> str:
    """A plain YAML text without its quotes."""
    if len(value) > 1 and value[0] == value[-1] == "'":
        return value[1:-1].replace("''", "'")
    if len(value) > 1 and value[0] == value[-1] == '"':
        return value[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    return value
