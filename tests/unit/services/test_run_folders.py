"""Folders of runs stay for as long as a run can be gone on with, and no longer."""

from __future__ import annotations

import os
from pathlib import Path

from benchtop.services.data_folder import DataFolder, find_data_folder
from benchtop.services.run_folders import FORGOTTEN_AFTER, forget_run_folder, sweep_run_folders

NOW = 1_000_000.0


def made(*names: str, age: float = 0.0) -> DataFolder:
    folder = find_data_folder()
    folder.prepare()
    for name in names:
        place = folder.training / name
        place.mkdir(parents=True)
        (place / "tokens.jsonl").write_text("words of a person")
        os.utime(place, (NOW - age, NOW - age))
    return folder


def left(folder: DataFolder) -> set[str]:
    return {one.name for one in folder.training.iterdir()}


def test_what_runs_that_are_over_left_behind_goes() -> None:
    folder = made("done", "stopped", "paused", "running", "preparing", "failed")
    states = {one: one for one in left(folder)}
    assert set(sweep_run_folders(folder, states, NOW)) == {"done", "stopped"}  # type: ignore[arg-type]
    assert left(folder) == {"paused", "running", "preparing", "failed"}


def test_a_folder_that_nobody_knows_goes_when_it_is_old() -> None:
    folder = made("old", age=FORGOTTEN_AFTER + 1)
    made_now = folder.training / "new"
    made_now.mkdir()
    os.utime(made_now, (NOW, NOW))
    (folder.training / "anchors-ab.json").write_text("{}")
    assert sweep_run_folders(folder, {}, NOW) == ["old"]
    assert left(folder) == {"new", "anchors-ab.json"}


def test_no_folder_at_all_is_nothing_to_sweep(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "none")
    assert sweep_run_folders(folder, {}) == []
    forget_run_folder(folder, "gone")
