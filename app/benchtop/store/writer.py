"""Who is writing a reply: told apart from a process that died and left one unfinished."""

from __future__ import annotations

import os
from dataclasses import dataclass

import psutil

from benchtop.store.connection import Connection

INTERRUPTED_NOTE = "Benchtop ended before this reply was finished; what it had written is kept."


@dataclass(frozen=True, slots=True)
class Writer:
    """A process: its id, and when it was started, since ids are used again."""

    pid: int
    started: float

    @property
    def is_alive(self) -> bool:
        """Whether that very process still runs."""
        try:
            process = psutil.Process(self.pid)
            if process.status() == psutil.STATUS_ZOMBIE:
                return False
            # The system works the time out from its clock, which may have been set since.
            return abs(process.create_time() - self.started) < 2.0
        except psutil.NoSuchProcess:
            return False
        except psutil.AccessDenied:
            return True  # another person's process: it may be the one


def this_process() -> Writer:
    """The process that asks."""
    return Writer(os.getpid(), psutil.Process().create_time())


def mark_interrupted(connection: Connection) -> int:
    """Mark the replies of dead processes as interrupted, keep their text; returns how many."""
    with connection.reading() as database:
        rows = database.execute(
            "select id, writer_pid, writer_started from messages where state = 'streaming'"
        ).fetchall()
    alive = {(pid, start): pid and Writer(pid, start).is_alive for _, pid, start in rows}
    orphans = [row for row in rows if not alive[row[1:]]]
    if not orphans:
        return 0
    with connection.writing() as database:
        marked = 0
        for orphan in orphans:  # the same writer still: another process may have gone on with it
            marked += database.execute(
                "update messages set state = 'interrupted', note = ? where id = ?"
                " and state = 'streaming' and writer_pid is ? and writer_started is ?",
                (INTERRUPTED_NOTE, *orphan),
            ).rowcount
    return marked
