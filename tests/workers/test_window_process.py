"""The window's process from outside: what it imports and when, and that it opens no connection."""

import json
from pathlib import Path
from typing import Any

import pytest

from workers.commands import run_code

CHILD = """
import json, sys
wanted_late = ("sqlite_utils", "numpy", "markdown_it", "pygments", "psutil", "jinja2", "filelock")
never = ("llama_cpp", "huggingface_hub", "torch")
connections = []
def watch(event, arguments):
    if event.startswith("socket.") and event not in ("socket.__new__",):
        connections.append(event)
sys.addaudithook(watch)
from benchtop.__main__ import prepare_imports
prepare_imports()
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from benchtop.bootstrap import run_window
found = {}
def painted():
    found["at_first_paint"] = [m for m in (*wanted_late, *never) if m in sys.modules]
    found["not_of_qt_or_python"] = sorted(outside())
    import linecache  # holds the source of every module that anybody read
    found["sources_read"] = [name for name in linecache.cache if "benchtop" in name]
    QTimer.singleShot(2500, QApplication.closeAllWindows)
def outside():
    known = set(sys.stdlib_module_names) | {"PySide6", "shiboken6", "benchtop", "__main__"}
    known |= {"sitecustomize", "usercustomize", "_shiboken6", "_distutils_hack"}
    known |= {"signature_bootstrap", "shibokensupport", "__feature__"}  # of PySide6
    return {n.partition(".")[0] for n in sys.modules} - known
status = run_window(painted)
found["late"] = [m for m in wanted_late if m in sys.modules]
found["never"] = [m for m in never if m in sys.modules]
found["connections"] = connections
print(json.dumps(found))
sys.exit(status)
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory, starter_path: Path) -> dict[str, Any]:
    home = tmp_path_factory.mktemp("home")
    done = run_code(CHILD, BENCHTOP_HOME=str(home))
    result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def test_before_the_first_paint_only_qt_and_the_standard_library(found: dict[str, Any]) -> None:
    assert found["at_first_paint"] == []
    assert found["not_of_qt_or_python"] == []


def test_no_source_is_read_for_the_sake_of_names_that_nobody_wants(found: dict[str, Any]) -> None:
    assert found["sources_read"] == []


def test_the_rest_comes_after_it(found: dict[str, Any]) -> None:
    assert "sqlite_utils" in found["late"]


def test_the_window_never_holds_a_model_or_a_network_library(found: dict[str, Any]) -> None:
    assert found["never"] == []


def test_nothing_opens_a_socket(found: dict[str, Any]) -> None:
    assert found["connections"] == []
