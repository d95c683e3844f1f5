"""Small JSON files that are always whole: the old text or the new, whatever dies in between."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchtop.domain.errors import FileUnreadable, StoreBusy
from benchtop.services.data_folder import explain_write_error
from benchtop.store.whole_file import replace_file

LOCK_SECONDS = 5.0


def write_json(path: Path, values: Any) -> None:
    """Replace the file at once, readable by its owner only; raises StoreFull or StoreReadOnly."""
    text = json.dumps(values, indent=1, ensure_ascii=False)
    try:
        replace_file(path, text.encode())
    except OSError as error:
        raise explain_write_error(error, path) from error


def read_json(path: Path) -> dict[str, Any]:
    """The object in the file; empty when there is none, or no JSON object in it.

    Nothing is changed. Raises FileUnreadable when the system does not let us read it.
    """
    return _read(path) or {}


def change_json(path: Path, change: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
    """Write what ``change`` makes of the object that is in the file now; returns it.

    No other process changes the file meanwhile. What is no JSON object is set aside as
    ``NAME.damaged`` first, never written over. Raises FileUnreadable, StoreBusy, StoreFull or
    StoreReadOnly, and then the file is as it was.
    """
    # A tenth of a second to import, and rarely needed before the first paint.
    from filelock import FileLock, Timeout  # noqa: PLC0415

    lock = FileLock(path.with_name(path.name + ".lock"), timeout=LOCK_SECONDS, mode=0o600)
    try:
        lock.acquire()
    except Timeout as error:
        raise StoreBusy(path=str(path)) from error
    except OSError as error:
        raise explain_write_error(error, path) from error
    try:
        there = _read(path)
        if there is None:
            set_aside(path)
        values = change(there or {})
        write_json(path, values)
    finally:
        lock.release()
    return values


def damaged_copy(path: Path) -> Path | None:
    """Where the next change sets the file aside, when it holds no JSON object; else None."""
    try:
        return _free_place(path) if _read(path) is None else None
    except FileUnreadable:
        return None


def _read(path: Path) -> dict[str, Any] | None:
    """The object in the file, empty where no file is; None for what is no JSON object."""
    try:
        values = json.loads(path.read_bytes().decode("utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise FileUnreadable(path=str(path), detail=error.strerror or str(error)) from error
    except (ValueError, RecursionError):
        return None
    return values if isinstance(values, dict) else None


def set_aside(path: Path) -> None:
    """Move a damaged file out of the way, beside those moved earlier; raises what write_json does."""
    try:
        path.rename(_free_place(path))
    except OSError as error:
        raise explain_write_error(error, path) from error


def _free_place(path: Path) -> Path:
    place, number = path.with_name(path.name + ".damaged"), 1
    while os.path.lexists(place):
        number += 1
        place = path.with_name(f"{path.name}.damaged.{number}")
    return place
