"""A command that may take longer than others, run as a person runs it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from workers.commands import COMMAND


def run_command(
    *words: str | Path, seconds: float = 170.0, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run it to its end, or to the end of a time that is far beyond what it takes."""
    return subprocess.run(
        [*COMMAND, *map(str, words)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
        env={**os.environ, **environment},
    )
