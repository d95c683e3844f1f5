"""SHA-256 sums of model files, computed once per file and size and date."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from benchtop.domain.errors import BenchtopError
from benchtop.domain.file_sums import file_sha256
from benchtop.services.atomic_file import change_json, read_json
from benchtop.services.data_folder import DataFolder


def model_sha256(folder: DataFolder, path: str, stopped: Callable[[], bool] = lambda: False) -> str:
    """The sum in hexadecimal, from the notes when the file is unchanged since; empty once ``stopped``.

    Raises OSError.
    """
    noted = noted_sha256(folder, path)
    if noted:
        return noted
    stamp = _stamp(path)
    digest = file_sha256(path, stopped)
    if not digest:
        return ""
    note = {path: {"stamp": stamp, "sha256": digest}}
    with suppress(BenchtopError):
        change_json(folder.hashes, lambda known: {**known, **note})
    return digest


def noted_sha256(folder: DataFolder, path: str) -> str:
    """The sum in hexadecimal where the file is unchanged since it was computed; else empty."""
    with suppress(BenchtopError, OSError):  # notes that cannot be read cost time, not truth
        entry = read_json(folder.hashes).get(path)
        if isinstance(entry, dict) and entry.get("stamp") == _stamp(path):
            return str(entry.get("sha256", ""))
    return ""


def _stamp(path: str) -> str:
    facts = Path(path).stat()
    return f"{facts.st_size}/{facts.st_mtime_ns}"
