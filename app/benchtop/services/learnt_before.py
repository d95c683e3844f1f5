"""What an adapter had learnt when a run begins with it: in the run that made it, in the one before that, and
so on.

What any of them learnt from proves nothing in the holdout of the new run, be it of another data set. A file
that no run here made may have learnt anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchtop.domain.adapters import RUN_KEY
from benchtop.domain.gguf import read_header
from benchtop.domain.holdout import LearntBefore
from benchtop.domain.teach_errors import RunUnknown
from benchtop.domain.training import TrainingRun

if TYPE_CHECKING:
    from benchtop.store.database import Store

_MOST_IDS = 500


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


def earlier_runs(store: Store, parent_id: str) -> tuple[list[TrainingRun], bool]:
    """The run of this id and those it went on from, the latest first, and whether they are all: one of them
    may be gone, or have begun with a file from elsewhere. Raises the errors of a Connection."""
    found: dict[str, TrainingRun] = {}
    while parent_id and parent_id not in found:
        run = _run(store, parent_id)
        if run is None or run.start_unknown:
            every = list(found.values()) + ([run] if run is not None else [])
            return every, False
        found[run.id] = run
        parent_id = run.parent_id
    return list(found.values()), True


def learnt_before(store: Store, parent_id: str, *, began: bool) -> LearntBefore:
    """What was learnt by the adapter of this run and all before it; ``began``: a run begins with an adapter,
    whoever made it. Raises the errors of a Connection."""
    if not parent_id:
        return LearntBefore(known=not began)
    runs, known = earlier_runs(store, parent_id)
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
