"""The lines of a text file of a person's choosing, one after another, with plain complaints."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from benchtop.domain.errors import ImportInvalid

MOST_LINE = 16 * 1024 * 1024
"""The longest line, in bytes."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NEWLINES = {"utf-8": b"\n", "utf-16-le": b"\n\0", "utf-16-be": b"\0\n"}


def text_lines(path: Path) -> Iterator[str]:
    """Each line with its end: UTF-8, with or without a byte order mark, or UTF-16 with one.

    The file is read while the lines are taken. Raises ImportInvalid, with the number of the line for
    what is no text in that encoding or longer than MOST_LINE.
    """
    try:
        with path.open("rb") as stream:
            beginning = stream.read(3)
            mark, encoding = next((m for m in _MARKS if beginning.startswith(m[0])), (b"", "utf-8"))
            stream.seek(len(mark))
            newline = _NEWLINES[encoding]
            number, kept = 0, b""
            while part := stream.readline(MOST_LINE):
                kept += part
                if len(kept) > MOST_LINE:
                    raise ImportInvalid(path=str(path), detail=f"line {number + 1} is too long")
                # In UTF-16 the byte of a newline is half of other characters too.
                if encoding == "utf-16-le" and len(kept) % 2:
                    kept += stream.read(1)
                if kept.endswith(newline) and (encoding == "utf-8" or len(kept) % 2 == 0):
                    number += 1
                    yield _decoded(kept, encoding, path, number)
                    kept = b""
            if kept:
                yield _decoded(kept, encoding, path, number + 1)
    except OSError as error:
        detail = f"it cannot be read ({error.strerror or error})"
        raise ImportInvalid(path=str(path), detail=detail) from error


def _decoded(line: bytes, encoding: str, path: Path, number: int) -> str:
    try:
        text = line.decode(encoding)
    except UnicodeDecodeError as error:
        name = encoding[:6].rstrip("-").upper()
        detail = f"line {number} is not text in {name}, so save it again as UTF-8"
        raise ImportInvalid(path=str(path), detail=detail) from error
    if "\0" in text:
        detail = f"line {number} holds zero bytes, so it is no text: save it again as UTF-8"
        raise ImportInvalid(path=str(path), detail=detail)
    return text
