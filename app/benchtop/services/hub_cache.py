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
    found = cache / name / "snapshots" / revision / path
    lock = cache / ".locks" / name / f"{blob}.lock"
    if found.is_file() and not found.is_symlink():  # no links here: the bytes lie there themselves
        return Place(found, lock, found)
    return Place(cache / name / "blobs" / blob, lock, found)


def place_in_folder(folder: Path, repo: str, file: RepoFile) -> Place:
    """The place of a file in a folder of the person's own: OWNER/NAME/PATH, as LM Studio keeps it."""
    target = folder / repo / safe_path(file.path)
    return Place(target, target.with_name(f".{target.name}.lock"), target)


def show_in_snapshot(
    place: Place, cache: Path, repo: str, revision: str, ref: str = "main"
) -> None:
    """Make the file known in the cache under its own name; raises OSError.

    A link where the system has them, else the file itself is moved there, as the library does.
    ``ref`` is the name by which the revision was asked for. A commit that is noted for it already
    stays: a download may end long after its repository went on.
    """
    if place.found == place.target or place.found.exists():
        return
    place.found.parent.mkdir(parents=True, exist_ok=True)
    place.found.unlink(missing_ok=True)  # a link to what is gone
    try:
        place.found.symlink_to(os.path.relpath(place.target, place.found.parent))
    except OSError:
        if not place.found.exists():  # else another program was faster
            place.target.replace(place.found)
    noted = cache / ("models--" + repo.replace("/", "--")) / "refs" / safe_path(ref)
    if ref != revision and not noted.exists():
        noted.parent.mkdir(parents=True, exist_ok=True)
        replace_file(noted, revision.encode())
