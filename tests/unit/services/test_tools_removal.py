"""Training tools taken away: all of them, and nothing besides."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from benchtop.domain.errors import StoreError
from benchtop.domain.teach_errors import ToolsAtWork, ToolsNotRemoved
from benchtop.domain.training import RunState, TrainingRun, TrainingSettings
from benchtop.services import tools_removal
from benchtop.services.data_folder import DataFolder
from benchtop.services.store_thread import StoreThread
from benchtop.services.tools_removal import (
    ToolsRemoval,
    check_unused,
    held_tools,
    remove_tools,
    tools_bytes,
    tools_here,
)
from benchtop.store.database import open_store


def run_in(state: RunState) -> TrainingRun:
    return TrainingRun(state, "Doors", {}, "set", "version", TrainingSettings(), state=state)


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    """Tools of this Python and of an earlier one, what a killed setup left, and what is no tool."""
    made = DataFolder(tmp_path / "home")
    made.prepare()
    for place, size in (
        (made.training_tools, 700),
        (made.peft_tools, 20),
        (made.root / "training-tools-cpython-39", 4),
        (made.root / "training-tools-cpython-39.part", 1),
    ):
        (place / "torch").mkdir(parents=True)
        (place / "torch" / "big").write_bytes(b"x" * size)
    for kept in (made.adapters, made.training):
        kept.mkdir(exist_ok=True)
        (kept / "mine").write_bytes(b"mine")
    return made


def kept(folder: DataFolder) -> bool:
    return (folder.adapters / "mine").is_file() and (folder.training / "mine").is_file()


def test_all_of_them_go_and_nothing_else(folder: DataFolder) -> None:
    assert tools_bytes(folder) == 725
    assert remove_tools(folder) == 725
    assert tools_here(folder) == []
    assert tools_bytes(folder) == 0
    assert kept(folder)
    assert remove_tools(folder) == 0


def test_what_a_link_points_to_stays(folder: DataFolder, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").write_bytes(b"precious")
    (folder.training_tools / "link").symlink_to(elsewhere)
    remove_tools(folder)
    assert (elsewhere / "precious").read_bytes() == b"precious"


def test_of_a_link_only_the_link_goes(folder: DataFolder, tmp_path: Path) -> None:
    elsewhere = tmp_path / "another disk"
    shutil.move(folder.training_tools, elsewhere)
    folder.training_tools.symlink_to(elsewhere)
    remove_tools(folder)
    assert tools_here(folder) == []
    assert (elsewhere / "torch" / "big").is_file()


def test_a_folder_of_the_persons_own_stays(folder: DataFolder) -> None:
    own = folder.root / "training-tools-mine.backup"
    own.mkdir()
    remove_tools(folder)
    assert own.is_dir()
    assert tools_here(folder) == []


def test_a_folder_that_takes_no_file_is_said(folder: DataFolder) -> None:
    folder.tools_lock.mkdir()
    with pytest.raises(StoreError, match=r"training-tools\.lock"):
        remove_tools(folder)
    assert tools_bytes(folder) == 725


KILLED = """
import os, shutil, signal, sys
from pathlib import Path
from benchtop.services.data_folder import DataFolder
from benchtop.services.tools_removal import remove_tools
shutil.rmtree = lambda place: (os.unlink(place / "torch" / "big"), os.kill(os.getpid(), signal.SIGKILL))
remove_tools(DataFolder(Path(sys.argv[1])))
"""


def test_a_removal_that_is_killed_leaves_nothing_half_in_use(folder: DataFolder) -> None:
    """One set is out of use, the others are whole; the next removal takes all of it."""
    killed = subprocess.run([sys.executable, "-c", KILLED, str(folder.root)], check=False)
    assert killed.returncode == -signal.SIGKILL
    whole = [one for one in tools_here(folder) if ".leaving-" not in one.name]
    assert len(whole) == 3
    assert all((one / "torch" / "big").is_file() for one in whole)
    remove_tools(folder)
    assert tools_here(folder) == []
    assert kept(folder)


def test_what_the_disk_keeps_is_out_of_use_and_goes_the_next_time(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_place: Path) -> None:
        raise OSError(16, os.strerror(16))

    with monkeypatch.context() as busy:
        busy.setattr(tools_removal.shutil, "rmtree", refuse)
        with pytest.raises(ToolsNotRemoved, match="resource busy"):
            remove_tools(folder)
    assert not folder.training_tools.exists()
    assert tools_bytes(folder) == 725
    assert remove_tools(folder) == 725
    assert tools_here(folder) == []


def test_they_stay_while_a_living_process_trains(folder: DataFolder) -> None:
    with open_store(folder.database) as store:
        for state in ("paused", "done", "failed"):
            store.training_runs.put(run_in(state))
        check_unused(store)
        store.training_runs.put(run_in("running"))
        with pytest.raises(ToolsAtWork, match="in use by the training run “Doors”"):
            check_unused(store)


def test_the_window_is_told_how_much_and_why_not(qtbot: QtBot, folder: DataFolder) -> None:
    thread = StoreThread(folder.database)
    removal = ToolsRemoval(folder, thread)
    try:
        told: list[Any] = []
        for signal in (removal.failed, removal.measured, removal.removed):
            signal.connect(told.append)
        with held_tools(folder):
            removal.remove()
            qtbot.waitUntil(lambda: len(told) == 2)
        error, size = told
        assert isinstance(error, ToolsAtWork)
        assert "another window or command" in str(error)
        assert size == 725
        removal.remove()
        qtbot.waitUntil(lambda: len(told) == 4)
        assert told[2:] == [725, 0]
        assert kept(folder)
    finally:
        removal.close()
        thread.close()
