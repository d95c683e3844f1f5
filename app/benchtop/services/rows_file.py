"""The file through which one model's log-probabilities reach another, and its end whatever happens.

One window at a time lies in it: 256 places of a vocabulary of 150,000 are 154 MB. It is deleted as soon as
it is of no use. Where this process is killed, nothing can: then the next comparison deletes it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from benchtop.domain.compare_errors import MeasureNoRoom
from benchtop.domain.downloads import RESERVE_BYTES
from benchtop.domain.models import bytes_text
from benchtop.services.data_folder import DataFolder, explain_write_error

FLOAT_BYTES = 4
_PREFIX = "rows-"


@contextmanager
def rows_file(folder: DataFolder, rows: int, vocabulary: int) -> Iterator[Path]:
    """An empty file for ``rows`` rows of a vocabulary, readable by this person alone; deleted at the end.

    It lies in the data folder: a system's folder for temporary files may be memory. Raises MeasureNoRoom,
    StoreReadOnly, StoreFull.
    """
    place = folder.root / "measures"
    need = rows * vocabulary * FLOAT_BYTES
    path = place / f"{_PREFIX}{os.getpid()}-{uuid.uuid4().hex}"
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        delete_left(place)
        free = shutil.disk_usage(place).free
        if free < need + RESERVE_BYTES:
            raise MeasureNoRoom(need=bytes_text(need), folder=str(place), free=bytes_text(free))
        path.touch(mode=0o600, exist_ok=False)
    except OSError as error:
        raise explain_write_error(error, place) from error
    try:
        yield path
    finally:
        # Windows keeps a file that a worker, killed a moment ago, still has open: the next one deletes it.
        with contextlib.suppress(OSError):
            path.unlink()


def delete_left(place: Path) -> None:
    """Delete what processes have left that are no more."""
    for path in place.glob(f"{_PREFIX}*"):
        owner = path.name.removeprefix(_PREFIX).partition("-")[0]
        if not (owner.isdecimal() and psutil.pid_exists(int(owner))):
            with contextlib.suppress(OSError):
                path.unlink()
