"""The store on a thread of its own; results come back to the thread that asked, in order."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from benchtop.domain.errors import BenchtopError
from benchtop.services.unsaved_writes import UnsavedWrites

if TYPE_CHECKING:
    from benchtop.store.database import Store

T = TypeVar("T")
TRY_AGAIN_MS = 3_000
"""How long to wait before a full disk is tried again."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    deliver: Callable[[], None]


class StoreRunner(Protocol):
    """What a use-case needs of the store: StoreThread, or NoStore where nothing is to be kept."""

    def run(
        self,
        work: Callable[[Store], T],
        then: Callable[[T], None] | None = None,
        refused: Callable[[BenchtopError], None] | None = None,
    ) -> None:
        """Do ``work`` with the store; see StoreThread.run."""

    def keep(self, work: Callable[[Store], object], key: str = "") -> None:
        """Write with the store, sooner or later; see StoreThread.keep."""


class NoStore:
    """Keeps nothing, because the person asked for that."""

    def run(
        self,
        work: Callable[[Store], T],
        then: Callable[[T], None] | None = None,
        refused: Callable[[BenchtopError], None] | None = None,
    ) -> None:
        """Do nothing."""

    def keep(self, work: Callable[[Store], object], key: str = "") -> None:
        """Do nothing."""


class StoreThread(QObject):
    """One connection on one executor thread.

    ``run`` never blocks: ``work`` gets the open Store on that thread, ``then`` gets its result on
    the thread this object lives in, and ``refused`` its BenchtopError (else the signal ``failed``).
    ``keep`` is for what must not be lost: on a full disk it waits in memory and is tried again.
    """

    failed = Signal(object)
    """A BenchtopError that no one who asked wanted to handle."""
    saved_again = Signal()
    """Everything that waited for room on the disk has been written."""
    _done = Signal(object)

    def __init__(
        self, path: Path, parent: QObject | None = None, executor: Executor | None = None
    ) -> None:
        super().__init__(parent)
        self._path = path
        self._store: Store | None = None
        self._closed = False
        self._executor = executor or ThreadPoolExecutor(1, thread_name_prefix="store")
        self._done.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._unsaved = UnsavedWrites()
        self._held_by: BenchtopError | None = None
        self._again = QTimer(self, singleShot=True, interval=TRY_AGAIN_MS)
        self._again.timeout.connect(self._try_again)

    @property
    def held_by(self) -> BenchtopError | None:
        """Why something kept is not on the disk yet; None when everything is."""
        return self._held_by

    def keep(self, work: Callable[[Store], object], key: str = "") -> None:
        """Write with the store, in order; while the disk is full it waits, and is tried again.

        A write with the same ``key`` as the newest one that waits takes its place.
        """
        if not self._closed:
            self._executor.submit(self._keep, work, key)

    def run(
        self,
        work: Callable[[Store], T],
        then: Callable[[T], None] | None = None,
        refused: Callable[[BenchtopError], None] | None = None,
    ) -> None:
        """Do ``work`` on the store's thread; ignored after close()."""
        if self._closed:
            return
        self._executor.submit(self._work, work, then, refused)

    def close(self) -> None:
        """Finish what was asked, close the file and end the thread; blocks until then."""
        if self._closed:
            return
        self._closed = True
        self._again.stop()
        self._executor.submit(self._close)
        self._executor.shutdown(wait=True)

    def _work(
        self,
        work: Callable[[Store], Any],
        then: Callable[[Any], None] | None,
        refused: Callable[[BenchtopError], None] | None,
    ) -> None:
        try:
            result = work(self._opened())
        except BenchtopError as error:
            handler = refused or self.failed.emit
            self._done.emit(_Outcome(partial(handler, error)))
            return
        except Exception as error:  # noqa: BLE001  (a fault of ours: raised again where it is seen)
            self._done.emit(_Outcome(partial(_raise, error)))
            return
        if then is not None:
            self._done.emit(_Outcome(partial(then, result)))

    def _keep(self, work: Callable[[Store], object], key: str) -> None:
        self._unsaved.add(work, key)
        self._write_unsaved()

    def _write_unsaved(self) -> None:
        before = self._held_by
        try:
            written = self._unsaved.write(self._opened)
        except Exception as error:  # noqa: BLE001  (a fault of ours: raised again where it is seen)
            self._done.emit(_Outcome(partial(_raise, error)))
            return
        self._held_by = written.held_by
        for refusal in written.refused:
            self._done.emit(_Outcome(partial(self.failed.emit, refusal)))
        if written.held_by is not None:
            self._done.emit(_Outcome(partial(self._hold, written.held_by)))
        elif before is not None:
            self._done.emit(_Outcome(self.saved_again.emit))

    def _hold(self, error: BenchtopError) -> None:
        self.failed.emit(error)
        if not self._closed:
            self._again.start()

    def _try_again(self) -> None:
        if not self._closed:
            self._executor.submit(self._write_unsaved)

    def _opened(self) -> Store:
        if self._store is None:
            # sqlite_utils takes a quarter of a second to import: here, off the window's thread.
            from benchtop.store.database import open_store  # noqa: PLC0415

            self._store = open_store(self._path)
        return self._store

    def _close(self) -> None:
        if self._unsaved:
            self._write_unsaved()
        if self._store is not None:
            self._store.close()
            self._store = None

    def _deliver(self, outcome: _Outcome) -> None:
        outcome.deliver()


def _raise(error: Exception) -> None:
    raise error
