"""Whether a disk has room for a choice of files, beside all that is on its way to it already."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from benchtop.domain.downloads import RESERVE_BYTES
from benchtop.domain.hub_errors import DownloadNoRoom, DownloadsNoRoom
from benchtop.domain.models import bytes_text
from benchtop.domain.repo_files import RepoFile
from benchtop.services.download_places import bytes_here
from benchtop.services.hub_cache import Place


class Room:
    """What the downloads at work still need, by disk.

    admit() waits for the disk and must be called by one thread at a time: each sees those before it.
    The others only note something, and come from any thread.
    """

    def __init__(self) -> None:
        self._needs: dict[str, tuple[int, int]] = {}

    def admit(self, key: str, name: str, places: Sequence[Place], files: Sequence[RepoFile]) -> int:
        """The bytes of these files that are here; what is missing counts from now on.

        Before the first byte, the rest of all of them must fit beside the rest of what runs: raises
        DownloadNoRoom, with ``name`` for the whole. A disk that does not tell is left to the download.
        """
        here = sum(bytes_here(place, file) for place, file in zip(places, files, strict=True))
        missing = sum(file.size for file in files) - here
        folder = places[0].target.parent
        try:
            near = _existing(folder)
            device, free = near.stat().st_dev, shutil.disk_usage(near).free
        except OSError:
            return here
        others = sum(
            need
            for other, (on, need) in tuple(self._needs.items())
            if on == device and other != key
        )
        need = missing + others + RESERVE_BYTES
        if missing and free < need:
            kind = DownloadsNoRoom if others else DownloadNoRoom
            raise kind(file=name, folder=str(folder), need=bytes_text(need), free=bytes_text(free))
        self._needs[key] = device, missing
        return here

    def missing(self, key: str, count: int) -> None:
        """So many bytes of it are missing by now."""
        known = self._needs.get(key)
        if known is not None:
            self._needs[key] = known[0], count

    def leave(self, key: str) -> None:
        """It does not run any more."""
        self._needs.pop(key, None)


def _existing(folder: Path) -> Path:
    """The folder, or the nearest above it that is there."""
    return next((one for one in (folder, *folder.parents) if one.exists()), folder)
