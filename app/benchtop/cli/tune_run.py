"""A training run from a command: progress on stderr, Ctrl+C pauses it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from benchtop.cli.event_wait import EventWait
from benchtop.cli.tune_list import ID_LETTERS
from benchtop.cli.tune_progress import TuneProgress
from benchtop.cli.worker_room import WorkerRoom, worker_room
from benchtop.domain.errors import BenchtopError, Interrupted
from benchtop.domain.training import TrainingRun
from benchtop.services.data_folder import DataFolder
from benchtop.services.training_runner import TrainingRunner
from benchtop.services.training_wish import TrainingWish


class TuneRun:
    """One run and the event loop it is trained in. Nothing is made before signals are heard: where Qt is at
    work, one would be lost. ``run`` is how it ended, once it has."""

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder
        self._events = EventWait(folder.logs)
        self._room: WorkerRoom | None = None
        self._runner: TrainingRunner | None = None
        self.run: TrainingRun | None = None
        self._error: BenchtopError | None = None
        self._progress = TuneProgress()
        self.interrupted = False

    def train(self, wish: TrainingWish) -> TrainingRun:
        """Train, and block until it ended. Raises what kept it from it, and Interrupted when paused."""
        return self._wait(lambda runner: runner.start(wish))

    def go_on(self, run: TrainingRun) -> TrainingRun:
        """Go on with a paused run; raises as train() does."""
        return self._wait(lambda runner: runner.go_on(run))

    def _wait(self, begin: Callable[[TrainingRunner], None]) -> TrainingRun:
        try:
            self._events.wait(partial(self._begin, begin), self._interrupt, self._fail)
        finally:
            if self._runner is not None:
                self._runner.close()
            if self._room is not None:
                self._room.close()
        run, error = self.run, self._error
        if run is not None and run.state == "paused":
            words = f"`benchtop tune --resume {run.id[:ID_LETTERS]}` goes on with it"
            if error is None or self.interrupted:
                raise Interrupted(detail=f"paused; {words}")
            where = f"after step {run.step:,}" if run.step else "before the first step"
            self._progress.tell(f"paused {where}; {words}")
        if error is not None:
            raise error
        if run is None:
            raise Interrupted
        return run

    def _begin(self, begin: Callable[[TrainingRunner], None]) -> None:
        room = self._room = worker_room(self._folder, ())
        runner = self._runner = TrainingRunner(self._folder, room.workers, room.store)
        progress = self._progress
        runner.preparing.connect(progress.preparing)
        runner.prepared.connect(progress.prepared)
        runner.begun.connect(progress.begun)
        runner.stepped.connect(progress.stepped)
        runner.holdout_read.connect(progress.holdout)
        runner.restarted.connect(progress.restarted)
        runner.ended.connect(self._ended)
        runner.refused.connect(self._fail)
        if self.interrupted:  # meanwhile
            self._fail(Interrupted())
        else:
            begin(runner)

    def _ended(self, run: TrainingRun, error: BenchtopError | None) -> None:
        self.run, self._error = run, error
        self._events.end()

    def _fail(self, error: BenchtopError) -> None:
        self._error = error
        self._events.end()

    def _interrupt(self) -> None:
        """The first Ctrl+C pauses after the step at hand; the second ends at once, and the run goes on
        from the checkpoint before."""
        if self.interrupted:
            self._events.soon(partial(self._fail, Interrupted()))
        self.interrupted = True
        if self._runner is not None:
            self._runner.pause()
