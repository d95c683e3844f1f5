"""Folders as other programs lay them out, with real small GGUF files in them."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import gguf
import numpy as np

from benchtop.services.local_models import LocalModel, find_local
from benchtop.services.local_places import Layout, Place
from unit.domain.gguf_files import write_gguf

TYPE = "application/vnd.ollama.image."
LIBRARY = "registry.ollama.ai/library"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


@cache
def model_bytes(mark: str = "") -> bytes:
    """A whole small model; another mark makes another file."""
    with TemporaryDirectory() as folder:
        name = (mark or "Tiny", gguf.GGUFValueType.STRING)
        return write_gguf(Path(folder) / "tiny.gguf", general__description=name)


@cache
def other_bytes(architecture: str, *, kind: str = "", tensors: int = 1, words: int = 0) -> bytes:
    """A GGUF file that is something else than a whole language model."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "other.gguf"
        writer = gguf.GGUFWriter(path, architecture)
        if kind:
            writer.add_type(kind)
        if words:
            writer.add_token_list([f"word {number}" for number in range(words)])
        for number in range(tensors):
            writer.add_tensor(f"t{number}.weight", np.ones((2, 32), dtype=np.float32))
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        return path.read_bytes()


def adapter_bytes() -> bytes:
    return other_bytes("llama", kind="adapter", words=3)


def projector_bytes() -> bytes:
    return other_bytes("clip", kind="mmproj")


def put(path: Path, data: bytes | None = None) -> Path:
    """A file with all folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(model_bytes() if data is None else data)
    return path


def put_text(path: Path, text: str) -> Path:
    return put(path, text.encode())


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def in_hub(
    cache_folder: Path, repo: str, path: str, data: bytes | None = None, commit: str = COMMIT
) -> Path:
    """A file of a repository in the Hub's cache; returns its place in the snapshot."""
    data = model_bytes() if data is None else data
    root = cache_folder / f"models--{repo.replace('/', '--')}"
    blob = put(root / "blobs" / sha256(data), data)
    shown = root / "snapshots" / commit / path
    shown.parent.mkdir(parents=True, exist_ok=True)
    shown.symlink_to(os.path.relpath(blob, shown.parent))
    put_text(root / "refs" / "main", COMMIT)
    return shown


def in_ollama(
    models: Path, name: str, layers: dict[str, bytes], *, manifests: str = "manifests", **facts: Any
) -> Path:
    """A model of Ollama by its full name (HOST/OWNER/MODEL/TAG); returns the blob of its model."""
    listed = []
    for kind, data in layers.items():
        put(models / "blobs" / f"sha256-{sha256(data)}", data)
        digest = f"sha256:{sha256(data)}"
        listed.append({"mediaType": TYPE + kind, "digest": digest, "size": len(data)})
    manifest = {"schemaVersion": 2, "layers": listed, **facts}
    put_text(models / manifests / name, json.dumps(manifest))
    return models / "blobs" / f"sha256-{sha256(layers.get('model', b''))}"


def shards(folder: Path, stem: str, count: int) -> list[Path]:
    """A model in parts; only the first has the tokenizer, as llama-gguf-split writes them."""
    first = put(folder / f"{stem}-00001-of-{count:05}.gguf")
    rest = [
        put(folder / f"{stem}-{number:05}-of-{count:05}.gguf", other_bytes("llama"))
        for number in range(2, count + 1)
    ]
    return [first, *rest]


def tree(root: Path) -> dict[str, tuple[int, int]]:
    """All entries below a folder with their size and time: to see that nothing was written."""
    return {
        str(path.relative_to(root)): (path.lstat().st_size, path.lstat().st_mtime_ns)
        for path in sorted(root.rglob("*"))
    }


def copies(source: Path, folder: Path, count: int) -> None:
    """Many files of their own with the same bytes."""
    for number in range(count):
        target = folder / f"owner{number % 20}" / f"model{number}" / f"m{number}.gguf"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def find(folder: Path, layout: Layout = "folder", base: Path | None = None) -> list[LocalModel]:
    before = tree(folder)
    found = list(find_local([Place("Program", folder, layout, base)]))
    assert tree(folder) == before  # nothing is written
    return found


def names(folder: Path, layout: Layout = "folder", base: Path | None = None) -> list[str]:
    return [model.name for model in find(folder, layout, base)]
