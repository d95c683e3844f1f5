"""Closing the window in the middle of a search of other programs ends the process, whatever it reads."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from unit.services.other_chat_files import endless_ollama
from workers.commands import run_code

CHILD = """
import sys
from threading import Event
from PySide6.QtCore import QTimer
import benchtop.bootstrap as bootstrap
from benchtop.services import chats_of_jan, foreign_database

reading = Event()
if "a disk that does not answer" in sys.argv:
    def wait(*arguments):
        reading.set()
        Event().wait()
    chats_of_jan.count = wait
else:
    foreign_database.SECONDS = 1e9
    stop = foreign_database.ForeignDatabase._stop
    def watched(self):
        reading.set()
        return stop(self)
    foreign_database.ForeignDatabase._stop = watched

class Program(bootstrap.Program):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.look = QTimer(self, interval=0)
        self.look.timeout.connect(self.close_in_the_middle)
        self.look.start()
    def close_in_the_middle(self):
        if reading.is_set():
            self.look.stop()
            self.window.close()

bootstrap.Program = Program
status = bootstrap.run_window()
print("closed", flush=True)
sys.exit(status)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="another home folder")
@pytest.mark.parametrize("what", ["a table without an end", "a disk that does not answer"])
def test_the_process_ends_with_its_window(starter_path: Path, tmp_path: Path, what: str) -> None:
    endless_ollama(tmp_path)
    done = run_code(CHILD, what, HOME=str(tmp_path), XDG_DATA_HOME=str(tmp_path / "data"))
    assert done.stdout.strip() == "closed"
