"""The pip inside of a frozen Benchtop."""

from __future__ import annotations

import subprocess
import sys

FROZEN = """
from pip._vendor import distlib

from benchtop.__main__ import show_pip_its_files


class Loader:  # pip knows none of this kind, as it knows none of PyInstaller's
    pass


distlib.__loader__ = Loader()
show_pip_its_files()
from pip._vendor.distlib.resources import finder

print(*(one.name for one in finder("pip._vendor.distlib").iterator("")))
"""


def test_pip_finds_its_own_files_whatever_loads_its_modules() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FROZEN], capture_output=True, text=True, timeout=60, check=False
    )
    assert "scripts.py" in done.stdout.split(), done.stderr
