"""The JSON of a model, by the Hub's names for its properties.

Which properties an answer has: https://huggingface.co/docs/hub/api, and what ModelInfo of
huggingface_hub reads.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from local_hub.repository import Commit, Repository
from local_hub.stored_file import StoredFile

Maker = Callable[[Repository, Commit], Any]


def moment(when: datetime) -> str:
    """As the Hub writes times: UTC to the millisecond."""
    return when.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def lfs_json(stored: StoredFile, hash_name: str) -> dict[str, Any]:
    """Size and hash of an LFS file; the hash is "sha256" among siblings and "oid" in a tree."""
    return {hash_name: stored.sha256, "size": stored.size, "pointerSize": len(stored.pointer)}


def _sibling(stored: StoredFile) -> dict[str, Any]:
    found: dict[str, Any] = {
        "rfilename": stored.path,
        "blobId": stored.blob_id,
        "size": stored.size,
    }
    return found | ({"lfs": lfs_json(stored, "sha256")} if stored.lfs else {})


def _used_storage(_repository: Repository, commit: Commit) -> int:
    return sum(stored.size for stored in commit.files.values() if stored.lfs)


PROPERTIES: dict[str, Maker] = {
    "author": lambda repository, _: repository.author,
    "baseModels": lambda repository, _: [repository.base_model] if repository.base_model else None,
    "cardData": lambda repository, _: repository.card_data(),
    "config": lambda *_: {},
    "createdAt": lambda repository, _: moment(repository.created),
    "disabled": lambda repository, _: repository.disabled,
    "downloads": lambda repository, _: repository.downloads,
    "downloadsAllTime": lambda repository, _: repository.downloads * 10,
    "gated": lambda repository, _: repository.gated,
    "gguf": lambda repository, _: dict(repository.gguf) if repository.gguf else None,
    "inference": lambda *_: None,
    "inferenceProviderMapping": lambda *_: [],
    "lastModified": lambda _, commit: moment(commit.date),
    "library_name": lambda repository, _: repository.library or None,
    "likes": lambda repository, _: repository.likes,
    "model-index": lambda *_: None,
    "pipeline_tag": lambda repository, _: repository.pipeline or None,
    "private": lambda repository, _: repository.private,
    "resourceGroup": lambda *_: None,
    "safetensors": lambda *_: None,
    "sha": lambda _, commit: commit.sha,
    "siblings": lambda _, commit: [{"rfilename": path} for path in sorted(commit.files)],
    "spaces": lambda *_: [],
    "tags": lambda repository, _: repository.all_tags,
    "trendingScore": lambda repository, _: repository.trending,
    "usedStorage": _used_storage,
}
"""Every property that ``expand`` may name here."""

LISTED = (
    "likes", "trendingScore", "private", "downloads", "tags", "pipeline_tag", "library_name", "createdAt",
)  # fmt: skip
FULL = (*LISTED, "author", "gated", "lastModified", "sha", "siblings")
ONE = (
    *FULL, "disabled", "model-index", "config", "cardData", "gguf", "spaces", "usedStorage",
)  # fmt: skip


def listed(repository: Repository, names: Iterable[str]) -> dict[str, Any]:
    """A model in a list, with these properties; those without a value are left out, as on the Hub."""
    return _identity(repository) | _chosen(repository, repository.head, names)


def one_model(repository: Repository, commit: Commit, *, blobs: bool) -> dict[str, Any]:
    """A model by itself; ``blobs`` adds sizes and hashes to its siblings."""
    found = _identity(repository) | _chosen(repository, commit, ONE)
    if blobs:
        found["siblings"] = [_sibling(commit.files[path]) for path in sorted(commit.files)]
    return found


def expanded(repository: Repository, commit: Commit, names: Iterable[str]) -> dict[str, Any]:
    """A model by itself with the properties asked for and no others."""
    return _identity(repository) | _chosen(repository, commit, names)


def _identity(repository: Repository) -> dict[str, Any]:
    made_up = hashlib.sha1(repository.id.encode()).hexdigest()[:24]
    return {"_id": made_up, "id": repository.id, "modelId": repository.id}


def _chosen(repository: Repository, commit: Commit, names: Iterable[str]) -> dict[str, Any]:
    made = ((name, PROPERTIES[name](repository, commit)) for name in names)
    return {name: value for name, value in made if value is not None}
