"""The files of a merge: what is checked before it, where it lies on the way, how it gets its name.

All that is on the way lies in a hidden folder beside the new file, and the file gets its name when it is
whole. The folder is noted first, under a lock of this data folder, so that whoever holds the lock next
removes what a death left behind.
"""

from __future__ import annotations

import math
import os
import shutil
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from filelock import FileLock, Timeout

from benchtop.domain.errors import FileNotWritten, FolderMissing, StoreBusy
from benchtop.domain.generation import AdapterUse
from benchtop.domain.gguf import GgufHeader, read_header
from benchtop.domain.models import ModelFile, bytes_text
from benchtop.domain.quantisations import rough_bytes
from benchtop.domain.teach_errors import MergeInTheWay, MergeNoRoom
from benchtop.protocol.encode_messages import QUANT_KINDS, QuantKind
from benchtop.services.adapters import check_adapters
from benchtop.services.atomic_file import change_json, read_json
from benchtop.services.data_folder import DataFolder
from benchtop.services.training_tools import check_tools
from benchtop.store.whole_file import sync_folder

SUFFIX = ".merging"
RESERVE_BYTES = 100_000_000
"""Left free on the disk, for what else is written meanwhile."""


@dataclass(frozen=True, slots=True)
class Merge:
    """What is to be made: ``model`` with ``adapters`` inside it, at ``target``, quantised as ``kind``."""

    model: ModelFile
    adapters: tuple[AdapterUse, ...]
    target: Path
    kind: QuantKind


def usual_kind(model: ModelFile) -> QuantKind:
    """The quantisation of the base, or of those that can be made the one whose size is nearest."""
    name = model.quantisation.upper().removeprefix("UD-")
    for kind in get_args(QuantKind):
        if kind == name:
            return kind  # type: ignore[no-any-return]  # one of QuantKind's own
    wanted = rough_bytes(1_000_000_000, name) or rough_bytes(1_000_000_000, "Q8_0")
    return min(QUANT_KINDS, key=lambda one: abs(rough_bytes(1_000_000_000, one) - wanted))


def sweep(folder: DataFolder) -> int:
    """Remove what merging that died has left behind; how many folders. One that is at work is left alone."""
    if not _notes(folder).exists():
        return 0
    lock = merge_lock(folder)
    try:
        lock.acquire()
    except (Timeout, OSError):
        return 0
    try:
        return sweep_noted(folder)
    finally:
        lock.release()


def prepare(folder: DataFolder, merge: Merge, lock: FileLock) -> Path:
    """The folder on the way, noted and made, with ``lock`` held; what can be wrong is found here.

    Not for the window's thread. Raises TrainingToolsMissing, MergeInTheWay, FolderMissing, what
    check_adapters() and read_header() raise, MergeNoRoom, StoreBusy while another merge is at work, and
    FileNotWritten.
    """
    check_tools(folder)
    _check_target(merge.target)
    check_adapters(folder, merge.model, merge.adapters)
    _check_room(merge, read_header(merge.model.path))
    try:
        lock.acquire()
    except Timeout as error:
        raise StoreBusy(path=str(merge.target)) from error
    sweep_noted(folder)
    beside = merge.target.with_name(f".{merge.target.name[:80]}.{uuid.uuid4().hex[:8]}{SUFFIX}")
    change_json(_notes(folder), lambda known: {**known, str(beside): os.getpid()})
    try:
        beside.mkdir(mode=0o700)
    except OSError as error:
        raise _not_written(error, merge.target) from error
    return beside


def merged_file(beside: Path) -> Path:
    """Where the trainer writes."""
    return beside / "merged-F16.gguf"


def quantised_file(beside: Path) -> Path:
    """Where the engine writes."""
    return beside / "quantised.gguf"


def _notes(folder: DataFolder) -> Path:
    return folder.root / "merging.json"


def merge_lock(folder: DataFolder) -> FileLock:
    """Held by who merges; raises nothing yet."""
    # Taken on the disk's thread, and given back on the window's.
    path = folder.root / "merging.lock"
    return FileLock(path, timeout=0.5, mode=0o600, thread_local=False)


def sweep_noted(folder: DataFolder) -> int:
    """Remove the folders that are noted; the lock is held."""
    noted = [Path(one) for one in read_json(_notes(folder)) if one.endswith(SUFFIX)]
    for one in noted:
        shutil.rmtree(one, ignore_errors=True)
    left = [str(one) for one in noted if one.exists()]
    if noted:
        change_json(_notes(folder), lambda known: {k: v for k, v in known.items() if k in left})
    return len(noted) - len(left)


def _check_target(target: Path) -> None:
    if os.path.lexists(target):
        raise MergeInTheWay(path=str(target))
    if not target.parent.is_dir():
        raise FolderMissing(path=str(target.parent))


def _check_room(merge: Merge, header: GgufHeader) -> None:
    """The merged file and the quantised one lie there at once for a moment."""
    merged = sum(_bytes_in_16(tensor.shape) for tensor in header.tensors)
    parameters = sum(math.prod(tensor.shape) for tensor in header.tensors)
    second = 0 if merge.kind == "F16" else rough_bytes(parameters, merge.kind)
    need = merged + int(second) + RESERVE_BYTES
    try:
        free = shutil.disk_usage(merge.target.parent).free
    except OSError:
        return  # a disk that does not tell
    if free < need:
        raise MergeNoRoom(path=str(merge.target), need=bytes_text(need), free=bytes_text(free))


def _bytes_in_16(shape: Sequence[int]) -> int:
    """Matrices in 16 bits; vectors stay in 32."""
    return math.prod(shape) * (2 if len(shape) > 1 else 4)


def put_in_place(made: Path, target: Path) -> Path:
    """Give the file its name, over nothing that lies there now; it is on the disk in full before."""
    try:
        descriptor = os.open(made, os.O_RDWR)  # Windows syncs only what may be written
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        try:
            os.link(made, target)
        except FileExistsError:
            raise
        except OSError:  # a disk without hard links
            if os.path.lexists(target):
                raise FileExistsError from None
            made.rename(target)
        sync_folder(target.parent)
    except FileExistsError as error:
        raise MergeInTheWay(path=str(target)) from error
    except OSError as error:
        raise _not_written(error, target) from error
    return target


def _not_written(error: OSError, target: Path) -> FileNotWritten:
    detail = f"the system says “{error.strerror or error}”"
    return FileNotWritten(path=str(target), detail=detail)
