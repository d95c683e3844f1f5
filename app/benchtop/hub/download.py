"""One file from the Hub to its place: gone on with, checked, and moved there whole.

While it arrives it lies beside its target (partial.py), under a lock that other programs on
the same folder know too. Its bytes are read back and hashed while more of them come, so that
nothing is believed that was not read from the file, and the check costs hardly any time.
"""

from __future__ import annotations

import errno
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from benchtop.domain.downloads import RESERVE_BYTES
from benchtop.domain.errors import Interrupted
from benchtop.domain.file_sums import file_sha256
from benchtop.domain.hub_errors import (
    DownloadChanged,
    DownloadDamaged,
    DownloadNoRoom,
    DownloadNotWritten,
    UnsafeName,
)
from benchtop.domain.models import bytes_text
from benchtop.domain.repo_files import safe_path
from benchtop.domain.unfinished import unfinished
from benchtop.hub.client import HubClient
from benchtop.hub.file_lock import alone
from benchtop.hub.partial import Partial, Written, discard
from benchtop.hub.read_back import ReadBack
from benchtop.hub.strand import Order
from benchtop.hub.transfer import Transfer

ROOM_EVERY_BYTES = 64 * 1024 * 1024
"""How often the disk is asked for its room again: other programs write to it as well."""
FULL_ERRNOS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Download:
    """Fetches one file. ``progress`` gets the bytes that are on the disk, from the thread of run();
    ``cancel`` stops it within a moment."""

    def __init__(
        self,
        client: HubClient,
        order: Order,
        progress: Callable[[int], None],
        cancel: threading.Event,
    ) -> None:
        self._client = client
        self._order = order
        self._progress = progress
        self._cancel = cancel
        self._here = 0
        self.transferred = 0

    def run(self) -> str:
        """Fetch it; the SHA-256 of what lies at the target then.

        Raises DownloadError and its kin, HubError and its kin, UnsafeName, and Interrupted. What
        has come stays for the next time, unless it is known to be wrong.
        """
        self._check_place()
        order = self._order
        with self._written(), alone(order.target, order.lock, order.file.name):
            if found := self._there_already():
                discard(self._order.target)
                return found
            try:
                return self._fetch()
            except (DownloadDamaged, DownloadChanged):
                discard(self._order.target)
                raise

    def _there_already(self) -> str:
        """The sum of the target if it is the file that is wanted; else nothing."""
        target, file = self._order.target, self._order.file
        if not target.is_file() or target.stat().st_size != file.size:
            return ""
        found = file_sha256(target, self._cancel.is_set)
        if not found:
            raise Interrupted
        return found if found == (file.sha256 or found) else ""

    def _fetch(self) -> str:
        target, file = self._order.target, self._order.file
        with Partial(target, file) as partial, ReadBack(partial.path) as read_back:
            partial.written = self._meter(read_back)
            self._here = partial.here.total
            self._check_room()
            try:
                partial.tell()  # what is there already is read back meanwhile
                Transfer(self._client, self._order, partial, self._cancel).run()
            finally:
                self.transferred = partial.transferred
            partial.end()
            found = read_back.sum_of(file.size, self._cancel)
        self._check(found)
        unfinished(target).plain.replace(target)
        sync_folder(target.parent)
        return found

    def _meter(self, read_back: ReadBack) -> Written:
        """What is done whenever more of the file is on the disk."""
        room_checked = 0

        def written(prefix: int, here: int) -> None:
            nonlocal room_checked
            self._here = here
            read_back.reach(prefix)
            self._progress(here)
            if here - room_checked >= ROOM_EVERY_BYTES:
                room_checked = here
                self._check_room()

        return written

    def _check(self, found: str) -> None:
        """Believe nothing that is not what the Hub has."""
        file = self._order.file
        size = unfinished(self._order.target).plain.stat().st_size
        detail = ""
        if size != file.size:
            detail = f"{size:,} bytes instead of {file.size:,}"
        elif file.sha256 and found != file.sha256:
            detail = "its check sum is another"
        if detail:
            raise DownloadDamaged(file=file.name, detail=detail)

    def _check_place(self) -> None:
        """The client says where a file goes; a name that leads elsewhere is a mistake of its own."""
        target, lock = self._order.target, self._order.lock
        name = target.name
        try:
            safe_path(name)
        except ValueError as error:
            raise UnsafeName(name=name, detail="its name could be written elsewhere.") from error
        if not all(path.is_absolute() and ".." not in path.parts for path in (target, lock)):
            raise UnsafeName(name=name, detail="its place is not clear.")

    def _check_room(self) -> None:
        need = self._order.file.size - self._here
        free = shutil.disk_usage(self._order.target.parent).free
        if need and free < need + RESERVE_BYTES:
            raise self._no_room(need + RESERVE_BYTES, free)

    def _no_room(self, need: int, free: int) -> DownloadNoRoom:
        return DownloadNoRoom(
            file=self._order.file.name,
            folder=str(self._order.target.parent),
            need=bytes_text(need),
            free=bytes_text(free),
        )

    @contextmanager
    def _written(self) -> Iterator[None]:
        """Say what the disk does not let us do."""
        folder = self._order.target.parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
            yield
        except OSError as error:
            if error.errno in FULL_ERRNOS:
                raise self._full() from error
            raise DownloadNotWritten(
                file=self._order.file.name, folder=str(folder), detail=error.strerror or str(error)
            ) from error

    def _full(self) -> DownloadNoRoom:
        free = 0
        with suppress(OSError):
            free = shutil.disk_usage(self._order.target.parent).free
        return self._no_room(self._order.file.size - self._here, free)


def sync_folder(folder: Path) -> None:
    """Make a rename inside ``folder`` last through a power cut, where the system has a way to."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
