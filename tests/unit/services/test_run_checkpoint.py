"""The step of a checkpoint, read without carrying anything of it out."""

from __future__ import annotations

import pickle
import zipfile
from pathlib import Path

import pytest
import torch

from benchtop.domain.training import TrainingRun, TrainingSettings, TrainPoint
from benchtop.services.data_folder import find_data_folder
from benchtop.services.run_checkpoint import CHECKPOINT, checkpoint_step, pause_orphans
from benchtop.store.database import Store, open_store
from benchtop.tuning.checkpoints import Progress


def write_checkpoint(place: Path, step: int) -> None:
    """As tuning/checkpoints.py writes it."""
    place.mkdir(parents=True, exist_ok=True)
    state = {
        "version": 1,
        "mark": {"base": "a" * 64, "tokens": "b" * 64, "settings": "c" * 64},
        "progress": {name: getattr(Progress(step), name) for name in Progress.__slots__},
        "adapters": {"blk.0.attn_q.a": torch.zeros(2, 3)},
    }
    torch.save(state, place / CHECKPOINT)


@pytest.mark.parametrize("step", [0, 1, 255, 70_000, 2**33])
def test_the_step_is_told(tmp_path: Path, step: int) -> None:
    write_checkpoint(tmp_path, step)
    assert checkpoint_step(tmp_path) == step


def test_nothing_is_told_of_what_is_no_checkpoint(tmp_path: Path) -> None:
    assert checkpoint_step(tmp_path) is None
    write_checkpoint(tmp_path, 7)
    file = tmp_path / CHECKPOINT
    whole = file.read_bytes()
    for damaged in (b"", whole[: len(whole) // 2], b"no zip file"):
        file.write_bytes(damaged)
        assert checkpoint_step(tmp_path) is None
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps({"version": 1}))
    assert checkpoint_step(tmp_path) is None


def test_a_pickle_is_never_carried_out(tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, ...]:
            return (Path.touch, (tmp_path / "done",))

    with zipfile.ZipFile(tmp_path / CHECKPOINT, "w") as archive:
        state = {"version": Evil(), "progress": {"step": 5}}
        archive.writestr("archive/data.pkl", pickle.dumps(state, protocol=2))
    assert checkpoint_step(tmp_path) == 5
    assert not (tmp_path / "done").exists()


def test_what_a_dead_process_trained_stands_at_its_last_checkpoint() -> None:
    folder = find_data_folder()
    folder.prepare()
    with open_store(folder.database) as store:
        for name in ("kept", "none"):
            put_running(store, name)
        write_checkpoint(folder.training / "kept", 5)
        assert pause_orphans(folder, store) == ["kept"]
        kept, none = (store.training_runs.get(name) for name in ("kept", "none"))
    assert (kept.state, kept.step) == ("paused", 5)
    assert (none.state, none.step) == ("paused", 7)


def put_running(store: Store, name: str) -> None:
    """A run at its seventh step whose process is gone."""
    run = TrainingRun(name, name, {"id": "m"}, "d", "v", TrainingSettings(), state="running")
    store.training_runs.put(run)
    store.training_runs.add_points(name, [TrainPoint(7, 1.0, 0.1, 10, 0.5)])
    store.training_runs.leave(name)
