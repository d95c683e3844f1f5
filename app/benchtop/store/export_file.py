"""Export files on the disk: written whole or not at all, read with plain complaints."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchtop.domain.errors import FileNotWritten, FolderMissing, ImportInvalid, StoreFull
from benchtop.store.rows import clean
from benchtop.store.whole_file import FULL_ERRNOS, replace_file_by_parts


def write_export(path: Path, text: str) -> None:
    """Put ``text`` into the file at ``path``, readable by its owner only.

    The file there before stays whole until the new one is; a link stays, and what it points to is
    replaced. Raises FolderMissing, FileNotWritten (also where something lies that is no file, such
    as a folder or a pipe) or StoreFull.
    """
    write_export_by_parts(path, (text,))


def write_export_by_parts(path: Path, parts: Iterable[str]) -> None:
    """write_export() for text that is made while it is written."""
    try:
        place = Path(os.path.realpath(path))
        if not place.parent.is_dir():
            raise FolderMissing(path=str(place.parent))
        if place.exists() and not place.is_file():
            detail = "what lies there is not a plain file"
            raise FileNotWritten(path=str(path), detail=detail)
        replace_file_by_parts(place, (clean(part).encode() for part in parts))
    except OSError as error:
        if error.errno in FULL_ERRNOS:
            raise StoreFull(path=str(path)) from error
        detail = f"the system says “{error.strerror or error}”"
        raise FileNotWritten(path=str(path), detail=detail) from error


def read_export(path: Path) -> Any:
    """The JSON value in the file at ``path``; raises ImportInvalid."""
    try:
        return json.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        detail = f"it cannot be read ({error.strerror or error})"
    except UnicodeDecodeError:
        detail = "it is not text in UTF-8"
    except json.JSONDecodeError as error:
        detail = f"it is not JSON ({error.msg} at line {error.lineno})"
    except (ValueError, RecursionError):
        detail = "it is not JSON that can be read"
    raise ImportInvalid(path=str(path), detail=detail)
