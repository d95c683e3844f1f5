"""The queue of downloads at work: two at a time, kept in the store, gone on with after anything."""

from __future__ import annotations

import time
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from benchtop.domain.downloads import Download, position_between, to_start
from benchtop.domain.errors import BenchtopError, Interrupted, WorkerDied
from benchtop.domain.hub import HubRepository
from benchtop.domain.hub_errors import (
    DownloadCut,
    DownloadNotWritten,
    HubBusy,
    HubFailed,
    HubOffline,
    HubUnreachable,
    UnsafeName,
)
from benchtop.domain.repo_files import Choice
from benchtop.protocol.hub_messages import Fetch, Fetched, Fetching
from benchtop.services.hub_cache import (
    Place,
    cache_folder,
    place_in_cache,
    place_in_folder,
    show_in_snapshot,
)
from benchtop.services.hub_service import HubService
from benchtop.services.reply_stream import explain
from benchtop.services.store_thread import StoreThread

SPEED_SECONDS = 5.0
"""Over how long the speed is measured."""
TRIES = 6
"""How often a download that breaks off is gone on with before a person is asked."""
PATIENCE_MS = 1_000
"""The wait before the second try; each later one waits twice as long."""
LONGEST_WAIT_SECONDS = 600
_PASSING = (DownloadCut, HubUnreachable, HubFailed, HubBusy, WorkerDied, Interrupted)


@dataclass(slots=True)
class _Work:
    """A download at work: the file at hand, and what is known of its speed."""

    place: Place | None = None
    index: int = 0
    before: int = 0
    request: str = ""
    tries: int = 0
    done_at_last_try: int = -1
    points: deque[tuple[float, int]] = field(default_factory=deque)


class Downloads(QObject):
    """The queue. Every change is in the store before anything else depends on it."""

    changed = Signal(list)
    """All Downloads in their order, after any change but progress."""
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
        self._work: dict[str, _Work] = {}
        self._stopping: dict[str, tuple[_Work, Callable[[], None]]] = {}
        """Told to stop, and not stopped yet: each holds its file, and what is done after that."""
        self._closed = False

    @property
    def queue(self) -> list[Download]:
        """All downloads in their order."""
        return sorted(self._queue.values(), key=lambda d: (d.position, d.added))

    def load(self) -> None:
        """Read the queue and go on with what was under way when the program ended."""

        def read(store: Any) -> list[Download]:
            store.downloads.requeue_running()
            return list(store.downloads.all())

        def take(found: list[Download]) -> None:
            self._queue = {d.id: d for d in found} | self._queue
            self._tell()

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
        self._change(download_id, state="paused")

    def resume(self, download_id: str) -> None:
        """Let it go on when its turn comes; also after a failure."""
        if self._queue[download_id].state in ("paused", "failed"):
            self._change(download_id, state="queued", error="")

    def cancel(self, download_id: str, *, keep: bool = False) -> None:
        """Take it out of the queue, and delete the unfinished bytes unless ``keep``."""
        download = self._queue.pop(download_id)
        self._store.keep(lambda store: store.downloads.remove(download_id), words=None)
        if keep or download.state == "done":
            self._stop(download_id)
        else:
            self._stop(download_id, lambda: self._delete_unfinished(download))
        self._tell()

    def move(self, download_id: str, place: int) -> None:
        """Put it at a place of the queue, from 0."""
        self._change(download_id, position=position_between(self.queue, download_id, place))

    def folder_of(self, download_id: str) -> Path | None:
        """Where the first file of a download lies, or will lie."""
        download = self._queue.get(download_id)
        return self._place(download, 0).found.parent if download is not None else None

    def network_changed(self) -> None:
        """The offline switch was moved: go on with what only waited for that."""
        self._tell()

    def close(self) -> None:
        """Begin nothing more. What runs is gone on with at the next start."""
        self._closed = True
        for work in self._work.values():
            self._hub.cancel(work.request)
        self._work = {}

    # The work

    def _tell(self) -> None:
        self._start_some()
        self.changed.emit(self.queue)

    def _start_some(self) -> None:
        if self._closed or self._hub.offline:
            return
        for download in to_start([d for d in self.queue if d.id not in self._stopping]):
            self._work[download.id] = _Work()
            self._set(download.id, state="running", error="")
            self._next_file(download.id)

    def _next_file(self, download_id: str) -> None:
        download, work = self._queue.get(download_id), self._work.get(download_id)
        if download is None or work is None or self._closed:
            return
        if work.index == len(download.files):
            self._arrive(download)
            return
        file = download.files[work.index]
        try:
            work.place = self._place(download, work.index)
        except ValueError as error:
            self._fail(download_id, UnsafeName(name=file.path, detail=str(error)))
            return
        question = Fetch(
            "", download.repo, download.revision, file, str(work.place.target), str(work.place.lock)
        )
        work.request = self._hub.ask(
            question,
            lambda answer: self._fetched(download_id, work, answer),
            lambda error: self._broke_off(download_id, work, error),
            lambda answer: self._progress(download_id, work, answer),
        )

    def _place(self, download: Download, index: int) -> Place:
        file = download.files[index]
        if download.folder:
            return place_in_folder(Path(download.folder), download.repo, file)
        return place_in_cache(cache_folder(), download.repo, download.revision, file)

    def _progress(self, download_id: str, work: _Work, answer: Fetching) -> None:
        if self._work.get(download_id) is not work:
            return
        done, now = work.before + answer.done, time.monotonic()
        work.points.append((now, done))
        while now - work.points[0][0] > SPEED_SECONDS and len(work.points) > 2:
            work.points.popleft()
        (first, had), (last, has) = work.points[0], work.points[-1]
        speed = (has - had) / (last - first) if last > first else 0.0
        self._queue[download_id] = replace(self._queue[download_id], done_bytes=done)
        self.progressed.emit(download_id, done, max(0.0, speed))

    def _fetched(self, download_id: str, work: _Work, _answer: Fetched) -> None:
        if self._has_stopped(download_id, work) or work.place is None:
            return
        download = self._queue[download_id]
        if not download.folder:
            try:
                show_in_snapshot(work.place, cache_folder(), download.repo, download.revision)
            except OSError as error:
                name = download.files[work.index].name
                folder, detail = str(work.place.found.parent), error.strerror or str(error)
                self._fail(download_id, DownloadNotWritten(file=name, folder=folder, detail=detail))
                return
        work.before += download.files[work.index].size
        work.index += 1
        work.tries = 0
        self._set(download_id, done_bytes=work.before)
        self._next_file(download_id)

    def _broke_off(self, download_id: str, work: _Work, error: BenchtopError) -> None:
        if self._has_stopped(download_id, work):
            return
        work.request = ""
        done = self._queue[download_id].done_bytes
        if done > work.done_at_last_try:
            work.tries = 0  # it gets on
        work.tries, work.done_at_last_try = work.tries + 1, done
        if isinstance(error, _PASSING) and work.tries < TRIES and not self._closed:
            wait = PATIENCE_MS * 2 ** (work.tries - 1)
            if isinstance(error, HubBusy):
                wait = max(wait, min(int(error.facts["seconds"]), LONGEST_WAIT_SECONDS) * 1_000)
            QTimer.singleShot(wait, self, lambda: self._again(download_id, work))
            return
        self._fail(download_id, error)

    def _again(self, download_id: str, work: _Work) -> None:
        if self._work.get(download_id) is work:
            self._next_file(download_id)

    def _fail(self, download_id: str, error: BenchtopError) -> None:
        self._work.pop(download_id, None)
        if isinstance(error, HubOffline):
            self._change(download_id, state="queued")  # it goes on as soon as that is allowed
            return
        self._change(download_id, state="failed", error=explain(error))
        self.failed.emit(self._queue[download_id])

    def _arrive(self, download: Download) -> None:
        paths = [str(self._place(download, n).found) for n in range(len(download.files))]
        self._work.pop(download.id, None)
        self._change(download.id, state="done", done_bytes=download.total_bytes, error="")
        self.arrived.emit(self._queue[download.id], paths)

    def _stop(self, download_id: str, then: Callable[[], None] = lambda: None) -> None:
        work = self._work.pop(download_id, None)
        if work is None or not work.request:  # at rest, or waiting for its next try
            then()
            return
        self._stopping[download_id] = (work, then)
        self._hub.cancel(work.request)

    def _has_stopped(self, download_id: str, work: _Work) -> bool:
        """Whether this answer is the end of something that was stopped: it may begin again now."""
        stopping = self._stopping.get(download_id)
        if stopping is not None and stopping[0] is work:
            del self._stopping[download_id]
            stopping[1]()
            self._tell()
        return self._work.get(download_id) is not work

    def _delete_unfinished(self, download: Download) -> None:
        places: Sequence[Place] = [self._place(download, n) for n in range(len(download.files))]

        def delete(_store: Any) -> None:
            for place in places:
                place.target.with_name(f"{place.target.name}.incomplete").unlink(missing_ok=True)

        self._store.run(delete)  # a thread that may wait for the disk

    def _change(self, download_id: str, **changes: Any) -> None:
        self._set(download_id, **changes)
        self._tell()

    def _set(self, download_id: str, **changes: Any) -> None:
        self._queue[download_id] = replace(self._queue[download_id], **changes)
        self._store.keep(
            lambda store: store.downloads.change(download_id, **changes),
            f"download {download_id} {' '.join(sorted(changes))}",
        )
