"""One window per data folder, held by real processes."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from benchtop.domain.errors import StoreError
from benchtop.domain.opening import OpenWish
from benchtop.services.data_folder import DataFolder
from benchtop.services.single_instance import SingleInstance

OTHER = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from benchtop.services.data_folder import DataFolder
from benchtop.services.single_instance import SingleInstance
from benchtop.domain.opening import OpenWish
app = QCoreApplication([])
instance = SingleInstance(DataFolder(Path(sys.argv[1])))
first = instance.claim()
if not first:
    instance.call_first(OpenWish(("a b.gguf",), "models"))
print("first" if first else "second", flush=True)
if first:
    sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    made = DataFolder(tmp_path / "data")
    made.prepare()
    return made


def other(folder: DataFolder) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", OTHER, str(folder.root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def end(process: subprocess.Popen[str]) -> None:
    process.communicate(timeout=30)


def test_a_second_start_calls_the_first(folder: DataFolder, qtbot: QtBot) -> None:
    first = SingleInstance(folder)
    assert first.claim()
    for _ in range(2):
        with qtbot.waitSignal(first.raise_requested, timeout=30_000) as called:
            second = other(folder)
            assert said(second) == "second"
            end(second)
        assert called.args == [OpenWish(("a b.gguf",), "models")]
    first.release()


def test_a_killed_window_leaves_the_folder_free(folder: DataFolder, qapp: object) -> None:
    process = other(folder)
    assert said(process) == "first"
    mine = SingleInstance(folder)
    assert not mine.claim()
    process.send_signal(signal.SIGKILL)
    end(process)
    assert mine.claim()
    mine.release()


def bring_from_another_machine(folder: DataFolder, pid: int) -> None:
    """Write a lock as another machine has, an hour old, into the file that is there or a new one."""
    lines = [str(pid), "python3", "elsewhere", "0123456789abcdef0123456789abcdef", "boot"]
    with folder.window_lock.open("r+" if folder.window_lock.exists() else "w") as file:
        file.truncate(0)
        file.write("".join(f"{line}\n" for line in lines))
    hour_ago = time.time() - 3_600
    os.utime(folder.window_lock, (hour_ago, hour_ago))


def test_a_restored_folder_opens(folder: DataFolder, qapp: object) -> None:
    """The lock of a killed window came along with it from another machine."""
    bring_from_another_machine(folder, pid=os.getpid())
    mine = SingleInstance(folder)
    assert mine.claim()
    mine.release()


def test_a_lock_that_a_living_process_holds_is_never_taken(
    folder: DataFolder, qapp: object
) -> None:
    """Whatever its file says."""
    process = other(folder)
    assert said(process) == "first"
    bring_from_another_machine(folder, pid=1)
    mine = SingleInstance(folder)
    assert not mine.claim()
    end(process)
    assert mine.claim()
    mine.release()


def test_a_folder_that_is_gone_is_said(tmp_path: Path, qapp: object) -> None:
    gone = DataFolder(tmp_path / "gone")
    with pytest.raises(StoreError):
        SingleInstance(gone).claim()
