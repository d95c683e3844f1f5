"""Training gives way to models that write: with a lock that another process holds."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock, Timeout

from benchtop.tuning import turn_gate
from benchtop.tuning.turn_gate import VARIABLE, TurnGate

HOLD = """
import sys
from filelock import FileLock
lock = FileLock(sys.argv[1])
for line in sys.stdin:
    lock.acquire() if line.strip() == "take" else lock.release()
    print(line.strip(), flush=True)
"""


class Writer:
    """Another process that takes its turn, and gives it back."""

    def __init__(self, path: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(path)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def tell(self, word: str) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline().strip() == word


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "turn.lock"


@pytest.fixture
def writer(path: Path) -> Iterator[Writer]:
    made = Writer(path)
    with made.process:
        yield made
        made.process.kill()


@pytest.fixture(autouse=True)
def looks_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn_gate, "LOOK_SECONDS", 0.005)
    monkeypatch.setattr(turn_gate, "QUIET_SECONDS", 0.05)


class Passing:
    """A thread that goes through the gate, and then says so."""

    def __init__(self, gate: TurnGate) -> None:
        self.through: queue.Queue[bool] = queue.Queue()
        self._thread = threading.Thread(target=lambda: (gate(), self.through.put(True)))
        self._thread.start()

    def waits(self) -> bool:
        """Whether it is not through after a while that is long for whoever need not wait."""
        try:
            self.through.get(timeout=0.3)
        except queue.Empty:
            return True
        return False

    def end(self) -> None:
        assert self.through.get(timeout=30)
        self._thread.join()


def look_again(gate: TurnGate) -> None:
    gate._looked = 0.0  # as if some time had gone by


def test_who_is_alone_goes_on_and_keeps_the_lock_from_nobody(path: Path, writer: Writer) -> None:
    told: list[int] = []
    gate = TurnGate(str(path), 4, told.append)
    for _ in range(3):
        look_again(gate)
        gate()
    assert gate.waited_seconds == 0.0
    assert told == []
    writer.tell("take")  # would block if the gate held it


def test_training_waits_while_another_process_writes(path: Path, writer: Writer) -> None:
    told: list[int] = []
    gate = TurnGate(str(path), 4, told.append)
    writer.tell("take")
    passing = Passing(gate)
    assert passing.waits()
    writer.tell("give")
    passing.end()
    assert gate.waited_seconds > 0.3
    assert told == []
    with FileLock(path, timeout=0):
        pass


def test_a_writer_that_is_killed_keeps_nobody_waiting(path: Path, writer: Writer) -> None:
    gate = TurnGate(str(path), 4, lambda _n: None)
    writer.tell("take")
    passing = Passing(gate)
    assert passing.waits()
    writer.process.kill()
    passing.end()


def test_it_waits_until_nobody_has_written_for_a_while(
    path: Path, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two answers to a person the lock is free for a moment."""
    monkeypatch.setattr(turn_gate, "QUIET_SECONDS", 3.0)
    gate = TurnGate(str(path), 4, lambda _n: None)
    writer.tell("take")
    passing = Passing(gate)
    assert passing.waits()
    writer.tell("give")
    writer.tell("take")
    monkeypatch.setattr(turn_gate, "QUIET_SECONDS", 0.05)
    assert passing.waits()
    writer.tell("give")
    passing.end()


def test_whoever_is_to_end_waits_no_longer(path: Path, writer: Writer) -> None:
    gate = TurnGate(str(path), 4, lambda _n: None)
    writer.tell("take")
    passing = Passing(gate)
    assert passing.waits()
    gate.ended.set()
    passing.end()
    look_again(gate)
    Passing(gate).end()


def test_both_go_on_with_fewer_threads_when_a_person_wants_that(path: Path, writer: Writer) -> None:
    told: list[int] = []
    gate = TurnGate(str(path), 4, told.append)
    gate.share = True
    gate()
    assert told == []
    writer.tell("take")
    for _ in range(2):
        look_again(gate)
        gate()
    assert told == [2]
    writer.tell("give")
    look_again(gate)
    gate()
    assert told == [2, 4]


def test_a_changed_mind_holds_at_once(path: Path, writer: Writer) -> None:
    told: list[int] = []
    gate = TurnGate(str(path), 1, told.append)
    writer.tell("take")
    passing = Passing(gate)
    assert passing.waits()
    gate.share = True
    passing.end()
    look_again(gate)
    gate()
    assert told == [1]  # never fewer than one
    gate.share = False
    look_again(gate)
    passing = Passing(gate)
    assert passing.waits()
    assert told == [1, 1]  # it waits, and has all of its threads afterwards
    writer.tell("give")
    passing.end()


def test_a_lock_that_cannot_be_looked_at_stops_no_training(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    gate = TurnGate(str(tmp_path / "file" / "turn.lock"), 4, lambda _n: None)
    Passing(gate).end()


def test_the_lock_is_that_of_the_environment(
    path: Path, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    writer.tell("take")
    with pytest.raises(Timeout):
        FileLock(path, timeout=0).acquire()
    Passing(TurnGate.of_environment(2, lambda _n: None)).end()
    monkeypatch.setenv(VARIABLE, str(path))
    passing = Passing(TurnGate.of_environment(2, lambda _n: None))
    assert passing.waits()
    writer.tell("give")
    passing.end()
