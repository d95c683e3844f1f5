"""The Hub's cache on this disk, which other programs share: where a file goes, and how it is named.

Layout, as huggingface_hub documents and writes it (file_download.py): the bytes lie in
``models--OWNER--NAME/blobs/SHA256``; ``snapshots/COMMIT/PATH`` is a link to them; ``refs/main`` holds the
commit; ``.locks`` beside the repositories holds the locks of writers.
"""

from __future__ import annotations

import os
from contextlib import suppress
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
    """The cache as huggingface_hub finds it: HF_HUB_CACHE, HF_HOME/hub, else ~/.cache/huggingface/hub.

    As there, ``~`` and ``$NAME`` in it mean what they mean in a shell. It is absolute: a relative one
    counts from where the program was started.
    """
    for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        if os.environ.get(name):
            return _folder_of(os.environ[name])
    home = os.environ.get("HF_HOME")
    if home:
        return _folder_of(home) / "hub"
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return _folder_of(base) / "huggingface" / "hub"


def _folder_of(text: str) -> Path:
    """As huggingface_hub reads it; no link is followed, so that names stay those of the person."""
    plain = os.path.expandvars(os.path.expanduser(text))  # noqa: PTH111  (no error for a ~nobody)
    return Path(os.path.abspath(plain))  # noqa: PTH100


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


def is_in_cache(path: Path) -> bool:
    """Whether a file lies in the cache, where other programs may use it too."""
    return path.is_relative_to(cache_folder())


def is_linked_elsewhere(found: Path) -> bool:
    """Whether another revision in the cache has the same bytes under the same name."""
    parts = found.relative_to(cache_folder()).parts if is_in_cache(found) else ()
    if len(parts) < 4 or parts[1] != "snapshots":
        return False
    snapshots = cache_folder() / parts[0] / "snapshots"
    with suppress(OSError):
        others = [one for one in snapshots.iterdir() if one.name != parts[2]]
        bytes_of = found.resolve()
        return any(one.joinpath(*parts[3:]).resolve() == bytes_of for one in others)
    return False


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
