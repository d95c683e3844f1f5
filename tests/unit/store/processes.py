"""Real processes that use a store, to be killed, starved or locked out."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

PRELUDE = """
import os, resource, signal, sys
from dataclasses import replace
from pathlib import Path
from benchtop.domain.chat import Conversation, Message
from benchtop.domain.errors import BenchtopError
from benchtop.store.database import open_store
path = Path(sys.argv[1])
def say(*words):
    print(*words, flush=True)
def talk(store):
    store.conversations.add(Conversation("talk", "Talk", 1.0, 1.0))
def message(name, content="words", **changes):
    return replace(Message(name, "talk", None, "user", content, 2.0), **changes)
"""


@contextmanager
def running(script: str, path: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A Python process that runs PRELUDE and ``script``; killed at the end if it still runs."""
    process = subprocess.Popen(
        [sys.executable, "-c", PRELUDE + script, str(path), *arguments],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        try:
            yield process
        finally:
            process.kill()


def finished(script: str, path: Path, *arguments: str) -> list[str]:
    """The lines that such a process wrote; it must end well."""
    with running(script, path, *arguments) as process:
        output, _ = process.communicate(timeout=60)
        assert process.returncode == 0
    return output.splitlines()


def lines(process: subprocess.Popen[str]) -> IO[str]:
    """Where the process writes."""
    assert process.stdout is not None
    return process.stdout


def read_until(process: subprocess.Popen[str], line: str) -> None:
    """Wait until the process writes this line."""
    for found in lines(process):
        if found.rstrip("\n") == line:
            return
    raise AssertionError(f"the process ended without writing {line!r}")


def kill(process: subprocess.Popen[str]) -> list[str]:
    """Kill it with SIGKILL; returns what it had written that was not read yet."""
    os.kill(process.pid, signal.SIGKILL)
    rest = lines(process).read()
    process.wait()
    assert process.returncode == -signal.SIGKILL
    return rest.splitlines(keepends=True)
