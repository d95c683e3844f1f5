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


def test_a_restored_lock_that_nobody_may_write_is_taken(folder: DataFolder, qapp: object) -> None:
    bring_from_another_machine(folder, pid=os.getpid())
    folder.window_lock.chmod(0o400)
    mine = SingleInstance(folder)
    assert mine.claim()
    mine.release()


def test_what_is_no_lock_at_all_is_said(folder: DataFolder, qapp: object) -> None:
    """Else a start would end without a window and without a word."""
    folder.window_lock.mkdir()
    hour_ago = time.time() - 3_600
    os.utime(folder.window_lock, (hour_ago, hour_ago))
    with pytest.raises(StoreError, match=r"window\.lock"):
        SingleInstance(folder).claim()


RACE = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from benchtop.services.data_folder import DataFolder
from benchtop.services.single_instance import SingleInstance
app = QCoreApplication([])
for root in sys.stdin:
    instance = SingleInstance(DataFolder(Path(root.strip())))
    print(int(instance.claim()), flush=True)
    sys.stdin.readline()  # until all have tried
    instance.release()
    print("released", flush=True)
"""


def test_of_many_starts_at_once_one_takes_what_was_left(tmp_path: Path) -> None:
    starts = [
        subprocess.Popen(
            [sys.executable, "-c", RACE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    for number in range(60):
        folder = DataFolder(tmp_path / str(number))
        folder.prepare()
        bring_from_another_machine(folder, pid=os.getpid())
        for one in starts:
            tell(one, str(folder.root))
        claimed = [int(said(one)) for one in starts]
        for one in starts:
            tell(one, "all have tried")
        assert [said(one) for one in starts] == ["released"] * len(starts)
        assert sum(claimed) == 1, number
    for one in starts:
        end(one)


def tell(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def test_a_folder_that_is_gone_is_said(tmp_path: Path, qapp: object) -> None:
    gone = DataFolder(tmp_path / "gone")
    with pytest.raises(StoreError):
        SingleInstance(gone).claim()
