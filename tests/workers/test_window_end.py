"""SIGTERM to a window whose words the disk did not take: they are in a file, and it says where."""

from pathlib import Path

import pytest

from workers.commands import run_code

CHILD = """
import os, resource, signal, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
import benchtop.bootstrap as bootstrap
from benchtop.ui.unsaved_dialog import UnsavedDialog

class Program(bootstrap.Program):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.engine.state_changed.connect(self.speak)
        self.store.held.connect(self.held)
        self.said = False
    def speak(self, state):
        if state.facts is not None and not self.said:
            self.said = True
            limit = resource.getrlimit(resource.RLIMIT_FSIZE)
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limit[1]))
            self.session.send("Words I care about")
    def held(self, _error):
        if "question" in sys.argv:
            QTimer.singleShot(0, self.terminate)
            self.window.close()
        else:
            self.terminate()
    def terminate(self):
        if "question" in sys.argv:
            assert isinstance(QApplication.activeModalWidget(), UnsavedDialog)
        os.kill(os.getpid(), signal.SIGTERM)

bootstrap.Program = Program
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
sys.exit(bootstrap.run_window())
"""


@pytest.mark.parametrize("open_dialog", ["question", "nothing"])
def test_the_words_are_in_a_file_at_the_end(
    starter_path: Path, tmp_path: Path, data_home: Path, open_dialog: str
) -> None:
    home = tmp_path / "me"
    home.mkdir()
    done = run_code(CHILD, open_dialog, HOME=str(home))
    (rescued,) = home.glob("benchtop-unsaved-*.md")
    assert "Words I care about" in rescued.read_text()
    assert str(rescued) in done.stderr
    assert str(rescued) in (data_home / "logs" / "window.log").read_text()
