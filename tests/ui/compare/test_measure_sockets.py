"""The picture's library is read in late, and opens no connection when it is."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import sys
events = []
sys.addaudithook(lambda name, _args: events.append(name) if name.startswith("socket.") else None)
from PySide6.QtWidgets import QApplication
app = QApplication([])
import benchtop.ui.compare.measure_view
import benchtop.ui.compare.suite_results_view
import benchtop.ui.compare.lens_view
assert "pyqtgraph" not in sys.modules
assert "numpy" not in sys.modules
from benchtop.ui.compare.measure_plot import MeasurePlot
from benchtop.ui.compare.measure_rows import ScatterPoint
plot = MeasurePlot()
plot.resize(300, 200)
plot.set_points([ScatterPoint("owl", 10.0, 12.0, 1_000)])
plot.show()
assert plot.png() and plot.svg()
assert "pyqtgraph" in sys.modules
for banned in ("PySide6.QtNetwork", "ssl", "asyncio", "http.client", "urllib.request"):
    assert banned not in sys.modules, banned
assert events == [], events
print("quiet")
"""


def test_the_views_read_it_in_late_and_it_opens_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "quiet"
