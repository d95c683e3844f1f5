"""One decode at a time across the engine workers of one user.

Two models that decode at once on the same cores spin in each other's barriers: six times slower in
total, and no figure taken then is honest. The lock is a file that every worker is given; the system
frees it when a worker dies.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from benchtop.engine.job import Job
from benchtop.protocol.messages import Waiting

VARIABLE = "BENCHTOP_TURN_LOCK"
POLL_SECONDS = 0.02


class TurnLock:
    """The lock at ``path``; without a path there is nobody to take turns with."""

    def __init__(self, path: str | None) -> None:
        self._lock = FileLock(path, thread_local=False) if path else None

    @classmethod
    def of_environment(cls) -> TurnLock:
        """The lock that BENCHTOP_TURN_LOCK names."""
        return cls(os.environ.get(VARIABLE))

    @contextmanager
    def held(self, job: Job) -> Iterator[None]:
        """Hold the lock; sends Waiting once when it is another's turn.

        Raises Cancelled when the request is cancelled while it waits.
        """
        taken = self._take(job)
        try:
            yield
        finally:
            if taken and self._lock is not None:
                self._lock.release()

    def _take(self, job: Job) -> bool:
        if self._lock is None:
            return False
        told = False
        while True:
            try:
                Path(self._lock.lock_file).parent.mkdir(parents=True, exist_ok=True)
                self._lock.acquire(timeout=0)
            except Timeout:
                if not told:
                    job.send(Waiting(job.request_id))
                    told = True
                job.cancel.wait(POLL_SECONDS)
                job.check()
            except OSError as error:  # no turns is better than no replies
                sys.stderr.write(f"benchtop: no turn lock at {self._lock.lock_file}: {error}\n")
                return False
            else:
                return True
