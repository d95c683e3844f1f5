"""SHA-256 sums of model files, computed once per file and size and date."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from benchtop.domain.errors import BenchtopError
from benchtop.domain.file_sums import file_sha256
from benchtop.services.atomic_file import change_json, read_json
from benchtop.services.data_folder import DataFolder


def model_sha256(folder: DataFolder, path: str) -> str:
    """The sum in hexadecimal, from the notes when the file is unchanged since; raises OSError."""
    facts = Path(path).stat()
    stamp = f"{facts.st_size}/{facts.st_mtime_ns}"
    entry = None
    with suppress(BenchtopError):  # notes that cannot be read or kept cost time, not truth
        entry = read_json(folder.hashes).get(path)
    if isinstance(entry, dict) and entry.get("stamp") == stamp:
        return str(entry.get("sha256", ""))
    digest = file_sha256(path)
    note = {path: {"stamp": stamp, "sha256": digest}}
    with suppress(BenchtopError):
        change_json(folder.hashes, lambda known: {**known, **note})
    return digest
