"""Small JSON files that are always whole: the old text or the new, whatever dies in between."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from benchtop.services.data_folder import explain_write_error


def write_json(path: Path, values: Any) -> None:
    """Replace the file at once, readable by its owner only; raises StoreFull or StoreReadOnly."""
    text = json.dumps(values, indent=1, ensure_ascii=False)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise explain_write_error(error, path) from error


def read_json(path: Path) -> dict[str, Any]:
    """The object in the file; empty when there is none.

    A file that is no JSON object is set aside as ``NAME.damaged``, never written over.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(values, dict):
            return values
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        pass
    set_aside(path)
    return {}


def set_aside(path: Path) -> None:
    """Move a file that cannot be read out of the way, keeping it."""
    try:
        path.replace(path.with_name(path.name + ".damaged"))
    except OSError:
        return  # it stays where it is; the next write says why it cannot be replaced
