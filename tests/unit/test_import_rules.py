"""The lint holds what CONTRIBUTING and the privacy page say of imports: planted leaks are found."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import benchtop

PACKAGE = Path(benchtop.__file__).parent
ROOT = PACKAGE.parents[1]

NETWORK = [
    "import socket",
    "import ssl",
    "import http.client",
    "from http import client",
    "import urllib.request",
    "from urllib import request",
    "import ftplib",
    "import smtplib",
    "import asyncio",
    "import xmlrpc.client",
    "import webbrowser",
    "import requests",
    "import keyring",
    "from keyring import get_password",
    "import jeepney",
    "from PySide6 import QtNetwork",
    "from PySide6.QtNetwork import QTcpSocket",
    "from PySide6.QtWebSockets import QWebSocket",
]
PLACES = ["ui", "ui/chat", "cli", "services", "store", "evaluation", "protocol", "domain", "engine"]


def banned_lines(place: str, lines: list[str]) -> set[int]:
    """The numbers of the lines that ruff refuses in a file there, each line in a function too."""
    text = "\n".join(lines) + "\n" + "".join(f"def f{n}():\n    {x}\n" for n, x in enumerate(lines))
    words = ["check", "--no-cache", "--select", "TID251,TID253", "--output-format", "concise"]
    file = f"app/benchtop/{place}/leak.py"
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *words, "--stdin-filename", file, "-"],
        input=text, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    return {int(line.split(":")[1]) for line in done.stdout.splitlines() if ": TID25" in line}


@pytest.mark.parametrize("place", PLACES)
def test_no_part_may_import_what_opens_connections(place: str) -> None:
    count = len(NETWORK)
    in_functions = {count + 2 * n + 2 for n in range(count)}
    assert banned_lines(place, NETWORK) == set(range(1, count + 1)) | in_functions


@pytest.mark.parametrize("place", PLACES)
def test_widgets_live_in_the_window_only(place: str) -> None:
    lines = ["from PySide6.QtWidgets import QWidget", "from PySide6 import QtWidgets"]
    in_window = place.startswith("ui")
    assert banned_lines(place, lines) == (set() if in_window else {1, 2})


def test_plain_imports_pass() -> None:
    assert banned_lines("services", ["import json", "from urllib.parse import unquote"]) == set()


def test_import_linter_finds_what_is_planted(tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "benchtop", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    assert "0 broken" in lint_imports(tmp_path)
    planted = ("socket", "http.client", "ssl", "ftplib", "asyncio", "llama_cpp", "torch",
               "huggingface_hub", "keyring", "benchtop.engine.worker")  # fmt: skip
    text = "".join(f"import {name}\n" for name in planted)
    for place in ("ui", "services"):
        (tmp_path / "benchtop" / place / "leak.py").write_text(text)
    (tmp_path / "benchtop" / "engine" / "leak.py").write_text("import llama_cpp\nimport PySide6\n")
    (tmp_path / "benchtop" / "hub" / "leak.py").write_text("import keyring\n")
    (tmp_path / "benchtop" / "domain" / "leak.py").write_text("import benchtop.store.database\n")
    said = lint_imports(tmp_path)
    for place in ("ui", "services"):
        for name in planted:
            seen = name if name.startswith("benchtop") else name.partition(".")[0]
            assert f"benchtop.{place}.leak -> {seen} " in said
    assert "benchtop.engine.leak -> llama_cpp " in said
    assert "benchtop.engine.leak -> PySide6 " in said
    assert "benchtop.hub.leak -> keyring " in said
    assert "benchtop.domain.leak -> benchtop.store.database " in said


def lint_imports(folder: Path) -> str:
    code = "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", code, "--config", "pyproject.toml", "--no-cache"],
        cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"},
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    return done.stdout
