"""What a run's beginning had learnt: its adapter in the run that made it, in the one before that, and so on,
and its base, where that is a merge, in the runs that made the adapters inside it.

What any of them learnt from proves nothing in the holdout of the new run, be it of another data set. A file
that no run here made may have learnt anything.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from benchtop.domain.adapters import RUN_KEY
from benchtop.domain.gguf import read_header
from benchtop.domain.holdout import LearntBefore
from benchtop.domain.teach_errors import RunUnknown
from benchtop.domain.training import TrainingRun

if TYPE_CHECKING:
    from benchtop.store.database import Store

_MOST_IDS = 500
MERGED_RUNS = "merged_runs"
"""Among the facts of a base (TrainingRun.model): the runs whose adapters were merged into it."""


def run_named_in(path: str) -> str:
    """The id of the run that made an adapter's file, by its own words; empty where it says none. Raises what
    reading a header raises."""
    return read_header(path).text(RUN_KEY).strip()


def run_behind(store: Store, path: str, named: str) -> str:
    """The run of this store that made the adapter at ``path``, which says that ``named`` did; empty for a
    file from elsewhere. Raises the errors of a Connection."""
    listed = store.adapters.by_path(path)
    for one in (named, listed.run_id if listed is not None else ""):
        if one and _run(store, one) is not None:
            return one
    return ""


def merged_runs(model: Mapping[str, Any]) -> tuple[str, ...]:
    """The runs whose adapters are inside a base, by the facts of it that a run keeps."""
    return tuple(model.get(MERGED_RUNS, ()))


def began_elsewhere(run: TrainingRun) -> bool:
    """Whether a run began with an adapter that no run here made."""
    if run.parent_id or not run.start_unknown:
        return False
    read = run.result is not None and run.result.against_parent is not None
    return read or not merged_runs(run.model)


def earlier_runs(store: Store, *ids: str) -> tuple[list[TrainingRun], bool]:
    """The runs of these ids and all that led to them, the latest first, and whether they are all: one of them
    may be gone, or have begun with a file from elsewhere. Raises the errors of a Connection."""
    found: dict[str, TrainingRun] = {}
    known, left = True, deque(ids)
    while left:
        run_id = left.popleft()
        if not run_id or run_id in found:
            continue
        run = _run(store, run_id)
        if run is None:
            known = False
            continue
        found[run_id] = run
        known = known and not run.start_unknown
        left.extend((run.parent_id, *merged_runs(run.model)))
    return list(found.values()), known


def learnt_before(
    store: Store, parent_id: str, merged: Iterable[str] = (), *, began: bool
) -> LearntBefore:
    """What was learnt by the adapter of this run, by those of the ``merged`` ones, and by all before them;
    ``began``: a run begins with an adapter, whoever made it. Raises the errors of a Connection."""
    runs, known = earlier_runs(store, parent_id, *merged)
    known = known and (bool(parent_id) or not began)
    ids = list(dict.fromkeys(one.version_id for one in runs))
    parts = [
        store.versions.learnt_in(ids[at : at + _MOST_IDS]) for at in range(0, len(ids), _MOST_IDS)
    ]
    return LearntBefore(
        frozenset().union(*(one.prompts for one in parts)),
        frozenset().union(*(one.sums for one in parts)),
        known=known and all(one.known for one in parts),
    )


def _run(store: Store, run_id: str) -> TrainingRun | None:
    try:
        return store.training_runs.get(run_id)
    except RunUnknown:
        return None
