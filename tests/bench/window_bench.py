"""How soon the window is there, and what it takes: measured in processes of its own."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

CHILD = """
import json, os, sys, time
began = float(sys.argv[1])
from benchtop.__main__ import prepare_imports
prepare_imports()
from benchtop.bootstrap import run_window
found = {}
HEAVY = ("sqlite_utils", "numpy", "markdown_it", "pygments", "llama_cpp", "psutil", "jinja2")
def painted():
    found["first_paint_ms"] = (time.time() - began) * 1e3
    found["heavy"] = [name for name in HEAVY if name in sys.modules]
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication
    def close():
        found["rss_mb"] = memory()  # before closing, which frees things
        QApplication.closeAllWindows()
    QTimer.singleShot(int(sys.argv[2]), close)
def memory():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE") / 1e6
status = run_window(painted)
print(json.dumps(found))
sys.exit(status)
"""


def first_paint_ms(home: Path, repeat: int = 7) -> float:
    """From the start of the process to the end of the first paint: the median of warm starts."""
    window(home, 0)
    return round(statistics.median(window(home, 0)["first_paint_ms"] for _ in range(repeat)), 1)


def gui_rss_mb(home: Path) -> float:
    """Resident memory of the window's process after ten seconds, the model in its own process."""
    return round(float(window(home, 10_000)["rss_mb"]), 1)


def window(home: Path, stay_ms: int) -> dict[str, float]:
    """Open the window, close it after a while, and tell what was seen."""
    home.mkdir(parents=True, exist_ok=True)
    if not (home / "settings.json").exists():  # not the first start, which shows the welcome
        (home / "settings.json").write_text('{"welcomed": true}', encoding="utf-8")
    environment = {**os.environ, "BENCHTOP_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(time.time()), str(stay_ms)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found
