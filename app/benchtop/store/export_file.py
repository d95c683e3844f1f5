"""Export files on the disk: written whole or not at all, read with plain complaints."""

from __future__ import annotations

import json
import os
import uuid
from pathlib import Path
from typing import Any

from benchtop.domain.errors import ImportInvalid
from benchtop.store.rows import clean
from benchtop.store.snapshots import sync_folder
from benchtop.store.sqlite_errors import explain_os


def write_export(path: Path, text: str) -> None:
    """Put ``text`` into the file at ``path``, readable by its owner only.

    The file there before stays whole until the new one is. Raises StoreFull, StoreReadOnly or
    StoreError.
    """
    unfinished = path.with_name(f".{path.name[:100]}.{uuid.uuid4().hex}.part")
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(clean(text).encode())
                stream.flush()
                os.fsync(stream.fileno())
            unfinished.replace(path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)
    except OSError as error:
        raise explain_os(error, path) from error


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
