"""The values of a GGUF file, read one after another from a stream that nobody trusts.

Every length is checked against the size of the file before anything is allocated for it.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from typing import BinaryIO

MAX_TEXT_BYTES = 64 * 1024 * 1024
"""How much text is kept of one file: no real one has a hundredth of it."""
MAX_ARRAY = 16_777_216
KEPT_ARRAY = 64
"""Arrays up to this many items are kept as they are; of longer ones only the length is."""


Scalar = int | float | bool | str
SCALARS = {
    0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d",
}  # fmt: skip
STRING, ARRAY = 8, 9


@dataclass(frozen=True, slots=True)
class ArrayLength:
    """Stands for an array too long to keep: only how many items it has."""

    length: int


Value = Scalar | tuple[Scalar, ...] | ArrayLength


class Damage(Exception):
    """A contradiction inside the header, before the path is known."""


class Short(Exception):
    """The header ends before it says it does; carries the bytes that would be needed."""

    def __init__(self, need: int) -> None:
        self.need = need


class Reader:
    """Little-endian values from a stream of known size; refuses to read past its end. ``at`` is how far
    it is. Every method may raise Damage and Short."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream = stream
        self._size = size
        self._text_bytes = 0
        self.at = 0

    def take(self, count: int) -> bytes:
        """The next bytes."""
        if self.at + count > self._size:
            raise Short(self.at + count)
        data = self._stream.read(count)
        if len(data) != count:
            raise Short(self.at + count)
        self.at += count
        return data

    def skip(self, count: int) -> None:
        """Pass over bytes."""
        if self.at + count > self._size:
            raise Short(self.at + count)
        self._stream.seek(count, os.SEEK_CUR)
        self.at += count

    def unpack(self, code: str) -> Scalar:
        """A value by its code of the struct module."""
        value: Scalar = struct.unpack(code, self.take(struct.calcsize(code)))[0]
        return value

    def whole(self, code: str = "<Q") -> int:
        """A whole number."""
        value = self.unpack(code)
        assert isinstance(value, int)
        return value

    def string(self, limit: int | None = None) -> str:
        """A text, of at most ``limit`` bytes."""
        length = self.whole()
        if limit is not None and length > limit:
            raise Damage(f"a name of {length} bytes")
        self._text_bytes += length
        if self._text_bytes > MAX_TEXT_BYTES and self.at + length <= self._size:
            raise Damage(f"text of {self._text_bytes:,} bytes")
        return self.take(length).decode("utf-8", errors="replace")

    def value(self, kind: int) -> Value:
        """A value of the metadata, of one of the format's types."""
        if kind in SCALARS:
            return self.unpack(SCALARS[kind])
        if kind == STRING:
            return self.string()
        if kind == ARRAY:
            return self._array()
        raise Damage(f"a value of unknown type {kind}")

    def array_length(self) -> ArrayLength:
        """How many items the array has that begins here; its items are not read."""
        self.whole("<I")
        return ArrayLength(self._length())

    def _length(self) -> int:
        length = self.whole()
        if length > MAX_ARRAY:
            raise Damage(f"a list of {length} items")
        return length

    def _array(self) -> Value:
        kind, length = self.whole("<I"), self._length()
        if kind == STRING:
            return self._strings(length)
        if kind not in SCALARS:
            raise Damage(f"a list of unknown type {kind}")
        if length <= KEPT_ARRAY * 16:  # a value per layer is worth keeping, a vocabulary is not
            return tuple(self.unpack(SCALARS[kind]) for _ in range(length))
        self.skip(length * struct.calcsize(SCALARS[kind]))
        return ArrayLength(length)

    def _strings(self, length: int) -> Value:
        if length <= KEPT_ARRAY:
            return tuple(self.string() for _ in range(length))
        for _ in range(length):
            self.skip(self.whole())
        return ArrayLength(length)
