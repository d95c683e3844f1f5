"""Reads what Qt's QDataStream writes, as of Qt 6: numbers of the biggest byte first, texts as UTF-16.

Bounded by the bytes that are there: a length that cannot be is a StreamDamaged, never memory.
"""

from __future__ import annotations

import struct

_NULL, _LONG = 0xFFFFFFFF, 0xFFFFFFFE
_TEXT_VARIANT = 10  # QMetaType::QString


class StreamDamaged(ValueError):
    """It ends too soon, or holds what cannot be."""


class QtStream:
    """Values one after the other, as their C++ types are written."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    @property
    def left(self) -> int:
        """How many bytes are still to come."""
        return len(self._data) - self._at

    def skip(self, count: int) -> None:
        """Pass over so many bytes."""
        self._take(count)

    def unsigned32(self) -> int:
        """quint32"""
        return self._number(">I", 4)

    def signed32(self) -> int:
        """int, qint32 and an enum class"""
        return self._number(">i", 4)

    def signed64(self) -> int:
        """qint64 and qsizetype"""
        return self._number(">q", 8)

    def unsigned64(self) -> int:
        """quint64"""
        return self._number(">Q", 8)

    def flag(self) -> bool:
        """bool"""
        return self._take(1) != b"\0"

    def text(self) -> str:
        """QString; a null one is empty."""
        data = self.raw()
        if len(data) % 2:
            raise StreamDamaged("half a letter")
        return data.decode("utf-16-be", "replace")

    def raw(self) -> bytes:
        """QByteArray, and the bytes of a QString and of a QUrl."""
        length = self.unsigned32()
        if length == _NULL:
            return b""
        if length == _LONG:
            length = self.signed64()
        return self._take(length)

    def texts(self) -> list[str]:
        """QList<QString>"""
        return [self.text() for _ in range(self.count(self.unsigned32()))]

    def variant(self) -> str:
        """A QVariant that holds a text, or nothing; any other is refused."""
        kind, is_null = self.unsigned32(), self.flag()
        if kind == _TEXT_VARIANT:
            return self.text()
        if kind == 0 and is_null:
            self.text()  # an invalid QVariant is followed by an empty QString
            return ""
        raise StreamDamaged(f"a value of kind {kind}")

    def count(self, number: int) -> int:
        """The number, if so many things can still come."""
        if not 0 <= number <= len(self._data) - self._at:
            raise StreamDamaged(f"{number} of something")
        return number

    def _number(self, form: str, size: int) -> int:
        found: int = struct.unpack(form, self._take(size))[0]
        return found

    def _take(self, count: int) -> bytes:
        end = self._at + count
        if count < 0 or end > len(self._data):
            raise StreamDamaged("it ends too soon")
        found, self._at = self._data[self._at : end], end
        return found
