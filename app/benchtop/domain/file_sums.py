"""The SHA-256 of files."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

PIECE_BYTES = 8 * 1024 * 1024


def file_sha256(
    path: str | Path,
    stopped: Callable[[], bool] = lambda: False,
    read: Callable[[int], object] = lambda _count: None,
) -> str:
    """The SHA-256 of a file in hexadecimal; empty once ``stopped``. ``read`` gets the bytes of each
    piece. Raises OSError."""
    summed = sha256()
    with Path(path).open("rb", buffering=0) as stream:
        while piece := stream.read(PIECE_BYTES):
            if stopped():
                return ""
            summed.update(piece)
            read(len(piece))
    return summed.hexdigest()
