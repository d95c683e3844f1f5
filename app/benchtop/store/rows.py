"""Values of the domain as SQLite holds them, and back."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from benchtop.domain.generation import AdapterUse, Timings
from benchtop.domain.memory import ModelShape
from benchtop.domain.models import Companion
from benchtop.domain.repo_files import RepoFile

_TIMING_NAMES = frozenset(f.name for f in fields(Timings))
_SHAPE_NAMES = frozenset(f.name for f in fields(ModelShape))
_LARGEST = 2**63 - 1


def clean(text: str) -> str:
    """The text as UTF-8 can hold it: halves of a character become U+FFFD, two halves one character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def clean_optional(text: str | None) -> str | None:
    """clean(), for text that may be missing."""
    return None if text is None else clean(text)


def pack(values: Mapping[str, Any]) -> str:
    """A mapping as JSON; empty text for an empty one, which is most of them and needs no parsing."""
    return json.dumps(dict(values), separators=(",", ":")) if values else ""


def unpack(text: str) -> dict[str, Any]:
    """The inverse of pack()."""
    return json.loads(text) if text else {}


def pack_adapters(adapters: tuple[AdapterUse, ...]) -> str:
    """Adapters as JSON, whose escapes also hold file names that are no UTF-8."""
    if not adapters:
        return ""
    return json.dumps([asdict(adapter) for adapter in adapters], separators=(",", ":"))


def unpack_adapters(text: str) -> tuple[AdapterUse, ...]:
    """The inverse of pack_adapters()."""
    plain = json.loads(text) if text else ()
    return tuple(AdapterUse(a["path"], a["scale"], a.get("name", "")) for a in plain)


def pack_files(files: Sequence[RepoFile]) -> str:
    """Files of a repository as JSON, whose escapes hold any name and any size."""
    return json.dumps([asdict(file) for file in files], separators=(",", ":"))


def unpack_files(text: str) -> tuple[RepoFile, ...]:
    """The inverse of pack_files()."""
    return tuple(RepoFile(f["path"], f["size"], f["sha256"]) for f in json.loads(text))


def pack_companions(files: Sequence[Companion]) -> str:
    """A model's further files as JSON, whose escapes also hold names that are no UTF-8."""
    return json.dumps([asdict(file) for file in files], separators=(",", ":")) if files else ""


def unpack_companions(text: str) -> tuple[Companion, ...]:
    """The inverse of pack_companions()."""
    return tuple(Companion(**file) for file in json.loads(text)) if text else ()


def pack_shape(shape: ModelShape | None) -> str:
    """The numbers of a header as JSON, of any size; empty text for none."""
    return json.dumps(asdict(shape), separators=(",", ":")) if shape is not None else ""


def unpack_shape(text: str) -> ModelShape | None:
    """The inverse of pack_shape(); names of a later version are ignored."""
    if not text:
        return None
    return ModelShape(**{k: v for k, v in json.loads(text).items() if k in _SHAPE_NAMES})


def pack_timings(timings: Timings | None) -> str:
    """Timings as JSON, or empty text."""
    return json.dumps(asdict(timings), separators=(",", ":")) if timings else ""


def unpack_timings(text: str) -> Timings | None:
    """The inverse of pack_timings(); names of a later version are ignored."""
    if not text:
        return None
    return Timings(**{k: v for k, v in json.loads(text).items() if k in _TIMING_NAMES})


def pack_path(path: str) -> str | bytes:
    """A path as text, or as its bytes where those are no UTF-8."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return os.fsencode(path)
    return path


def unpack_path(stored: str | bytes) -> str:
    """The inverse of pack_path()."""
    return os.fsdecode(stored) if isinstance(stored, bytes) else stored


def fitting(number: int) -> int:
    """A number from a stranger's file, cut to what SQLite's 64 bits hold."""
    return max(-_LARGEST, min(number, _LARGEST))
