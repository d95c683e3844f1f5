"""The files and folders of a commit, as ``/tree`` and ``/paths-info`` give them."""

from __future__ import annotations

import hashlib
from typing import Any

from local_hub.model_json import lfs_json, moment
from local_hub.repository import Commit
from local_hub.stored_file import StoredFile

PAGE = 1000
EXPANDED_PAGE = 50
"""Entries on a page, and when the last commit of each is asked for too (huggingface_hub's list_repo_tree)."""

Entry = tuple[str, StoredFile | None]
"""A path, and its file; None for a folder."""


def entries(commit: Commit, folder: str, *, recursive: bool) -> list[Entry] | None:
    """What lies in a folder ("" is the root), or below it; None if there is no such folder."""
    prefix = f"{folder}/" if folder else ""
    below = [path for path in sorted(commit.files) if path.startswith(prefix)]
    if not below and folder:
        return None
    found: dict[str, StoredFile | None] = {}
    for path in below:
        names = path[len(prefix) :].split("/")
        depth = len(names) if recursive else 1
        for count in range(1, depth + 1):
            here = prefix + "/".join(names[:count])
            found[here] = commit.files[path] if count == len(names) else None
    return sorted(found.items())


def named_entries(commit: Commit, paths: list[str]) -> list[Entry]:
    """Those of these paths that are there, as files or folders."""
    found: list[Entry] = []
    for path in paths:
        if path in commit.files:
            found.append((path, commit.files[path]))
        elif any(name.startswith(f"{path}/") for name in commit.files):
            found.append((path, None))
    return found


def entry_json(entry: Entry, commit: Commit, *, expand: bool, xet: bool) -> dict[str, Any]:
    """One entry; ``expand`` adds its last commit, ``xet`` the hash by which Xet knows a file."""
    path, stored = entry
    if stored is None:
        oid = hashlib.sha1(f"{commit.sha} {path}".encode()).hexdigest()
        found: dict[str, Any] = {"type": "directory", "oid": oid, "size": 0, "path": path}
    else:
        found = {"type": "file", "oid": stored.blob_id, "size": stored.size, "path": path}
    if stored is not None and stored.lfs:
        found["lfs"] = lfs_json(stored, "oid")
        if xet:
            found["xetHash"] = stored.xet_hash
    if expand:
        last = {"id": commit.sha, "title": commit.title, "date": moment(commit.date)}
        found["lastCommit"] = last
    return found
