"""Windows that really end badly: what is left is a file on this disk, and the next start tells of it once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

CHILD = """
import faulthandler, os, signal, sys, threading
from PySide6.QtCore import QTimer, qFatal
from PySide6.QtWidgets import QApplication
import benchtop.bootstrap as bootstrap
secret = "words of a " + "chat"

def fail(text):
    try:
        int(text)
    except ValueError as error:
        raise RuntimeError("while reading " + text) from error

def full(text):
    raise OSError(28, text)

def on_thread():
    thread = threading.Thread(target=fail, args=(secret,), name="helper")
    thread.start()
    thread.join()

def among_others():
    threading.Thread(target=threading.Event().wait, daemon=True).start()
    qFatal("the platform is gone")

def soon():
    QTimer.singleShot(0, QApplication.closeAllWindows)

def tell():
    window = next(w for w in QApplication.topLevelWidgets() if w.objectName() == "window")
    print([notice.text for notice in window.info_bar.notices()])
    soon()

ways = {
    "segfault": faulthandler._sigsegv,
    "abort": os.abort,
    "fatal": among_others,
    "killed": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "slot": lambda: (soon(), fail(secret)),
    "often": lambda: ([QTimer.singleShot(0, lambda: full(secret)) for _ in range(50)],
                      QTimer.singleShot(200, QApplication.closeAllWindows)),
    "thread": lambda: (soon(), on_thread()),
    "well": soon,
    "tell": lambda: QTimer.singleShot(0, tell),
}
sys.exit(bootstrap.run_window(lambda: QTimer.singleShot(0, ways[sys.argv[1]])))
"""


def run(way: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", CHILD, way], capture_output=True, text=True, timeout=90, check=False
    )


@pytest.fixture
def crashes(data_home: Path, starter_path: Path) -> Path:
    return data_home / "crashes"


def names(crashes: Path) -> list[str]:
    return sorted(path.name.partition("-")[0] for path in crashes.iterdir())


def only(crashes: Path) -> str:
    (path,) = crashes.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    return path.read_text()


@pytest.mark.parametrize(
    ("way", "number", "told"),
    [
        ("segfault", signal.SIGSEGV, "Segmentation fault"),
        ("abort", signal.SIGABRT, "Aborted"),
        ("fatal", signal.SIGABRT, "Aborted"),
    ],
)
def test_a_fault_in_native_code_is_in_a_file_and_told_once(
    crashes: Path, way: str, number: int, told: str
) -> None:
    assert run(way).returncode == -number
    report = only(crashes)
    assert report.startswith("Benchtop ")
    assert "This file was sent nowhere." in report
    assert f"Fatal Python error: {told}" in report
    assert "bootstrap.py" in report
    assert report.count("most recent call first") == 1, "to read running threads faults in its turn"
    next_time = run("tell").stdout
    assert "Benchtop ended unexpectedly last time." in next_time
    assert "it was sent nowhere" in next_time
    (path,) = crashes.iterdir()
    assert str(path) in next_time
    assert path.read_text() == report
    assert run("tell").stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("way", "where"), [("slot", "the window's thread"), ("thread", "the thread helper")]
)
def test_an_exception_that_nobody_caught_is_told_without_its_words(
    crashes: Path, way: str, where: str
) -> None:
    done = run(way)
    assert done.returncode == 0
    assert "words of a chat" in done.stderr  # a terminal is shown all of it, as before
    report = only(crashes)
    assert f"on {where}:" in report
    assert "in fail\nbuiltins.RuntimeError\nwhich was raised because of:\n" in report
    assert "builtins.ValueError" in report
    assert "words of a chat" not in report
    next_time = run("tell").stdout
    assert "Something went wrong inside Benchtop last time." in next_time
    assert names(crashes) == ["report"]


def test_what_raises_again_and_again_does_not_fill_the_disk(crashes: Path) -> None:
    assert run("often").returncode == 0
    report = only(crashes)
    assert report.count("builtins.OSError (error number 28)") == 20
    assert "words of a chat" not in report


def test_a_good_end_and_a_kill_leave_nothing_to_tell(crashes: Path) -> None:
    assert run("well").returncode == 0
    assert list(crashes.iterdir()) == []
    assert run("killed").returncode == -signal.SIGKILL
    assert names(crashes) == ["running"]  # only its head
    assert run("tell").stdout.strip() == "[]"
    assert list(crashes.iterdir()) == []


def test_ten_reports_are_kept(crashes: Path) -> None:
    crashes.mkdir(parents=True)
    for number in range(12):
        (crashes / f"report-2020-01-{number + 1:02}-000000-1.txt").write_text("old")
    run("segfault")
    run("well")
    kept = sorted(path.name for path in crashes.iterdir())
    assert len(kept) == 10
    assert kept[0] == "report-2020-01-04-000000-1.txt"
    assert not kept[-1].startswith("report-2020")


@pytest.mark.skipif(os.name != "posix", reason="permissions")
def test_a_folder_that_takes_nothing_is_no_fault(crashes: Path) -> None:
    crashes.parent.mkdir(parents=True)
    crashes.write_text("a file in its place")
    assert run("well").returncode == 0
