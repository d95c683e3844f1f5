"""The queue of downloads: two at a time, kept in the store, gone on with after anything."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from benchtop.domain.downloads import Download, PlaceKey, Wait, new_positions, to_start
from benchtop.domain.errors import BenchtopError
from benchtop.domain.hub import HubRepository
from benchtop.domain.repo_files import Choice
from benchtop.services.disk_thread import DiskThread
from benchtop.services.download_leftovers import Leftovers
from benchtop.services.download_room import Room
from benchtop.services.download_run import DownloadRun, bytes_of, destination_of
from benchtop.services.download_waits import Waits
from benchtop.services.hub_service import HubService
from benchtop.services.reply_stream import explain
from benchtop.services.store_thread import StoreThread


class Downloads(QObject):
    """The queue. Every change is in the store before anything else depends on it."""

    changed = Signal(list)
    """All Downloads in their order, after any change but progress; and after one of wait_of()."""
    progressed = Signal(str, object, float)
    """An id, the bytes that are here, and bytes per second (0 when unknown)."""
    arrived = Signal(object, list)
    """A Download that is done, and the paths of its files."""
    failed = Signal(object)
    """A Download that needs a person; ``error`` says why."""

    def __init__(
        self,
        store: StoreThread,
        hub: HubService,
        folder: Callable[[], str],
        parent: QObject | None = None,
    ) -> None:
        """``folder`` says where models are kept now; empty: in the Hub's cache."""
        super().__init__(parent)
        self._store, self._hub, self._folder = store, hub, folder
        self._queue: dict[str, Download] = {}
        self._runs: dict[str, DownloadRun] = {}
        """Those that wait are among them, to go on where they were."""
        self._stopping: dict[str, tuple[DownloadRun, Callable[[], object]]] = {}
        """Told to stop, and not stopped yet: each holds its file, and what is done after that."""
        self._disk, self._room, self._waits = DiskThread(self), Room(), Waits(self)
        self._leftovers = Leftovers(store, hub, self._disk, self._needed)
        self._waits.over.connect(lambda _id: self._tell())
        self._closed = False

    @property
    def queue(self) -> list[Download]:
        """All downloads in their order."""
        return sorted(self._queue.values(), key=lambda d: (d.position, d.added))

    @property
    def offline(self) -> bool:
        """Whether nothing may be downloaded."""
        return self._hub.offline

    def wait_of(self, download_id: str) -> Wait | None:
        """Why a download that is queued or running does not go on; None where only its turn has not
        come yet."""
        download = self._queue.get(download_id)
        if download is None or download.state not in ("queued", "running"):
            return None
        return Wait("offline") if self.offline else self._waits.of(download_id)

    def load(self) -> None:
        """Read the queue and go on with what was under way when the program ended."""

        def read(store: Any) -> list[Download]:
            store.downloads.requeue_running()
            return list(store.downloads.all())

        def take(found: list[Download]) -> None:
            self._queue = {d.id: d for d in found} | self._queue
            self._tell()
            unfinished = [d for d in found if d.state != "done"]
            self._disk.run(lambda: {d.id: bytes_of(d) for d in unfinished}, self._look_again)

        self._store.run(read, take)

    def add(self, repository: HubRepository, choice: Choice) -> Download | None:
        """Put a choice into the queue; None when it is there already and not done."""
        files = (*choice.files, *((choice.mmproj,) if choice.mmproj else ()))
        for known in self._queue.values():
            same = (known.repo, known.revision, known.files)
            if same == (repository.id, repository.revision, files) and known.state != "done":
                return None
        last = max((d.position for d in self._queue.values()), default=0.0)
        download = Download(
            id=uuid.uuid4().hex,
            repo=repository.id,
            revision=repository.revision,
            name=f"{repository.name} {choice.quantisation}".strip(),
            files=files,
            folder=self._folder(),
            added=time.time(),
            position=last + 1.0,
            licence=repository.licence,
        )
        self._queue[download.id] = download
        self._store.keep(lambda store: store.downloads.add(download), words=None)
        self._tell()
        return download

    def pause(self, download_id: str) -> None:
        """Stop it; what is here stays."""
        self._stop(download_id)
        self._change(download_id, state="paused", done_bytes=self._queue[download_id].done_bytes)

    def resume(self, download_id: str) -> None:
        """Let it go on when its turn comes; also after a failure."""
        if self._queue[download_id].state in ("paused", "failed"):
            self._change(download_id, state="queued", error="")

    def cancel(self, download_id: str, *, keep: bool = False) -> None:
        """Take it out of the queue, and delete what nobody else needs of it unless ``keep``.

        It stays in the store, paused, until that is deleted: who ends the program before that finds
        it there again. What cannot be deleted brings it back as failed.
        """
        download = self._queue.pop(download_id)
        if keep or download.state == "done":
            self._store.keep(lambda store: store.downloads.remove(download_id), words=None)
            self._stop(download_id)
        else:
            self._store.keep(lambda store: store.downloads.change(download_id, state="paused"))
            gone = partial(self._deleted, download)
            self._stop(download_id, lambda: self._leftovers.delete(download, gone))
        self._tell()

    def spoil(self, download_id: str, error: BenchtopError) -> None:
        """What arrived cannot be used: it did not end well, whatever its bytes are."""
        if download_id in self._queue:
            self._change(download_id, state="failed", error=explain(error))
            self.failed.emit(self._queue[download_id])

    def move(self, download_id: str, place: int) -> None:
        """Put it at a place of the queue, from 0."""
        positions = new_positions(self.queue, download_id, place)
        for one, position in positions.items():
            self._queue[one] = replace(self._queue[one], position=position)
        self._store.keep(lambda store: store.downloads.reorder(positions))
        self._tell()

    def folder_of(self, download_id: str, then: Callable[[Path], object]) -> None:
        """Tell ``then`` where the first file of a download lies, or will lie."""
        download = self._queue.get(download_id)
        if download is not None:
            place = partial(destination_of(download).place, download.files[0])
            self._disk.run(lambda: place().found.parent, then, lambda _unsafe: None)

    def network_changed(self) -> None:
        """The offline switch was moved: go on with what only waited for that."""
        self._tell()

    def close(self) -> None:
        """Begin nothing more. What runs is gone on with at the next start."""
        self._closed = True
        self._disk.close()
        for run in self._runs.values():
            run.stop()
        self._runs = {}

    # Beginning and ending

    def _tell(self) -> None:
        self._start_some()
        self.changed.emit(self.queue)

    def _start_some(self) -> None:
        if self._closed or self.offline:
            return
        self._waits.shared_over(lambda key: not self._is_taken("", key))
        going = self._leftovers.going
        held = {d.id for d in self._queue.values() if d.place_keys & going}
        free = [d for d in self.queue if d.id not in self._stopping]
        for download in to_start(free, waiting=held | self._waits.ids):
            run = self._runs.get(download.id) or self._new_run(download)
            self._set(download.id, state="running", error="")
            run.begin()

    def _new_run(self, download: Download) -> DownloadRun:
        key = download.id
        run = DownloadRun(
            download, self._hub, self._disk, self._room, lambda file: self._is_taken(key, file)
        )
        run.progressed.connect(partial(self._progress, key))
        run.stepped.connect(lambda done: self._stepped(key, done))
        run.tries_again.connect(lambda wait: self._tries_again(key, wait))
        run.waits.connect(lambda wait: self._wait(key, wait))
        run.broke.connect(lambda error, here: self._broke(key, error, here))
        run.arrived.connect(lambda paths: self._arrive(key, paths))
        run.stopped.connect(lambda: self._stopped(key, run))
        self._runs[key] = run
        return run

    def _is_taken(self, but_by: str, key: PlaceKey) -> bool:
        """Whether a download writes this file, or has not let go of it yet."""
        stopping = [(one, run) for one, (run, _) in self._stopping.items()]
        writing = [*self._runs.items(), *stopping]
        return any(one != but_by and run.writes == key for one, run in writing)

    def _stop(self, download_id: str, then: Callable[[], object] = lambda: None) -> None:
        self._waits.end(download_id)
        run = self._runs.pop(download_id, None)
        if run is not None and run.stop():
            self._stopping[download_id] = (run, then)
        elif download_id in self._stopping:  # cancelled a moment after it was paused
            self._stopping[download_id] = (self._stopping[download_id][0], then)
        else:
            then()

    def _stopped(self, download_id: str, run: DownloadRun) -> None:
        stopping = self._stopping.get(download_id)
        if stopping is not None and stopping[0] is run:
            del self._stopping[download_id]
            stopping[1]()
            self._tell()

    def _needed(self) -> frozenset[PlaceKey]:
        return frozenset().union(*(d.place_keys for d in self._queue.values()))

    def _deleted(self, download: Download, error: BenchtopError | None) -> None:
        if error is None:
            self._store.keep(lambda store: store.downloads.remove(download.id), words=None)
            self._tell()
            return
        self._queue[download.id] = download
        self._change(download.id, state="failed", error=explain(error))
        self.failed.emit(self._queue[download.id])
        self._disk.run(lambda: {download.id: bytes_of(download)}, self._look_again)

    def _look_again(self, here: dict[str, int]) -> None:
        """What the disk says of those that did not begin meanwhile."""
        for download_id, done in here.items():
            known = self._queue.get(download_id)
            if known is not None and known.state not in ("running", "done"):
                self._queue[download_id] = replace(known, done_bytes=done)
        self._tell()

    # What a run tells

    def _progress(self, download_id: str, done: int, speed: float) -> None:
        self._queue[download_id] = replace(self._queue[download_id], done_bytes=done)
        if self._waits.end(download_id):
            self.changed.emit(self.queue)
        self.progressed.emit(download_id, done, speed)

    def _stepped(self, download_id: str, done: int) -> None:
        self._waits.end(download_id)
        self._change(download_id, done_bytes=done)

    def _tries_again(self, download_id: str, wait: Wait) -> None:
        self._waits.note(download_id, wait)
        self.changed.emit(self.queue)

    def _wait(self, download_id: str, wait: Wait) -> None:
        if wait.reason != "offline":  # the switch itself tells of that
            self._waits.put(download_id, wait, self._runs[download_id].next_file)
        self._change(download_id, state="queued", done_bytes=self._queue[download_id].done_bytes)

    def _broke(self, download_id: str, error: BenchtopError, here: int) -> None:
        del self._runs[download_id]
        self._waits.end(download_id)
        self._change(download_id, state="failed", error=explain(error), done_bytes=here)
        self.failed.emit(self._queue[download_id])

    def _arrive(self, download_id: str, paths: list[str]) -> None:
        del self._runs[download_id]
        self._waits.end(download_id)
        known = self._queue[download_id]
        done = replace(known, state="done", done_bytes=known.total_bytes, error="")
        # First on the list of models, then done: who dies in between fetches nothing again, but
        # finds the file whole at the next start and tells of it then.
        self.arrived.emit(done, paths)
        self._change(download_id, state="done", done_bytes=known.total_bytes, error="")

    def _change(self, download_id: str, **changes: Any) -> None:
        self._set(download_id, **changes)
        self._tell()

    def _set(self, download_id: str, **changes: Any) -> None:
        self._queue[download_id] = replace(self._queue[download_id], **changes)
        self._store.keep(
            lambda store: store.downloads.change(download_id, **changes),
            f"download {download_id} {' '.join(sorted(changes))}",
        )
