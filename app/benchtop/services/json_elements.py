"""The values of a large JSON file one after another, without ever holding all of it.

Taken are: the elements of an array; those of the list in an object around it, such as {"version": 1, "data":
[…]}; and values that follow each other, with or without lines between them. A value's end is found by
counting brackets outside strings, so that one that is no JSON is told and the next still found.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from benchtop.services.text_lines import MOST_LINE, LineTrouble

_CHUNK = 1 << 18
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|["\[{\]},\n]', re.DOTALL)
_STRING_REST = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)
_BLANK = re.compile(rb"[ \t\r\n,]*+")
_WRAPPER = re.compile(
    rb'\{(?:\s*+"[^"\\]*+"\s*+:\s*+(?:"(?:[^"\\]|\\.)*+"|[-+.\w]++)\s*+,)*+'
    rb'\s*+"([^"\\]*+)"\s*+:\s*+\[\s*+\{'
)
_HEAD = 1 << 16
"""Bytes of a file in which the list of an object around its examples begins."""
_TALKS = frozenset(
    (b"messages", b"conversations", b"conversation", b"prompt", b"chosen", b"rejected")
)
"""Names of lists that belong to one example."""


@dataclass(frozen=True, slots=True)
class Element:
    """The text of one value, and the line it begins on."""

    line: int
    text: str | LineTrouble


def json_elements(path: Path) -> Iterator[Element]:
    """The values in the file, each at most MOST_LINE bytes; raises OSError."""
    with path.open("rb") as stream:
        yield from _Scanner(_utf8_chunks(stream)).elements()


def _utf8_chunks(stream: BinaryIO) -> Iterator[bytes]:
    """The file in parts, without its mark, UTF-16 turned into UTF-8."""
    mark = stream.read(3)
    if mark[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        stream.seek(0)
        decoder = codecs.getincrementaldecoder("utf-16")("replace")
        while chunk := stream.read(_CHUNK):
            yield decoder.decode(chunk).encode()
        yield decoder.decode(b"", final=True).encode()
        return
    stream.seek(3 if mark == codecs.BOM_UTF8 else 0)
    while chunk := stream.read(_CHUNK):
        yield chunk


class _Scanner:
    """Reads chunks into a buffer, and finds where each value of the list ends."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._buffer = b""
        self._start = 0  # of the value at hand; what lies before it is dropped with the next chunk
        self._line = 1
        self._had = 0  # bytes of the buffer that were there before the last chunk

    def elements(self) -> Iterator[Element]:
        while len(self._buffer) < _HEAD and self._more():
            pass
        is_list = self._enter_list()
        while self._to_next_value():
            if is_list and self._buffer.startswith(b"]", self._start):
                return
            yield self._element()

    def _enter_list(self) -> bool:
        """Go to the first element of the list; False where values only follow each other."""
        if not self._to_next_value():
            return False
        if self._buffer.startswith(b"[", self._start):
            self._pass(self._start + 1)
            return True
        wrapper = _WRAPPER.match(self._buffer, self._start)
        if wrapper is None or wrapper[1] in _TALKS:
            return False
        self._pass(wrapper.end() - 1)
        return True

    def _element(self) -> Element:
        line = self._line
        end, is_too_long = self._end_of_value()
        text = LineTrouble(f"is longer than {MOST_LINE // 1024**2} MiB") if is_too_long else None
        found = Element(line, text or _decoded(self._buffer[self._start : end]))
        self._pass(end)
        return found

    def _end_of_value(self) -> tuple[int, bool]:
        """Where the value at hand ends in the buffer, and whether it was too long to keep."""
        depth, at, is_too_long, in_string = 0, self._start, False, False
        while True:
            if in_string:
                rest = _STRING_REST.match(self._buffer, at)
                at = rest.end() if rest else at
                in_string = not self._buffer.startswith(b'"', at)
                at += not in_string
            token = None if in_string else _TOKEN.search(self._buffer, at)
            if token is None:
                at = at if in_string else len(self._buffer)
                if at - self._start > MOST_LINE:
                    is_too_long = True
                    self._pass(at)
                behind = len(self._buffer) - at
                if not self._more():
                    return len(self._buffer), is_too_long
                at = self._had - behind
                continue
            kind, at = token.group(), token.end()
            in_string = kind == b'"'  # one that goes on in the next chunk
            if kind in (b"[", b"{"):
                depth += 1
            elif kind in (b"]", b"}"):
                depth -= 1
                if depth <= 0:
                    # A bracket that closes the list around a plain value is no part of it.
                    plain_end = max(token.start(), self._start + 1)
                    return (at if depth == 0 else plain_end), is_too_long
            elif kind in (b",", b"\n") and depth == 0:
                return token.start(), is_too_long

    def _to_next_value(self) -> bool:
        """Pass blanks and commas; False at the end of the file."""
        while True:
            blank = _BLANK.match(self._buffer, self._start)
            self._pass(blank.end() if blank else self._start)
            if self._start < len(self._buffer):
                return True
            if not self._more():
                return False

    def _more(self) -> bool:
        chunk = next(self._chunks, None)
        kept = self._buffer[self._start :]
        self._buffer, self._start, self._had = kept + (chunk or b""), 0, len(kept)
        return chunk is not None

    def _pass(self, end: int) -> None:
        self._line += self._buffer.count(b"\n", self._start, end)
        self._start = end


def _decoded(value: bytes) -> str | LineTrouble:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return LineTrouble("is not text in UTF-8, so save it again as UTF-8")
