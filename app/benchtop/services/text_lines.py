"""The lines of a text file of a person's choosing, one after another, with plain complaints."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from benchtop.domain.errors import ImportInvalid

MOST_LINE = 16 * 1024 * 1024
"""The longest line, in bytes."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NEWLINES = {"utf-8": b"\n", "utf-16-le": b"\n\0", "utf-16-be": b"\0\n"}


@dataclass(frozen=True, slots=True)
class LineTrouble:
    """A line that is no text; ``why`` is the end of a sentence that begins "line 12"."""

    why: str


def text_lines(path: Path) -> Iterator[str]:
    """Each line with its end: UTF-8, with or without a byte order mark, or UTF-16 with one.

    The file is read while the lines are taken. Raises ImportInvalid, with the number of the line for
    what is no text in that encoding or longer than MOST_LINE.
    """
    try:
        for number, line in enumerate(lines_or_trouble(path), 1):
            if isinstance(line, LineTrouble):
                raise ImportInvalid(path=str(path), detail=f"line {number} {line.why}")
            yield line
    except OSError as error:
        detail = f"it cannot be read ({error.strerror or error})"
        raise ImportInvalid(path=str(path), detail=detail) from error


def lines_or_trouble(path: Path) -> Iterator[str | LineTrouble]:
    """text_lines() that goes on after a line that is no text, or too long; raises OSError."""
    with path.open("rb") as stream:
        encoding = _encoding(stream)
        newline = _NEWLINES[encoding]
        # An array, because of text full of U+0A0A: each of its letters ends a part.
        kept, is_too_long = bytearray(), False
        while part := stream.readline(MOST_LINE):
            kept += part
            # In UTF-16 the byte of a newline is half of other characters too.
            if encoding == "utf-16-le" and len(kept) % 2:
                kept += stream.read(1)
            is_whole = kept.endswith(newline) and (encoding == "utf-8" or len(kept) % 2 == 0)
            is_too_long = is_too_long or len(kept) > MOST_LINE
            if is_whole:
                yield _too_long() if is_too_long else _decoded(kept, encoding)
                kept, is_too_long = bytearray(), False
            elif is_too_long:
                kept = kept[len(kept) // 2 * 2 :]  # the halves of UTF-16 stay in step
        if kept or is_too_long:
            yield _too_long() if is_too_long else _decoded(kept, encoding)


def _encoding(stream: BinaryIO) -> str:
    """The encoding of a file by its mark; what is read next comes after it."""
    beginning = stream.read(3)
    mark, encoding = next((m for m in _MARKS if beginning.startswith(m[0])), (b"", "utf-8"))
    stream.seek(len(mark))
    return encoding


def _too_long() -> LineTrouble:
    return LineTrouble(f"is longer than {MOST_LINE // 1024**2} MiB")


def _decoded(line: bytearray, encoding: str) -> str | LineTrouble:
    try:
        text = line.decode(encoding)
    except UnicodeDecodeError:
        name = encoding[:6].rstrip("-").upper()
        return LineTrouble(f"is not text in {name}, so save it again as UTF-8")
    if "\0" in text:
        return LineTrouble("holds zero bytes, so it is no text: save it again as UTF-8")
    return text
