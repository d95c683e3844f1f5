"""Model files read on threads: their check sums, their metadata, and where they lie."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal

from benchtop.domain.errors import BenchtopError
from benchtop.domain.gguf import read_header
from benchtop.domain.gguf_reader import ArrayLength, Value
from benchtop.domain.models import ModelFile
from benchtop.domain.repo_files import is_first_part
from benchtop.services.file_check import read_again
from benchtop.services.local_walk import Cancelled, files_below, never
from benchtop.services.model_places import look_at

MOST_FILES = 500
"""Files of a dropped folder; more is somebody's whole disk."""
STEPS = 100
"""How often at most the progress of a check is told."""
_READERS = 3
"""A folder that takes long to look through does not hold up what is asked about one model."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Model files found among what a person dropped; ``left_out`` counts those past MOST_FILES."""

    paths: tuple[str, ...]
    left_out: int = 0


class ModelChecker(QObject):
    """Reads files; results arrive on the thread this object lives in.

    Checks, which may take minutes each, run one after another on a thread of their own.
    """

    checking = Signal(str, float)
    """A model's id, and how far its check is, 0 to 1."""
    checked = Signal(object, object)
    """A ModelFile, and the Reading that its check ended with."""
    metadata_read = Signal(str, list)
    """A model's id, and pairs of texts: keys of its header and their values."""
    looked = Signal(object)
    """The Places of the models that were asked for last."""
    listed = Signal(object)
    """What was Listed of files that a person has dropped, folders looked through."""
    _done = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._checks = ThreadPoolExecutor(1, thread_name_prefix="checker")
        self._reads = ThreadPoolExecutor(_READERS, thread_name_prefix="reader")
        self._stops: dict[str, threading.Event] = {}
        self._to_look: list[ModelFile] | None = None
        self._looking = False
        self._closed = threading.Event()
        self._done.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def check(self, model: ModelFile) -> None:
        """Read a model's files again to their ends; ``checked`` follows in any case."""
        if model.id not in self._stops and not self._closed.is_set():
            stop = self._stops[model.id] = threading.Event()
            self.checking.emit(model.id, 0.0)  # also while it waits for another one
            self._checks.submit(self._check, model, stop)

    def stop(self, model_id: str) -> None:
        """Stop the check of a model."""
        if model_id in self._stops:
            self._stops[model_id].set()

    def read_metadata(self, model: ModelFile) -> None:
        """Read the keys of a file's header."""
        self._read(lambda: partial(self.metadata_read.emit, model.id, metadata_of(model.path)))

    def look(self, models: Sequence[ModelFile]) -> None:
        """Look where these models lie; asked many times, only the newest question is answered."""
        self._to_look = list(models)
        if not self._looking:
            self._look()

    def list_files(self, paths: Sequence[str]) -> None:
        """Find the model files among files and below folders; ``listed`` follows."""
        chosen, stopped = list(paths), self._closed.is_set
        self._read(lambda: partial(self.listed.emit, model_files(chosen, stopped)))

    def close(self) -> None:
        """Stop what runs, and tell nobody anything any more."""
        self._closed.set()
        for stop in self._stops.values():
            stop.set()
        for executor in (self._checks, self._reads):
            executor.shutdown(wait=True, cancel_futures=True)

    def _read(self, work: Callable[[], Callable[[], None]]) -> None:
        if not self._closed.is_set():
            self._reads.submit(lambda: self._done.emit(work()))

    def _look(self) -> None:
        models, self._to_look = self._to_look or [], None
        self._looking = True

        def done(places: object) -> None:
            self._looking = False
            if self._to_look is not None:
                self._look()  # others are asked for by now
            else:
                self.looked.emit(places)

        self._read(lambda: partial(done, look_at(models)))

    def _check(self, model: ModelFile, stop: threading.Event) -> None:
        whole, told = max(1, model.disk_bytes), 0

        def tell(done: int) -> None:
            nonlocal told
            if done * STEPS // whole > told:
                told = done * STEPS // whole
                self._done.emit(partial(self.checking.emit, model.id, done / whole))

        reading = read_again(model, stop.is_set, tell)
        self._done.emit(partial(self._end, model, reading))

    def _end(self, model: ModelFile, reading: object) -> None:
        self._stops.pop(model.id, None)
        self.checked.emit(model, reading)

    def _deliver(self, tell: Callable[[], None]) -> None:
        if not self._closed.is_set():
            tell()


def model_files(paths: Sequence[str], stopped: Cancelled = never) -> Listed:
    """Files as they are; of folders the GGUF files below them, later parts of split models left out."""
    found: list[str] = []
    left_out = 0
    for path in paths:
        if not Path(path).is_dir():
            found.append(path)
            continue
        below = [file.path for file in files_below(Path(path), stopped)]
        names = sorted(p for p in below if p.suffix.lower() == ".gguf" and is_first_part(p.name))
        room = max(0, MOST_FILES - len(found))
        found += [str(name) for name in names[:room]]
        left_out += len(names[room:])
    return Listed(tuple(found), left_out)


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
