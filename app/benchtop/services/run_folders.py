"""Folders of training runs: a person's words as tokens, checkpoints, adapters of steps.

They are there for as long as a run can be gone on with. What a run brought lies with the adapters and in the
store; the rest goes with its end.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from benchtop.domain.training import RunState
from benchtop.services.data_folder import DataFolder

FORGOTTEN_AFTER = 86_400.0
"""Seconds for which a folder that no run is known of is left alone: another window may be making one."""


def forget_run_folder(folder: DataFolder, run_id: str) -> None:
    """Remove all that was kept for going on with a run. What cannot be removed stays for the next sweep."""
    shutil.rmtree(folder.training / run_id, ignore_errors=True)


def sweep_run_folders(
    folder: DataFolder, states: Mapping[str, RunState], now: float | None = None
) -> list[str]:
    """Remove the folders of runs that are over, and old ones of no run in ``states``; their names.

    For what was left when a process died between a run's end and the removal of its folder.
    """
    at = time.time() if now is None else now
    found: list[Path] = []
    with suppress(OSError):
        found = [one for one in folder.training.iterdir() if one.is_dir()]
    gone = [one for one in found if _is_over(states.get(one.name), one, at)]
    for one in gone:
        shutil.rmtree(one, ignore_errors=True)
    return [one.name for one in gone]


def _is_over(state: RunState | None, place: Path, now: float) -> bool:
    if state is not None:
        return state in ("done", "stopped")
    try:
        return now - place.stat().st_mtime > FORGOTTEN_AFTER
    except OSError:
        return False
