"""Bringing chats of other programs into the store, a few at a time, so that nobody waits for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from benchtop.domain.errors import BenchtopError, ChatUnreadable, ImportInvalid
from benchtop.services.disk_thread import DiskThread
from benchtop.services.local_places import Machine
from benchtop.services.store_thread import StoreThread

if TYPE_CHECKING:
    from benchtop.services.other_chats import Found, OtherChat
    from benchtop.store.database import Store

AT_ONCE = 20
"""Chats that are written in one piece of work; in between the store belongs to the conversation on show."""


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """What came of it: chats that are new, that were here already, and why others could not be read.

    ``refused`` is why the rest was not written, or None.
    """

    new: int = 0
    known: int = 0
    unreadable: tuple[BenchtopError, ...] = ()
    refused: BenchtopError | None = None

    def __add__(self, other: BroughtIn) -> BroughtIn:
        return BroughtIn(
            self.new + other.new,
            self.known + other.known,
            self.unreadable + other.unreadable,
            self.refused or other.refused,
        )


Told = Callable[[BroughtIn], object]


class ChatImport(QObject):
    """Reads on a thread for the disk and writes with the store, by turns. One import at a time."""

    def __init__(self, store: StoreThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._disk = DiskThread(self)
        self._waiting: Iterator[Found] | None = None
        self._done = BroughtIn()
        self._told: Told = lambda _done: None
        self._so_far: Told = lambda _done: None

    @property
    def busy(self) -> bool:
        """Whether an import is under way."""
        return self._waiting is not None

    def start(self, programs: Sequence[str], told: Told, so_far: Told) -> None:
        """Bring in the chats of these programs; ``so_far`` hears of each part, ``told`` of all at the end.

        Ignored while an import is under way.
        """
        if self._waiting is None:
            self._waiting, self._done = _all_of(programs), BroughtIn()
            self._told, self._so_far = told, so_far
            self._read()

    def close(self) -> None:
        """Read nothing more; what is being written comes to its end."""
        self._waiting = None
        self._disk.close()

    def _read(self) -> None:
        waiting = self._waiting
        if waiting is not None:
            self._disk.run(lambda: list(islice(waiting, AT_ONCE)), self._write)

    def _write(self, found: list[Found]) -> None:
        if not found:
            self._end()
            return
        self._store.run(lambda store: bring_in(store, found), self._written, self._refused)

    def _written(self, some: BroughtIn) -> None:
        self._done += some
        self._so_far(self._done)
        self._read()

    def _refused(self, error: BenchtopError) -> None:
        self._done += BroughtIn(refused=error)
        self._end()

    def _end(self) -> None:
        if self._waiting is not None:
            self._waiting = None
            self._told(self._done)


def _all_of(programs: Sequence[str]) -> Iterator[Found]:
    """The chats of these programs, one after the other; the readers are imported where they are used."""

    def every() -> Iterator[Found]:
        from benchtop.services.chats_of_others import READERS  # noqa: PLC0415

        machine = Machine.here()
        yield from chain.from_iterable(
            reader.read(machine) for program, reader in READERS.items() if program in programs
        )

    return every()


def bring_in(store: Store, found: Sequence[Found]) -> BroughtIn:
    """Write these chats, all of them or none; what cannot be read is told of, and so is what was refused."""
    done = BroughtIn()
    with store.connection.writing():
        for one in found:
            if isinstance(one, ChatUnreadable):
                done += BroughtIn(unreadable=(one,))
            else:
                done += _bring_one(store, one)
    return done


def _bring_one(store: Store, chat: OtherChat) -> BroughtIn:
    # Heavy, and off the window's thread.
    from benchtop.services.other_chats import as_export  # noqa: PLC0415
    from benchtop.store.transfer import import_json  # noqa: PLC0415

    name = f"{chat.program}: {chat.title or chat.id}"
    try:
        result = import_json(store, as_export([chat]), name)
    except ImportInvalid as error:
        return BroughtIn(unreadable=(error,))
    is_new = bool(result.conversations_added)
    return BroughtIn(new=int(is_new), known=int(not is_new))
