"""Takes away the training tools that were set up for Benchtop alone: also those of an earlier Python, and
what an interrupted setup or removal left. No run, adapter or data set is touched."""

from __future__ import annotations

import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from benchtop.domain.errors import BenchtopError
from benchtop.domain.teach_errors import ToolsAtWork, ToolsNotRemoved
from benchtop.services.data_folder import TOOLS_FOLDER, DataFolder, explain_write_error
from benchtop.services.disk_thread import DiskThread
from benchtop.services.store_thread import StoreThread

if TYPE_CHECKING:
    from benchtop.store.database import Store

OTHERS = "another window or command, which sets them up or removes them"
_LEAVING = ".leaving-"
_NAME = re.compile(rf"{TOOLS_FOLDER}\w+-\w+?(-peft)?(\.part)?({re.escape(_LEAVING)}[0-9a-f]+)?")
"""DataFolder.training_tools and peft_tools of any Python, begun, whole or out of use; not a person's."""


def tools_here(folder: DataFolder) -> list[Path]:
    """The folders that hold training tools or parts of them, and links to such folders."""
    found = folder.root.glob(f"{TOOLS_FOLDER}*")
    return sorted(one for one in found if _NAME.fullmatch(one.name) and one.is_dir())


def tools_bytes(folder: DataFolder) -> int:
    """What they take on the disk, in bytes. Some ten thousand files are looked at."""
    return sum(_bytes_of(one) for one in tools_here(folder))


def check_unused(store: Store) -> None:
    """Raises ToolsAtWork while a living process trains with them, and the errors of a Connection."""
    for run in store.training_runs.at_work():
        raise ToolsAtWork(run=f"the training run “{run.name or run.id}”")


def remove_tools(folder: DataFolder) -> int:
    """The bytes that are free now. A set goes out of use as a whole before any of its files is deleted; of a
    link only the link goes.

    Raises the errors of held_tools(), and ToolsNotRemoved where the disk does not let go; what is left
    is taken by the next removal.
    """
    with held_tools(folder):
        return sum(_remove(place) for place in tools_here(folder))


@contextmanager
def held_tools(folder: DataFolder) -> Iterator[None]:
    """Nobody else sets the tools up or removes them meanwhile; the system lets go when the process dies.

    Raises ToolsAtWork where another one does, and a StoreError where the data folder takes no file.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415  (not before the first paint)

    lock = FileLock(folder.tools_lock, timeout=0, mode=0o600, thread_local=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise ToolsAtWork(run=OTHERS) from error
    except OSError as error:
        raise explain_write_error(error, folder.tools_lock) from error
    try:
        yield
    finally:
        lock.release()


def _remove(place: Path) -> int:
    size = _bytes_of(place)
    try:
        if place.is_symlink():
            place.unlink()
        else:
            shutil.rmtree(_out_of_use(place))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ToolsNotRemoved(folder=str(place), detail=reason) from error
    return size


def _out_of_use(place: Path) -> Path:
    """Where it lies under a name that nothing looks for."""
    if _LEAVING in place.suffix:
        return place
    return place.rename(place.with_name(f"{place.name}{_LEAVING}{uuid.uuid4().hex[:8]}"))


def _bytes_of(place: Path) -> int:
    total = 0
    for here, _folders, names in os.walk(place):
        for name in names:
            with suppress(OSError):  # it went meanwhile
                total += (Path(here) / name).lstat().st_size
    return total


class ToolsRemoval(QObject):
    """The same for the window: what takes long is done on a thread."""

    measured = Signal(object)
    """Bytes, after look() and after remove()."""
    removed = Signal(object)
    """The bytes that are free now."""
    failed = Signal(object)
    """A BenchtopError; nothing or only a part was removed."""

    def __init__(
        self,
        folder: DataFolder,
        store: StoreThread,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._folder, self._store = folder, store
        self._disk = DiskThread(self)

    def look(self) -> None:
        """Measure them."""
        self._disk.run(lambda: tools_bytes(self._folder), self.measured.emit)

    def remove(self) -> None:
        """Take them away, unless they are at work."""
        self._store.run(check_unused, lambda _none: self._remove(), self._fail)

    def close(self) -> None:
        """Tell nobody anything more."""
        self._disk.close()

    def _remove(self) -> None:
        self._disk.run(lambda: remove_tools(self._folder), self._removed, self._fail)

    def _removed(self, freed: int) -> None:
        self.removed.emit(freed)
        self.look()

    def _fail(self, error: BenchtopError) -> None:
        self.failed.emit(error)
        self.look()
