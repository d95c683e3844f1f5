"""Files that are on the list more than once, found out while the machine has nothing better to do.

Files of one size are compared by a few samples first; only those that agree are read to their ends,
and their check sums kept, so that it is done once. The same file under two names is no second one.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from benchtop.domain.file_sums import file_sha256
from benchtop.domain.models import ModelFile
from benchtop.services.model_list import ModelList

IDLE_MS = 5_000
"""How long the list stays as it is before anything is read."""
SAMPLE_BYTES = 64 * 1024
NICENESS = 10
HUSH_SECONDS = 3.0
"""How long nothing is read after the last word of a model."""
_PAUSE_SECONDS = 0.5
Stamp = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class _File:
    """A first file on the list. ``stamp`` is its device, number, size and date."""

    model: ModelFile
    stamp: Stamp

    @property
    def identity(self) -> tuple[int, int]:
        return self.stamp[:2]


class SameFiles(QObject):
    """Keeps the check sums of files that may be on the list twice."""

    ended = Signal(int)
    """How many files were read to their ends for a list that has not changed since."""
    _done = Signal(object)

    def __init__(
        self,
        models: ModelList,
        parent: QObject | None = None,
        idle_ms: int = IDLE_MS,
    ) -> None:
        super().__init__(parent)
        self._models = models
        self._executor: ThreadPoolExecutor | None = None
        self._stop = threading.Event()
        self._closed = False
        self._quiet_from = 0.0
        self._samples: dict[Stamp, str] = {}
        self._soon = QTimer(self, singleShot=True, interval=idle_ms)
        self._soon.timeout.connect(self._begin)
        self._done.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        models.changed.connect(lambda _models: self._wait())

    def hush(self, seconds: float = HUSH_SECONDS) -> None:
        """The machine has something better to do just now: a model is answering."""
        self._quiet_from = time.monotonic() + seconds

    def close(self) -> None:
        """Stop, and tell nobody anything any more; what is known stays."""
        self._closed = True
        self._soon.stop()
        self._stop.set()
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)

    def _wait(self) -> None:
        """The list is another one: what is under way stops, and begins anew when it is quiet."""
        self._stop.set()
        if not self._closed:
            self._soon.start()

    def _begin(self) -> None:
        if self._executor is None:
            self._executor = ThreadPoolExecutor(1, "same-files", initializer=_be_nice)
        self._stop = threading.Event()
        self._executor.submit(self._look, self._models.models, self._stop)

    def _look(self, models: Sequence[ModelFile], stop: threading.Event) -> None:
        read = 0
        for group in self._alike(models, stop):
            unknown = [one for one in group if not one.model.sha256]
            sums = [(one.model, self._sum(one, stop)) for one in unknown]
            known = [(model, found) for model, found in sums if found]
            read += len(known)
            if known:
                self._done.emit(partial(self._models.note_sums, known))
        if not stop.is_set():
            self._done.emit(partial(self.ended.emit, read))

    def _alike(self, models: Sequence[ModelFile], stop: threading.Event) -> list[list[_File]]:
        """Groups of files that may hold the same bytes, of which a sum is not known."""
        groups: dict[object, list[_File]] = {}
        for model in models:
            stamp = _stamp(model.path)
            if stamp is not None:
                groups.setdefault((stamp[2], model.bytes), []).append(_File(model, stamp))
        found: list[list[_File]] = []
        for group in groups.values():
            if _several(group) and not stop.is_set():
                alike: dict[str, list[_File]] = {}
                for one in group:
                    alike.setdefault(self._sample(one), []).append(one)
                found += [files for sample, files in alike.items() if sample and _several(files)]
        return found

    def _sample(self, file: _File) -> str:
        """A sum over the beginning, the middle and the end; empty where they cannot be read."""
        if file.stamp not in self._samples:
            size, sample = file.stamp[2], sha256()
            try:
                with Path(file.model.path).open("rb", buffering=0) as stream:
                    for place in (0, size // 2, max(0, size - SAMPLE_BYTES)):
                        stream.seek(place)
                        sample.update(stream.read(SAMPLE_BYTES))
            except OSError:
                return ""
            self._samples[file.stamp] = sample.hexdigest()
        return self._samples[file.stamp]

    def _sum(self, file: _File, stop: threading.Event) -> str:
        """The sum of a whole file, read half of the time; empty when it was stopped or has changed."""
        began = time.monotonic()

        def rest(_count: int) -> None:
            nonlocal began
            stop.wait(min(time.monotonic() - began, _PAUSE_SECONDS))
            self._wait_for_quiet(stop)
            began = time.monotonic()

        self._wait_for_quiet(stop)
        with suppress(OSError):
            found = file_sha256(file.model.path, stop.is_set, rest)
            if _stamp(file.model.path) == file.stamp:
                return found
        return ""

    def _wait_for_quiet(self, stop: threading.Event) -> None:
        while time.monotonic() < self._quiet_from and not stop.is_set():
            stop.wait(_PAUSE_SECONDS)

    def _deliver(self, tell: Callable[[], object]) -> None:
        if not self._closed:
            tell()


def _several(files: Sequence[_File]) -> bool:
    """Whether they are several files, and not all of their sums are known."""
    unknown = any(not one.model.sha256 for one in files)
    return unknown and len({one.identity for one in files}) > 1


def _stamp(path: str) -> Stamp | None:
    with suppress(OSError, ValueError):
        facts = Path(path).stat()
        return facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns
    return None


def _be_nice() -> None:
    """Only Linux has a priority for each thread; elsewhere the pauses must do."""
    with suppress(AttributeError, OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
