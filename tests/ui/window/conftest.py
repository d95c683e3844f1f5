"""A whole window on a data folder of its own, with the starter model behind it."""

from __future__ import annotations

import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from benchtop.bootstrap import Program
from benchtop.services.data_folder import find_data_folder

WAIT_MS = 60_000
StartWindow = Callable[[], Program]


@pytest.fixture
def start(qapp: QApplication, qtbot: QtBot, starter_path: Path) -> Iterator[StartWindow]:
    """Opens a window and waits until it can be typed in; every window is closed at the end."""
    made: list[Program] = []

    def begin() -> Program:
        folder = find_data_folder()
        folder.prepare()
        program = Program(qapp, folder)
        made.append(program)
        program.show()
        return program

    yield begin
    for program in made:
        program.window.close()
        program.window.deleteLater()
        program.deleteLater()
    qapp.processEvents()


@pytest.fixture
def program(start: StartWindow, qtbot: QtBot) -> Program:
    """One window that is ready."""
    made = start()
    wait_ready(qtbot, made)
    return made


def wait_ready(qtbot: QtBot, program: Program) -> None:
    """Wait until the store is open and the model is loaded."""
    qtbot.waitUntil(lambda: program.engine.state.facts is not None, timeout=WAIT_MS)


@contextmanager
def full_disk() -> Iterator[None]:
    """The disk is really full for this process: no file of it may grow beyond a page."""
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, old[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, ignored)
