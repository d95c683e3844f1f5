"""At which step the last checkpoint of a training run stands, told without torch.

A checkpoint is a zip file of torch's with a pickle in it (tuning/checkpoints.py). Its operations are read
over here and never carried out: a pickle can do anything.
"""

from __future__ import annotations

import pickletools
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchtop.services.data_folder import DataFolder

if TYPE_CHECKING:
    from benchtop.store.database import Store

CHECKPOINT = "checkpoint.pt"
_PLACE = ["progress", "step"]


def checkpoint_step(place: Path) -> int | None:
    """The step that the run of this folder goes on from; None where there is no checkpoint, or none that can
    be read. It reads a file: not for the window's thread."""
    try:
        with zipfile.ZipFile(place / CHECKPOINT) as archive:
            name = next(one for one in archive.namelist() if one.endswith("/data.pkl"))
            return _step(archive.read(name))
    except (OSError, StopIteration, ValueError, zipfile.BadZipFile):
        return None


def pause_orphans(folder: DataFolder, store: Store) -> list[str]:
    """Pause what dead processes were training, each at the step of its last checkpoint. The ids of those that
    have one, the oldest first. Raises the errors of a Connection."""
    found = []
    for run_id in store.training_runs.take_orphans():
        step = checkpoint_step(folder.training / run_id)
        if step is not None:
            store.training_runs.set_step(run_id, step)
            found.append(run_id)
    return found


def _step(pickled: bytes) -> int | None:
    """The number that follows the words of _PLACE."""
    wanted = list(_PLACE)
    for operation, value, _position in pickletools.genops(pickled):
        if wanted:
            if value == wanted[0]:
                del wanted[0]
        elif isinstance(value, int) and not operation.name.endswith("PUT"):
            return value
    return None
