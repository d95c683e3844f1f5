"""Deleting what a cancelled download left, without touching what is somebody else's.

Each file is deleted under its lock, and left alone where another process holds that: it is being
written there. A whole file goes only if it was written since the download was asked for, and if
nothing else in the Hub's cache points to it: what was here before belongs to whoever brought it.

What if we die here? A link goes before the bytes it leads to, so none is left that leads nowhere. The
client keeps the download on its list until it hears that all is done.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from benchtop.domain.hub_errors import DownloadElsewhere, DownloadNotDeleted
from benchtop.domain.unfinished import unfinished
from benchtop.hub.file_lock import alone
from benchtop.hub.partial import discard
from benchtop.protocol.hub_messages import Discard, Discarded, FilePlace


def answer_discard(message: Discard) -> Discarded:
    """Delete what is here of these files; all of them are tried.

    Raises DownloadNotDeleted for the first one that the disk does not let go.
    """
    refused: DownloadNotDeleted | None = None
    for place in message.places:
        try:
            _discard(place, message.since)
        except OSError as error:
            found, folder = Path(place.found), str(Path(place.target).parent)
            refused = refused or DownloadNotDeleted(
                file=found.name, folder=folder, detail=error.strerror or str(error)
            )
    if refused is not None:
        raise refused
    return Discarded(message.request_id)


def _discard(place: FilePlace, since: float) -> None:
    target, found = Path(place.target), Path(place.found)
    if not any(path.exists() for path in (*unfinished(target), target)) and not found.is_symlink():
        return  # nothing is made, not even a lock, for what is not there
    with suppress(DownloadElsewhere), alone(target, Path(place.lock), found.name):
        discard(target)
        _discard_whole(target, found, since)


def _discard_whole(target: Path, found: Path, since: float) -> None:
    ours = target.is_file() and target.stat().st_mtime >= since
    goes = ours and not _linked_elsewhere(target, found)
    is_link = found != target and found.is_symlink() and found.resolve() == target.resolve()
    if is_link and (goes or not target.exists() or found.lstat().st_mtime >= since):
        found.unlink()
    if goes:
        target.unlink()


def _linked_elsewhere(target: Path, found: Path) -> bool:
    """Whether another revision in the Hub's cache has these bytes as well."""
    if target == found:
        return False
    snapshots = target.parent.parent / "snapshots"
    for folder, _, names in os.walk(snapshots):
        for name in names:
            path = Path(folder, name)
            if path != found and path.is_symlink() and path.resolve() == target.resolve():
                return True
    return False
