"""`benchtop tune` in the middle of a run, and what its folder holds then."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchtop.domain.token_lines import TokenExample, read_token_lines
from workers.commands import COMMAND


@contextmanager
def begun(words: Sequence[str | Path]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command after its first checkpoint, and the first letters of its run's id; it is killed at the
    end."""
    process = subprocess.Popen(
        [*COMMAND, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with process:
        try:
            assert process.stderr is not None
            name = ""
            for line in process.stderr:
                if found := re.match(r"run (\w+):", line):
                    name = found[1]
                if re.match(r"step [1-9]\d*: loss on what is held out", line):
                    break
            assert name
            yield process, name
        finally:
            process.kill()


def folder_of(home: Path, name: str) -> Path:
    """Where a run keeps what it goes on with."""
    (found,) = (home / "training").glob(f"{name}*")
    return found


def tokens_of(home: Path, name: str) -> list[TokenExample]:
    """What a run learns from."""
    with (folder_of(home, name) / "tokens.jsonl").open(encoding="ascii") as stream:
        return read_token_lines(stream)[1]
