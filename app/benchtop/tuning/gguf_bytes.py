"""The bytes of a GGUF header, to write one, or to keep what another file says byte for byte.

Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md. Versions 2 and 3 differ in nothing that is
touched here; version 3 is written. The writer of the package gguf is not used: it writes tensors with numpy's
``tofile``, which says nothing when the disk is full.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchtop.domain.gguf import MAGIC, MAX_KEY_BYTES, GgufHeader
from benchtop.domain.gguf_reader import Reader

_UINT32, _FLOAT32, _STRING, _UINT64, _INT64 = 4, 6, 8, 10, 11
_USUAL_ALIGNMENT = 32
_COUNTS = struct.calcsize("<4sIQQ")


@dataclass(frozen=True, slots=True)
class TensorPlan:
    """A tensor to write: its name, its shape (fastest dimension first), its type and its bytes."""

    name: str
    shape: tuple[int, ...]
    type_id: int
    nbytes: int


def raw_metadata(path: Path, header: GgufHeader) -> dict[str, bytes]:
    """Each key of the file with all of its bytes: key, type and value. ``header`` is that of the file.

    Raises what ``read_header`` raised for the same file: nothing, if it is still the same.
    """
    found: dict[str, bytes] = {}
    with path.open("rb") as stream:
        reader = Reader(stream, path.stat().st_size)
        reader.take(_COUNTS)
        starts: list[tuple[str, int]] = []
        for _ in header.metadata:
            at = reader.at
            starts.append((reader.string(MAX_KEY_BYTES), at))
            reader.value(reader.whole("<I"))
        ends = [at for _name, at in starts[1:]] + [reader.at]
        for (name, at), end in zip(starts, ends, strict=True):
            stream.seek(at)
            found[name] = stream.read(end - at)
    return found


def raw_value(name: str, value: str | float) -> bytes:
    """The bytes of a key that is a text, a whole number, or a number, which is written in 32 bits."""
    if isinstance(value, str):
        return _text(name) + struct.pack("<I", _STRING) + _text(value)
    if isinstance(value, float):
        return _text(name) + struct.pack("<If", _FLOAT32, value)
    if value < 0:
        return _text(name) + struct.pack("<Iq", _INT64, value)
    kind, code = (_UINT32, "<II") if value < 1 << 32 else (_UINT64, "<IQ")
    return _text(name) + struct.pack(code, kind, value)


def header_bytes(
    metadata: Mapping[str, bytes], alignment: object, tensors: Sequence[TensorPlan]
) -> bytes:
    """All that stands before the first tensor's bytes. ``alignment`` is ``general.alignment`` where the file
    has that; every tensor is to be filled up with ``padding``."""
    parts = [struct.pack("<4sIQQ", MAGIC, 3, len(tensors), len(metadata)), *metadata.values()]
    offset = 0
    for tensor in tensors:
        parts.append(_text(tensor.name))
        parts.append(struct.pack(f"<I{len(tensor.shape)}Q", len(tensor.shape), *tensor.shape))
        parts.append(struct.pack("<IQ", tensor.type_id, offset))
        offset += tensor.nbytes + padding(tensor.nbytes, alignment)
    length = sum(len(part) for part in parts)
    return b"".join([*parts, bytes(padding(length, alignment))])


def padding(length: int, alignment: object) -> int:
    """How many bytes of nothing follow so many."""
    step = alignment if isinstance(alignment, int) else _USUAL_ALIGNMENT
    return -length % step


def _text(value: str) -> bytes:
    raw = value.encode("utf-8", "replace")
    return struct.pack("<Q", len(raw)) + raw
