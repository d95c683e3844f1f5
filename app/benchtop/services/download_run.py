"""One download at work: room for it, then file after file, each tried again when it breaks off."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from benchtop.domain.downloads import Download, PlaceKey, Wait
from benchtop.domain.errors import BenchtopError, Interrupted, WorkerDied
from benchtop.domain.hub_errors import (
    DownloadChanged,
    DownloadCut,
    DownloadDamaged,
    DownloadElsewhere,
    HubBusy,
    HubFailed,
    HubOffline,
    HubUnreachable,
    UnsafeName,
)
from benchtop.protocol.hub_messages import Fetched, Fetching
from benchtop.services.disk_thread import DiskThread
from benchtop.services.download_places import Destination, bytes_here
from benchtop.services.download_room import Room
from benchtop.services.download_speed import Speed
from benchtop.services.hub_cache import Place
from benchtop.services.hub_service import HubService

TRIES = 6
"""How often a download that breaks off is gone on with before a person is asked."""
PATIENCE_MS = 1_000
"""The wait before the second try; each later one waits twice as long."""
ELSEWHERE_SECONDS = 2.0, 30.0
"""The first and the longest wait before a file is asked for again that another program writes."""
_PASSING = (DownloadCut, HubUnreachable, HubFailed, WorkerDied, Interrupted)
_NOT_KEPT = (DownloadDamaged, DownloadChanged)


T = TypeVar("T")


def destination_of(download: Download) -> Destination:
    """Where its files go."""
    folder = Path(download.folder) if download.folder else None
    return Destination(download.repo, download.revision, folder)


def bytes_of(download: Download) -> int:
    """How much of all its files lies on the disk, which is waited for."""
    try:
        places = destination_of(download).places(download.files)
    except UnsafeName:
        return 0
    return sum(bytes_here(p, file) for p, file in zip(places, download.files, strict=True))


class DownloadRun(QObject):
    """Works from begin() until it says how it came out; after ``waits`` it can begin again, with the
    file that it had come to. Nothing here is kept: the queue does that."""

    progressed = Signal(object, float)
    """The bytes that are here, and bytes per second (0 when unknown)."""
    stepped = Signal(object)
    """One more file is whole: the bytes that are here."""
    tries_again = Signal(object)
    """It broke off: a Wait, after which it goes on by itself."""
    waits = Signal(object)
    """It gives its place away: a Wait."""
    broke = Signal(object, object)
    """A BenchtopError that a person must see, and the bytes that are here."""
    arrived = Signal(list)
    """All of it is here: the paths of its files."""
    stopped = Signal()
    """What stop() stopped has let go of its file."""

    def __init__(
        self,
        download: Download,
        hub: HubService,
        disk: DiskThread,
        room: Room,
        is_taken: Callable[[PlaceKey], bool],
    ) -> None:
        """``is_taken`` tells whether another download of the queue writes a file at this moment."""
        super().__init__()
        self._download, self._hub, self._disk, self._room = download, hub, disk, room
        self._is_taken = is_taken
        self._destination = destination_of(download)
        self._places: list[Place] = []
        self._index = self._before = self._here = 0
        self._request = ""
        self._at_work = self._writing = self._over = False
        self._tries, self._best = 0, -1
        self._speed = Speed()
        self._again = QTimer(self, singleShot=True)
        self._again.timeout.connect(self._go_on)

    @property
    def next_file(self) -> PlaceKey | None:
        """Which file comes next, or is at work; None where all are here."""
        files = self._download.files
        return self._download.place_key(files[self._index]) if self._index < len(files) else None

    @property
    def writes(self) -> PlaceKey | None:
        """Which file it writes; None while it only looks, or waits."""
        return self.next_file if self._writing else None

    def begin(self) -> None:
        """See whether there is room, then go on with the file at hand."""
        files, name = self._download.files, self._download.name
        self._places, self._writing = [], False

        def look() -> list[Place]:
            places = self._destination.places(files)
            self._room.admit(self._download.id, name, places, files)
            return places

        self._off_this_thread(look, self._looked)

    def stop(self) -> bool:
        """Begin nothing more. True: it still holds its file, and ``stopped`` follows."""
        self._over = True
        self._again.stop()
        self._room.leave(self._download.id)
        if self._request:
            self._hub.cancel(self._request)
        return self._at_work

    # Its steps

    def _off_this_thread(self, work: Callable[[], T], then: Callable[[T], object]) -> None:
        self._at_work = True
        self._disk.run(work, partial(self._answered, then), partial(self._answered, self._fail))

    def _answered(self, then: Callable[[Any], object], answer: Any) -> None:
        """Every answer comes through here: what was stopped meanwhile has let go with it."""
        self._at_work, self._request = False, ""
        if self._over:
            self._room.leave(self._download.id)
            self.stopped.emit()
        else:
            then(answer)

    def _looked(self, places: list[Place]) -> None:
        self._places = places
        self._go_on()

    def _go_on(self) -> None:
        files = self._download.files
        if self._index == len(files):
            self._end()
            self.arrived.emit([str(place.found) for place in self._places])
            return
        file, place = files[self._index], self._places[self._index]
        if self._is_taken(self._download.place_key(file)):
            self._wait(Wait("shared"))
            return
        self._at_work = self._writing = True
        self._request = self._hub.ask(
            self._destination.question(file, place),
            partial(self._answered, self._fetched),
            partial(self._answered, self._broke_off),
            self._progress,
        )

    def _progress(self, answer: Fetching) -> None:
        if self._over:
            return
        self._here = self._before + answer.done
        self._room.missing(self._download.id, self._download.total_bytes - self._here)
        self.progressed.emit(self._here, self._speed.reached(self._here, time.monotonic()))

    def _fetched(self, _answer: Fetched) -> None:
        file, place = self._download.files[self._index], self._places[self._index]
        self._off_this_thread(lambda: self._destination.show(file, place), self._shown)

    def _shown(self, _nothing: None) -> None:
        self._before += self._download.files[self._index].size
        self._here = self._before
        self._index += 1
        self._tries = 0
        self.stepped.emit(self._before)
        self._go_on()

    # What stops it

    def _broke_off(self, error: BenchtopError) -> None:
        if self._here > self._best:
            self._tries = 0  # it gets on
        self._tries, self._best = self._tries + 1, self._here
        patience = PATIENCE_MS / 1_000 * 2 ** (self._tries - 1)
        match error:
            case HubOffline():
                self._wait(Wait("offline"))
            case HubBusy():
                seconds = max(float(error.facts["seconds"]), 1.0)
                self._wait(Wait("hub", time.time() + seconds))
            case DownloadElsewhere():
                first, longest = ELSEWHERE_SECONDS
                seconds = min(first * 2 ** min(self._tries - 1, 10), longest)
                self._wait(Wait("elsewhere", time.time() + seconds))
            case _ if isinstance(error, _PASSING) and self._tries < TRIES:
                self._again.start(round(patience * 1_000))
                self.tries_again.emit(Wait("again", time.time() + patience))
            case _:
                self._fail(error)

    def _wait(self, wait: Wait) -> None:
        self._writing = False
        self._room.leave(self._download.id)
        self.waits.emit(wait)

    def _fail(self, error: BenchtopError) -> None:
        here = self._before if isinstance(error, _NOT_KEPT) else self._here
        self._end()
        self.broke.emit(error, here)

    def _end(self) -> None:
        self._over, self._writing = True, False
        self._room.leave(self._download.id)
