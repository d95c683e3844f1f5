"""The store on a thread of its own; results come back to the thread that asked, in order."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from benchtop.domain.errors import BenchtopError, StoreError
from benchtop.services.unsaved_writes import UnsavedWrites, Words

if TYPE_CHECKING:
    from benchtop.store.database import Store

T = TypeVar("T")
TRY_AGAIN_MS = 3_000
"""How long to wait before a full disk or a busy store is tried again."""


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

    def keep(
        self, work: Callable[[Store], object], key: str = "", words: Words | None = None
    ) -> None:
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

    def keep(
        self, work: Callable[[Store], object], key: str = "", words: Words | None = None
    ) -> None:
        """Do nothing."""


class StoreThread(QObject):
    """One connection on one executor thread.

    ``run`` never blocks: ``work`` gets the open Store on that thread, ``then`` gets its result on
    the thread this object lives in, and ``refused`` its BenchtopError (else the signal ``failed``).
    ``keep`` is for what must not be lost: while the disk is full or another program holds the store
    it waits in memory and is tried again.
    """

    failed = Signal(object)
    """A BenchtopError that no one who asked wanted to handle."""
    held = Signal(object)
    """A BenchtopError: why what is kept waits in memory from now on. Told once, not at every try."""
    saved_again = Signal()
    """Everything that waited in memory has been written."""
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
        self._left: list[Words] = []
        self._again = QTimer(self, singleShot=True, interval=TRY_AGAIN_MS)
        self._again.timeout.connect(self._try_again)

    @property
    def held_by(self) -> BenchtopError | None:
        """Why something kept is not on the disk yet; None when everything is."""
        return self._held_by

    @property
    def left_unsaved(self) -> list[Words]:
        """What close() could not write either."""
        return self._left

    def keep(
        self, work: Callable[[Store], object], key: str = "", words: Words | None = None
    ) -> None:
        """Write with the store, in order; while that is held up it waits, and is tried again.

        A write with the same ``key`` as the newest one that waits takes its place. ``words`` is what
        it would bring to the disk, for a person who has to end before that.
        """
        if not self._closed:
            self._executor.submit(self._keep, work, key, words)

    def write_now(self) -> list[Words]:
        """Try to write what waits; returns what is still only in memory. Blocks until then."""
        if self._closed:
            return self._left
        return self._executor.submit(self._write_waiting).result()

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

    def _keep(self, work: Callable[[Store], object], key: str, words: Words | None) -> None:
        self._unsaved.add(work, key, words)
        if self._held_by is None:  # each try at a busy store takes seconds: leave them to the timer
            self._write_unsaved()

    def _write_waiting(self) -> list[Words]:
        self._write_unsaved()
        return self._unsaved.words()

    def _write_unsaved(self) -> None:
        before, written = self._held_by, self._unsaved.write(self._opened)
        self._held_by = written.held_by
        for refusal in written.refused:
            self._done.emit(_Outcome(partial(self.failed.emit, refusal)))
        for fault in written.faults:
            detail = f"a fault in Benchtop kept something from being written ({fault!r})."
            told = StoreError(path=str(self._path), detail=detail)
            self._done.emit(_Outcome(partial(self.failed.emit, told)))
            self._done.emit(_Outcome(partial(_raise, fault)))  # for its traceback
        if written.held_by is not None:
            is_news = type(before) is not type(written.held_by)
            self._done.emit(_Outcome(partial(self._hold, written.held_by, is_news=is_news)))
        elif before is not None:
            self._done.emit(_Outcome(self.saved_again.emit))

    def _hold(self, error: BenchtopError, *, is_news: bool) -> None:
        if is_news:
            self.held.emit(error)
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
            self._left = self._write_waiting()
        if self._store is not None:
            self._store.close()
            self._store = None

    def _deliver(self, outcome: _Outcome) -> None:
        outcome.deliver()


def _raise(error: Exception) -> None:
    raise error
