"""Texts in the metadata of a small GGUF file, put in place of those there; all else stays byte for byte.

Format: GGUF 3 (docs/gguf.md of ggml): magic, version, the counts of tensors and of keys, then key by key its
name, the type of its value and the value; then the tensors' names, shapes, types and places, which count from
the end of that, rounded up to ``general.alignment``.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchtop.domain.gguf import read_header
from benchtop.domain.model_errors import GgufDamaged
from benchtop.store.whole_file import replace_file_by_parts

_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_STRING, _ARRAY = 8, 9
_HEAD = struct.Struct("<4sIQQ")
_DEFAULT_ALIGNMENT = 32
LARGEST = 2_000_000_000
"""Bytes of a file that is read into memory for this."""


def replace_texts(path: Path, texts: Mapping[str, str]) -> None:
    """Put these texts into the metadata of the file at ``path``: it has the old ones or the new, whatever
    dies in between.

    Raises what read_header() raises, GgufDamaged also for a file that is too large or not of version 3, and
    OSError.
    """
    header = read_header(path)
    if header.version != 3 or path.stat().st_size > LARGEST:
        raise GgufDamaged(path=str(path), detail="its metadata cannot be changed")
    data = path.read_bytes()
    alignment = header.number("general.alignment", _DEFAULT_ALIGNMENT) or _DEFAULT_ALIGNMENT
    replace_file_by_parts(path, _parts(data, texts, alignment, header.data_offset))


def _parts(data: bytes, texts: Mapping[str, str], alignment: int, weights: int) -> Iterator[bytes]:
    magic, version, tensors, keys = _HEAD.unpack_from(data)
    at, kept = _HEAD.size, []
    for _ in range(keys):
        begin = at
        name, at = _string(data, at)
        at = _past(data, at)
        if name not in texts:
            kept.append(data[begin:at])
    new = [
        _packed(name) + struct.pack("<I", _STRING) + _packed(text) for name, text in texts.items()
    ]
    end = _past_tensors(data, at, tensors)
    head = _HEAD.pack(magic, version, tensors, len(kept) + len(new))
    before = b"".join((head, *kept, *new, data[at:end]))
    yield before
    yield b"\0" * (-len(before) % alignment)
    yield data[weights:]


def _past(data: bytes, at: int) -> int:
    """Where a value ends whose type stands at ``at``."""
    (kind,) = struct.unpack_from("<I", data, at)
    return _past_value(data, at + 4, kind)


def _past_value(data: bytes, at: int, kind: int) -> int:
    if kind in _SIZES:
        return at + _SIZES[kind]
    if kind == _STRING:
        return _string(data, at)[1]
    inner, count = struct.unpack_from("<IQ", data, at)
    at += 12
    if inner in _SIZES:
        return int(at + _SIZES[inner] * count)
    for _ in range(count):
        at = _past_value(data, at, inner)
    return at


def _past_tensors(data: bytes, at: int, count: int) -> int:
    for _ in range(count):
        at = _string(data, at)[1]
        (dimensions,) = struct.unpack_from("<I", data, at)
        at += 4 + 8 * dimensions + 4 + 8
    return at


def _string(data: bytes, at: int) -> tuple[str, int]:
    (length,) = struct.unpack_from("<Q", data, at)
    end = at + 8 + length
    return data[at + 8 : end].decode("utf-8", "replace"), end


def _packed(text: str) -> bytes:
    encoded = text.encode("utf-8", "replace")
    return struct.pack("<Q", len(encoded)) + encoded
