"""How training runs stand, kept in the store in the order of what happens, also while the disk is full."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from benchtop.domain.training import TrainingRun
from benchtop.services.run_folders import forget_run_folder
from benchtop.services.teach_room import TeachRoom

if TYPE_CHECKING:
    from benchtop.store.database import Store


class RunStates:
    """Of one TrainingRunner. Once ``closed`` nobody is told of anything."""

    def __init__(self, room: TeachRoom) -> None:
        self._folder, self._store, self._disk = room.folder, room.store, room.disk
        self.closed = False

    def put(self, run: TrainingRun, then: Callable[[], None] = lambda: None) -> None:
        """Keep how a run stands; ``then`` comes when that is written, or waits in memory."""
        self._store.keep(lambda store: store.training_runs.put(run), key="")

        def kept(_result: object) -> None:
            if not self.closed:
                then()

        self._store.run(lambda _store: None, kept, kept)

    def end(self, run: TrainingRun, then: Callable[[], None]) -> None:
        """Keep the end of a run. What going on with it would take goes once that is in the store."""
        self.put(run, lambda: self._clear(run.id, lambda _told: then()))

    def leave(self, run: TrainingRun) -> None:
        """Nobody's from now on, also for a window that this process opens next."""
        self._store.keep(lambda store: store.training_runs.leave(run.id))

    def _clear(self, run_id: str, then: Callable[[object], None]) -> None:
        def over(store: Store) -> bool:
            found = store.training_runs.get(run_id)
            # What failed keeps its best step there, unless that is among the adapters by now.
            return found.state in ("done", "stopped") or (
                found.state == "failed" and bool(found.adapter_id)
            )

        def clear(is_over: bool) -> None:
            forget = partial(forget_run_folder, self._folder, run_id)
            self._disk.run(forget if is_over else lambda: None, then)

        self._store.run(over, clear, then)
