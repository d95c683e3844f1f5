"""How runs end that are not trained to their end: by an error, or stopped before the first step."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from benchtop.domain.errors import AdapterFailed, BenchtopError
from benchtop.domain.teach_errors import ModelNotTrainable, TooFewExamples, TrainingDiverged
from benchtop.domain.training import RunState, TrainingRun
from benchtop.protocol.tuning_messages import TrainingEnded

if TYPE_CHECKING:
    from benchtop.store.database import Store

_FOR_GOOD = (TrainingDiverged, ModelNotTrainable, TooFewExamples, AdapterFailed)


def failed_run(run: TrainingRun, error: BenchtopError) -> TrainingRun:
    """A run that ended by an error: for good where going on would only fail again."""
    state: RunState = "failed" if isinstance(error, _FOR_GOOD) else "paused"
    return replace(run, state=state, error=str(error))


def ended_so_far(store: Store, run: TrainingRun, adapter: str, step: int) -> TrainingEnded:
    """What a trainer that gave up would have told at its end, as far as its steps tell. ``adapter`` is that
    of its best step, which is ``step`` where nothing was held out. Raises the errors of a Connection."""
    steps = store.training_runs.train_points(run.id)
    holdout = store.training_runs.holdout_points(run.id)
    kept = [one for one in holdout if one.best]
    return TrainingEnded(
        run.id,
        "failed",
        adapter,
        run.step,
        best_step=kept[-1].step if kept else step,
        loss=steps[-1].loss if steps else 0.0,
        holdout_before=holdout[0].loss if holdout else None,
        holdout_after=kept[-1].loss if kept else None,
        tokens=sum(one.tokens for one in steps),
        seconds=sum(one.seconds for one in steps),
        peak_memory_bytes=max((one.memory_bytes for one in steps), default=0),
    )


def nothing_trained(run: TrainingRun) -> TrainingEnded:
    """What a trainer would have told at the end of a run that was stopped before its first step."""
    return TrainingEnded(
        run.id,
        "stopped",
        "",
        step=0,
        best_step=0,
        loss=0.0,
        holdout_before=None,
        holdout_after=None,
        tokens=0,
        seconds=0.0,
        peak_memory_bytes=0,
    )
