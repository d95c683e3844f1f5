"""Bringing chats of other programs into the store, a few at a time, so that nobody waits for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from benchtop.domain.chat import MessageTree
from benchtop.domain.errors import BenchtopError, ChatIncomplete, ChatUnreadable, ImportInvalid
from benchtop.services.chat_files import told
from benchtop.services.chat_identity import ChatIdentities
from benchtop.services.local_places import Machine
from benchtop.services.reading_thread import ReadingThread
from benchtop.services.store_thread import StoreThread

if TYPE_CHECKING:
    from sqlite_utils import Database

    from benchtop.services.local_walk import Cancelled
    from benchtop.services.other_chats import Found, OtherChat
    from benchtop.store.database import Store

AT_ONCE = 20
"""Chats that are written in one piece of work; in between the store belongs to the conversation on show."""
LETTERS_AT_ONCE = 4_000_000
"""As soon as so many letters were read they are written: long chats are not held by the dozen."""


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """What came of it: chats that are new, that were here as they are, and that have grown since.

    ``incomplete`` tells of those among them of which a part could not be read, ``unreadable`` why others
    are not here at all, ``refused`` why the rest was not written (or None).
    """

    new: int = 0
    known: int = 0
    grown: int = 0
    incomplete: tuple[BenchtopError, ...] = ()
    unreadable: tuple[BenchtopError, ...] = ()
    refused: BenchtopError | None = None

    @property
    def count(self) -> int:
        """How many chats are here now."""
        return self.new + self.known + self.grown

    def __add__(self, other: BroughtIn) -> BroughtIn:
        return BroughtIn(
            self.new + other.new,
            self.known + other.known,
            self.grown + other.grown,
            self.incomplete + other.incomplete,
            self.unreadable + other.unreadable,
            self.refused or other.refused,
        )


Told = Callable[[BroughtIn], object]


class ChatImport(QObject):
    """Reads on a thread for the disk and writes with the store, by turns. One import at a time."""

    def __init__(self, store: StoreThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._reading = ReadingThread(self)
        self._waiting: Iterator[Found] | None = None
        self._writing = _Writing()
        self._done = BroughtIn()
        self._programs: Sequence[str] = ()
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
            cancelled = self._reading.cancelled
            self._waiting, self._done = _all_of(programs, cancelled), BroughtIn()
            self._writing = _Writing()
            self._told, self._so_far, self._programs = told, so_far, programs
            self._read()

    def close(self) -> None:
        """Read nothing more; what is being written comes to its end."""
        self._waiting = None
        self._reading.close()

    def _read(self) -> None:
        waiting = self._waiting
        if waiting is not None:
            self._reading.run(lambda: _some_of(waiting), self._write, self._failed)

    def _write(self, found: list[Found]) -> None:
        writing = self._writing
        if found:
            self._store.run(
                lambda store: writing.bring_in(store, found), self._written, self._refused
            )
        else:
            self._store.run(writing.bring_later, self._written_last, self._refused)

    def _written(self, some: BroughtIn) -> None:
        self._done += some
        self._so_far(self._done)
        self._read()

    def _written_last(self, some: BroughtIn) -> None:
        self._done += some
        self._end()

    def _failed(self, error: Exception) -> None:
        """Not for what is in a file: each file's faults are told by themselves."""
        self._refused(told(error, "/".join(self._programs)))

    def _refused(self, error: BenchtopError) -> None:
        self._done += BroughtIn(refused=error)
        self._end()

    def _end(self) -> None:
        if self._waiting is not None:
            self._waiting = None
            self._told(self._done)


def _all_of(programs: Sequence[str], cancelled: Cancelled) -> Iterator[Found]:
    """The chats of these programs, one after the other; the readers are imported where they are used."""
    from benchtop.services.chats_of_others import READERS  # noqa: PLC0415

    machine = Machine.here()
    for program in (name for name in READERS if name in programs):
        try:
            yield from READERS[program].read(machine, cancelled)
        except Exception as error:  # noqa: BLE001  (the chats of the next are none the worse)
            yield told(error, program)


def _some_of(waiting: Iterator[Found]) -> list[Found]:
    """The next to be written; none at the end."""
    found: list[Found] = []
    letters = 0
    for one in waiting:
        found.append(one)
        if not isinstance(one, BenchtopError):
            letters += sum(len(message.text) + len(message.reasoning) for message in one.messages)
        if len(found) == AT_ONCE or letters >= LETTERS_AT_ONCE:
            break
    return found


class _Writing:
    """Writes the chats of one import, a part at a time."""

    def __init__(self) -> None:
        self._identities = ChatIdentities()
        self._later: list[Found] = []

    def bring_in(self, store: Store, found: Sequence[Found]) -> BroughtIn:
        """Write these, all of them or none; what cannot be read is told of, and so is what was refused."""
        with store.connection.writing() as database:
            return sum((self._one(store, database, one) for one in found), BroughtIn())

    def bring_later(self, store: Store) -> BroughtIn:
        """Write what had to wait for all others."""
        later, self._later = self._later, []
        with store.connection.writing() as database:
            return sum(
                (self._one(store, database, one, at_last=True) for one in later), BroughtIn()
            )

    def _one(
        self, store: Store, database: Database, one: Found, *, at_last: bool = False
    ) -> BroughtIn:
        if isinstance(one, ChatUnreadable):
            return BroughtIn(unreadable=(one,))
        if isinstance(one, ChatIncomplete):
            return BroughtIn(incomplete=(one,))
        database.execute("savepoint chat")  # what fails halfway leaves nothing
        try:
            own_id = self._identities.of(store, one, at_last=at_last)
            if own_id is None:
                self._later.append(one)
            done = _bring_one(store, one, own_id) if own_id else BroughtIn()
        except BenchtopError:
            raise
        except Exception as error:  # noqa: BLE001  (the other chats are none the worse)
            database.execute("rollback to chat")
            done = BroughtIn(unreadable=(told(error, _name_of(one)),))
        database.execute("release chat")
        return done


def _name_of(chat: OtherChat) -> str:
    return f"{chat.program}: {chat.title or chat.id}"


def _bring_one(store: Store, chat: OtherChat, own_id: str) -> BroughtIn:
    # Heavy, and off the window's thread.
    from benchtop.services.other_chats import as_export  # noqa: PLC0415
    from benchtop.store.transfer import import_json  # noqa: PLC0415

    try:
        result = import_json(store, as_export(chat, own_id), _name_of(chat))
    except ImportInvalid as error:
        return BroughtIn(unreadable=(error,))
    if result.conversations_added or result.restored:
        return BroughtIn(new=1)
    if result.messages_added or result.kept_apart:
        _show_the_newest(store, own_id)
        return BroughtIn(grown=1)
    return BroughtIn(known=1)


def _show_the_newest(store: Store, own_id: str) -> None:
    """Go on from the message that was the last on show, so that what was added after it is seen."""
    tree, leaf = MessageTree(store.messages.of(own_id)), store.conversations.get(own_id).leaf_id
    newest = tree.newest_leaf(leaf)
    if newest != leaf:
        store.conversations.change(own_id, leaf_id=newest)
