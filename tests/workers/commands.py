"""Commands run as a person runs them, code in a process of its own, and how they ended."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

COMMAND = [sys.executable, "-m", "benchtop"]


def run(*words: str | Path, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *map(str, words)],
        input=given,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def run_code(code: str, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Python code in a process of its own, which must end well."""
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    return done


def run_json(*words: str | Path) -> Any:
    done = run(*words, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def explained(done: subprocess.CompletedProcess[str]) -> str:
    """The one line that explains a failure."""
    assert done.returncode == 1, (done.returncode, done.stdout, done.stderr)
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, lines
    assert lines[0].startswith("benchtop: ")
    return lines[0]


ASK = ("chat", "--model", "starter", "--temperature", "0", "--max-tokens", "40")


def usage_error(*words: str | Path, given: str = "") -> str:
    """The last line of a complaint about the words themselves."""
    done = run(*words, given=given)
    assert done.returncode == 2, (done.returncode, done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    return done.stderr.strip().splitlines()[-1]


def kept() -> list[Any]:
    """Every conversation of the store, with its messages."""
    done = run("export", "-")
    assert done.returncode == 0, done.stderr
    conversations: list[Any] = json.loads(done.stdout)["conversations"]
    return conversations


def read_terminal(terminal: int, *, until: bytes | None = None) -> bytes:
    """What comes on a pseudo-terminal up to ``until``, or to the end of the program on it."""
    seen = b""
    while until is None or until not in seen:
        try:
            part = os.read(terminal, 1_000)
        except OSError:  # so Linux tells that nobody has the other side open any more
            part = b""
        if not part:
            assert until is None, seen
            break
        seen += part
    return seen
