"""The Hub's cache on this disk, which other programs share: where a file goes, and how it is named.

Layout, as huggingface_hub documents and writes it (file_download.py): the bytes lie in
``models--OWNER--NAME/blobs/SHA256``; ``snapshots/COMMIT/PATH`` is a link to them; ``refs/main`` holds the
commit; ``.locks`` beside the repositories holds the locks of writers.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from benchtop.domain.repo_files import RepoFile, safe_path
from benchtop.store.whole_file import replace_file


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file is written (``target``), under which lock, and where it is found after that."""

    target: Path
    lock: Path
    found: Path


def cache_folder() -> Path:
    """The cache as huggingface_hub finds it: HF_HUB_CACHE, HF_HOME/hub, else ~/.cache/huggingface/hub."""
    for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        if os.environ.get(name):
            return Path(os.environ[name]).expanduser()
    home = os.environ.get("HF_HOME")
    if home:
        return Path(home).expanduser() / "hub"
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser() / "huggingface" / "hub"


def place_in_cache(cache: Path, repo: str, revision: str, file: RepoFile) -> Place:
    """The place of a file in the Hub's cache. Raises ValueError for a name that leads elsewhere."""
    path = safe_path(file.path)
    name = "models--" + repo.replace("/", "--")
    blob = file.sha256 or path.replace("/", "--")
    return Place(
        cache / name / "blobs" / blob,
        cache / ".locks" / name / f"{blob}.lock",
        cache / name / "snapshots" / revision / path,
    )


def place_in_folder(folder: Path, repo: str, file: RepoFile) -> Place:
    """The place of a file in a folder of the person's own: OWNER/NAME/PATH, as LM Studio keeps it."""
    target = folder / repo / safe_path(file.path)
    return Place(target, target.with_name(f".{target.name}.lock"), target)


def show_in_snapshot(place: Place, cache: Path, repo: str, revision: str) -> None:
    """Make the file known in the cache under its own name; raises OSError.

    A link where the system has them, else the file itself is moved there, as the library does.
    """
    if place.found == place.target or place.found.exists():
        return
    place.found.parent.mkdir(parents=True, exist_ok=True)
    place.found.unlink(missing_ok=True)  # a link to what is gone
    try:
        place.found.symlink_to(os.path.relpath(place.target, place.found.parent))
    except (NotImplementedError, OSError):
        place.target.replace(place.found)
    refs = cache / ("models--" + repo.replace("/", "--")) / "refs"
    refs.mkdir(parents=True, exist_ok=True)
    replace_file(refs / "main", revision.encode())
