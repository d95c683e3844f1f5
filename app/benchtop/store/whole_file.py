"""Files that are whole whatever dies in between: the old content or the new."""

from __future__ import annotations

import errno
import os
import uuid
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

FULL_ERRNOS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What the system says when there is no room: a full disk, a quota, a limit on a file's size."""


def replace_file(path: Path, content: bytes) -> None:
    """Put ``content`` into the file at ``path``, readable by its owner only; raises OSError.

    What was there stays until the new file lies on the disk in full, also after a power cut.
    """
    replace_file_by_parts(path, (content,))


def replace_file_by_parts(path: Path, parts: Iterable[bytes]) -> None:
    """replace_file() for what is made while it is written; an error while making it changes nothing."""
    unfinished = path.with_name(f".{path.name[:100]}.{uuid.uuid4().hex}.part")
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.writelines(parts)
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(path)
    except BaseException:
        with suppress(OSError):  # on a disk that may only be read it fails as well
            unfinished.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def copy_file(source: Path, target: Path) -> None:
    """Put what ``source`` holds into the file at ``target``, as replace_file() does."""
    with source.open("rb") as stream:
        replace_file_by_parts(target, iter(lambda: stream.read(1 << 20), b""))


def sync_folder(folder: Path) -> None:
    """Make a rename inside ``folder`` last through a power cut, where the system has a way to."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
