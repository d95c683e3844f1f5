"""Commands whose streams, signals or own faults come in the way: they end, and say so in a line."""

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from filelock import FileLock

from benchtop.protocol.wire import MAX_LINE_BYTES
from workers.commands import ASK, COMMAND, explained, kept, read_terminal, run


def test_a_prompt_larger_than_the_wire_takes_is_refused(starter_path: Path) -> None:
    line = explained(run(*ASK, "--prompt", "-", given="a" * (MAX_LINE_BYTES + 1)))
    assert "67.1 MB" in line
    assert "too large" in line
    assert kept() == []


def test_a_closed_stderr_stops_no_reply(starter_path: Path, data_home: Path) -> None:
    words = ["bash", "-c", 'exec "$@" 2>&-', "bash", *COMMAND, *ASK, "--prompt", "Hello!"]
    done = subprocess.run(words, stdout=subprocess.PIPE, text=True, timeout=60, check=False)
    assert done.returncode == 0
    assert done.stdout.strip()
    (conversation,) = kept()
    assert conversation["messages"][1]["content"].strip() == done.stdout.strip()


def test_a_closed_stderr_hears_of_no_failure_and_the_status_tells(tmp_path: Path) -> None:
    for words, status in ((["models", "show", str(tmp_path / "none.gguf")], 1), (["chat"], 2)):
        line = ["bash", "-c", 'exec "$@" 2>&-', "bash", *COMMAND, *words]
        done = subprocess.run(line, stdout=subprocess.PIPE, timeout=60, check=False)
        assert (done.returncode, done.stdout) == (status, b"")


FAULTY = """
import sys, uuid
from benchtop.cli.engine_run import EngineRun
from benchtop.domain.errors import BenchtopError
from benchtop.domain.generation import SamplingParams
from benchtop.protocol.messages import ChatTurn, Generate
from benchtop.services.data_folder import find_data_folder
from benchtop.services.engine_worker import LoadOptions
from benchtop.services.library import starter

def listen(_answer):
    raise ZeroDivisionError(sys.argv[1])

folder = find_data_folder()
folder.prepare()
engine = EngineRun(folder, starter(), LoadOptions(threads=1))
engine.load()
params = SamplingParams(max_tokens=5)
try:
    engine.ask(Generate(uuid.uuid4().hex, (ChatTurn("user", "Hi"),), params=params), listen)
except BenchtopError as error:
    print(error)
engine.close()
"""
"""A listener with a fault. In a process of its own: a command's wait is the application's own loop."""


def test_a_fault_of_ours_ends_the_wait_and_is_told_in_the_log(
    starter_path: Path, data_home: Path
) -> None:
    typed = "secret words"
    words = [sys.executable, "-c", FAULTY, typed]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True)
    assert "ZeroDivisionError" in done.stdout
    log = (data_home / "logs" / "command.log").read_text()
    assert "ZeroDivisionError" in log
    assert "in listen" in log
    assert typed not in log + done.stdout


def test_a_command_that_waits_for_its_turn_says_so_once(
    starter_path: Path, data_home: Path
) -> None:
    ours, theirs = pty.openpty()
    data_home.mkdir()
    with FileLock(data_home / "turn.lock"):
        process = subprocess.Popen(
            [*COMMAND, *ASK, "--no-store", "--prompt", "Hello!"],
            stdout=subprocess.DEVNULL,
            stderr=theirs,
        )
        os.close(theirs)
        seen = read_terminal(ours, until=b"waiting for another reply to end\r\n")
        assert process.poll() is None
    seen += read_terminal(ours)
    assert process.wait(60) == 0
    assert seen.count(b"waiting for another") == 1
    os.close(ours)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_to_the_whole_group_stops_the_reply_and_keeps_it(
    slow_model_path: Path, data_home: Path, number: signal.Signals
) -> None:
    """As from ``timeout``, or from a terminal that is closed."""
    # Whoever runs the tests under nohup has switched SIGHUP off for all that they start.
    before = signal.signal(number, signal.SIG_DFL)
    process = subprocess.Popen(
        [*COMMAND, "chat", "--model", str(slow_model_path), "--prompt", "a"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    signal.signal(number, before)
    assert process.stdout is not None
    process.stdout.read(3)
    family = psutil.Process(process.pid).children(recursive=True)
    assert family
    os.killpg(process.pid, number)
    _rest, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert b"unexpectedly" not in errors
    _gone, alive = psutil.wait_procs(family, timeout=5)
    assert alive == []
    (conversation,) = kept()
    assert conversation["messages"][1]["state"] == "stopped"
    assert conversation["messages"][1]["content"]


def test_a_signal_to_the_whole_group_while_a_model_loads(slow_model_path: Path) -> None:
    """The worker may still be too young to leave the signal to the command."""
    process = subprocess.Popen(
        [*COMMAND, "chat", "--model", str(slow_model_path), "--prompt", "a"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    command = psutil.Process(process.pid)
    while not (family := command.children(recursive=True)):
        assert process.poll() is None
    os.killpg(process.pid, signal.SIGTERM)
    _output, errors = process.communicate(timeout=60)
    # Before the wait has begun the system ends the command itself.
    assert process.returncode in (130, -signal.SIGTERM), errors
    assert b"unexpectedly" not in errors
    _gone, alive = psutil.wait_procs(family, timeout=5)
    assert alive == []
