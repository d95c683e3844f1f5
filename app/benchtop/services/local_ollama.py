"""The models of Ollama: small manifests by name, and the bytes in blobs named by their SHA-256.

Layout (manifest/paths.go, manifest/manifest.go, types/model/name.go): ``manifests/HOST/OWNER/MODEL/TAG``
is JSON with ``layers`` of a ``mediaType`` and a ``digest``; ``blobs/sha256-HEX`` are the bytes. Newer
versions keep ``manifests-v2``, whose files may be lists of manifests. A download is
``sha256-HEX-partial`` until it is whole.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchtop.services.local_candidates import Candidate
from benchtop.services.local_places import Place
from benchtop.services.local_walk import Cancelled, files_below, never, small_text

_DIGEST = re.compile(r"sha256[:-]([0-9a-fA-F]{64})")
_TYPE = "application/vnd.ollama.image."
_OWN_HOSTS = frozenset({"registry.ollama.ai", "ollama.com"})
_HUB_HOSTS = frozenset({"hf.co", "huggingface.co"})
_RUNNERS = frozenset({"", "ollama", "llamacpp"})
"""Those that read GGUF files; the other one, mlx, does not."""
_NAME_PARTS = 4


@dataclass(frozen=True, slots=True)
class _Blob:
    path: Path
    sha256: str


def in_ollama(place: Place, cancelled: Cancelled = never) -> Iterator[Candidate]:
    """The models of Ollama's folder, each blob once, under the name that says most."""
    names: dict[str, list[Candidate]] = defaultdict(list)
    for folder in ("manifests-v2", "manifests"):
        root = place.folder / folder
        for file in files_below(root, cancelled):
            parts = file.path.relative_to(root).parts
            if len(parts) != _NAME_PARTS:
                continue
            for manifest in _manifests(small_text(file.path), place.folder):
                if candidate := _candidate(manifest, place.folder, parts):
                    names[candidate.sha256].append(candidate)
    for candidates in names.values():
        best = min(candidates, key=_plainness)
        projectors = [c.projector for c in candidates if c.projector]
        yield replace(best, projector=best.projector or next(iter(projectors), None))


def _plainness(candidate: Candidate) -> tuple[bool, int, str]:
    """Small for a good name: "llama3.2:3b" says more than "llama3.2:latest"."""
    return candidate.name.endswith(":latest"), len(candidate.name), candidate.name


def _manifests(text: str, root: Path) -> Iterator[dict[str, Any]]:
    """The manifest of a file, or those of its list that llama.cpp can use."""
    manifest = _read(text)
    listed = _dicts(manifest.get("manifests"))
    if not listed:
        yield manifest
        return
    for child in listed:
        if str(child.get("runner") or "").lower() not in _RUNNERS:
            continue
        if child.get("layers"):
            yield child
        elif blob := _blob(child, root):
            yield _read(small_text(blob.path))


def _candidate(manifest: dict[str, Any], root: Path, parts: tuple[str, ...]) -> Candidate | None:
    layers = _dicts(manifest.get("layers"))
    model = _layer(layers, "model", root)
    if model is None:
        return None
    projector = _layer(layers, "projector", root)
    host, owner, name, tag = parts
    shown = f"{name}:{tag}"
    if host in _OWN_HOSTS:
        shown = shown if owner == "library" else f"{owner}/{shown}"
    else:
        shown = f"{host}/{owner}/{shown}"
    return Candidate(
        (model.path,),
        shown,
        repo=f"{owner}/{name}" if host in _HUB_HOSTS else "",
        sha256=model.sha256,
        projector=projector.path if projector else None,
        own_name=True,
    )


def _layer(layers: list[dict[str, Any]], kind: str, root: Path) -> _Blob | None:
    """The first layer of a kind whose blob is there and as long as the manifest says."""
    for layer in layers:
        if layer.get("mediaType") != _TYPE + kind:
            continue
        blob, size = _blob(layer, root), layer.get("size")
        with suppress(OSError):
            if blob and (not isinstance(size, int) or blob.path.stat().st_size == size):
                return blob
    return None


def _blob(layer: dict[str, Any], root: Path) -> _Blob | None:
    """The file of a digest. A manifest is not trusted with any other name, which could lead elsewhere."""
    match = _DIGEST.fullmatch(str(layer.get("digest") or ""))
    if match is None:
        return None
    digest = match[1].lower()
    return _Blob(root / "blobs" / f"sha256-{digest}", digest)


def _read(text: str) -> dict[str, Any]:
    with suppress(ValueError, RecursionError):
        manifest = json.loads(text)
        if isinstance(manifest, dict):
            return manifest
    return {}


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
