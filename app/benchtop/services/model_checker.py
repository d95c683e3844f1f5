"""Model files read again on a thread: their check sums, their metadata, and what disks they lie on."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import sha256
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal

from benchtop.domain.errors import BenchtopError
from benchtop.domain.gguf import ArrayLength, Value, read_header
from benchtop.domain.models import ModelFile
from benchtop.domain.repo_files import is_first_part
from benchtop.services.local_walk import files_below

MOST_FILES = 500
"""Files of a dropped folder; more is somebody's whole disk."""
PIECE_BYTES = 8 * 1024 * 1024


class ModelChecker(QObject):
    """Reads files; results arrive on the thread this object lives in."""

    checking = Signal(str, float)
    """A model's id, and how far its check is, 0 to 1."""
    checked = Signal(str, str)
    """A model's id and the SHA-256 of its file now; empty when it could not be read or was stopped."""
    metadata_read = Signal(str, list)
    """A model's id, and pairs of texts: keys of its header and their values."""
    disks_read = Signal(list)
    """Tuples of a disk's mount id, its total bytes and free bytes, and the ids of models on it."""
    listed = Signal(list)
    """Paths of files that a person has dropped, folders looked through."""
    _done = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="checker")
        self._stops: dict[str, threading.Event] = {}
        self._closed = False
        self._done.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def check(self, model: ModelFile) -> None:
        """Read a file again to its end."""
        if model.id not in self._stops and not self._closed:
            stop = self._stops[model.id] = threading.Event()
            self._executor.submit(self._check, model.id, model.path, stop)

    def stop(self, model_id: str) -> None:
        """Stop the check of a model."""
        if model_id in self._stops:
            self._stops[model_id].set()

    def read_metadata(self, model: ModelFile) -> None:
        """Read the keys of a file's header."""
        self._submit(lambda: partial(self.metadata_read.emit, model.id, metadata_of(model.path)))

    def read_disks(self, models: list[ModelFile]) -> None:
        """Ask the disks that these files lie on for their room."""
        places = [(model.id, model.path) for model in models]
        self._submit(lambda: partial(self.disks_read.emit, disks_of(places)))

    def list_files(self, paths: Sequence[str]) -> None:
        """Find the model files among files and below folders; ``listed`` follows."""
        chosen = list(paths)
        self._submit(lambda: partial(self.listed.emit, model_files(chosen)))

    def close(self) -> None:
        """Stop what runs, and tell nobody anything any more."""
        self._closed = True
        for stop in self._stops.values():
            stop.set()
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _submit(self, work: Callable[[], Callable[[], None]]) -> None:
        if not self._closed:
            self._executor.submit(lambda: self._done.emit(work()))

    def _check(self, model_id: str, path: str, stop: threading.Event) -> None:
        found = ""
        try:
            summed, size, done = sha256(), max(1, Path(path).stat().st_size), 0
            with Path(path).open("rb", buffering=0) as stream:
                while (piece := stream.read(PIECE_BYTES)) and not stop.is_set():
                    summed.update(piece)
                    done += len(piece)
                    self._done.emit(partial(self.checking.emit, model_id, done / size))
            found = "" if stop.is_set() else summed.hexdigest()
        except OSError:
            found = ""
        self._done.emit(partial(self._end, model_id, found))

    def _end(self, model_id: str, found: str) -> None:
        self._stops.pop(model_id, None)
        self.checked.emit(model_id, found)

    def _deliver(self, tell: Callable[[], None]) -> None:
        if not self._closed:
            tell()


def model_files(paths: Sequence[str]) -> list[str]:
    """Files as they are; of folders the GGUF files below them, later parts of split models left out."""
    found: list[str] = []
    for path in paths:
        if not Path(path).is_dir():
            found.append(path)
            continue
        below = [file.path for file in files_below(Path(path))]
        names = sorted(p for p in below if p.suffix.lower() == ".gguf" and is_first_part(p.name))
        found += [str(name) for name in names[:MOST_FILES]]
    return found


def metadata_of(path: str) -> list[tuple[str, str]]:
    """The keys of a file's header and their values as text; none where it cannot be read."""
    try:
        header = read_header(path)
    except BenchtopError:
        return []
    return [(key, _text(value)) for key, value in sorted(header.metadata.items())]


def _text(value: Value) -> str:
    if isinstance(value, ArrayLength):
        return f"{value.length:,} items"
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value)
    return str(value)


def disks_of(places: list[tuple[str, str]]) -> list[tuple[str, int, int, list[str]]]:
    """The disks that files lie on: a folder on each, its bytes, those free, and the ids of the files."""
    disks: dict[int, tuple[str, list[str]]] = {}
    for model_id, path in places:
        try:
            device = Path(path).stat().st_dev
        except OSError:
            continue
        disks.setdefault(device, (str(Path(path).resolve().parent), []))[1].append(model_id)
    found = []
    for folder, ids in disks.values():
        room = shutil.disk_usage(folder)
        found.append((folder, room.total, room.free, ids))
    return found
