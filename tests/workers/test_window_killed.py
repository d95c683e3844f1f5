"""A window killed with -9 while a person types steadily: the words are there at the next start."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from workers.commands import run_code

LATE = 1.0
"""Seconds of typing that may be missing: 0.25 are promised, and a busy machine may be late."""

COMMON = """
import json, os, signal, sys, time
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit
import benchtop.bootstrap as bootstrap

class Program(bootstrap.Program):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.engine.state_changed.connect(self.model_changed)
        self.ready = False
    def model_changed(self, state):
        if state.facts is not None and not self.ready:
            self.ready = True
            QTimer.singleShot(0, self, self.begin)
    def fields(self):
        views = self.chat.transcript.views.values()
        editors = [view.editor.input for view in views if view.editor is not None]
        if not editors:
            return {}
        prompt = self.chat.header.findChild(QPlainTextEdit, "chat.system_prompt.text")
        box = self.chat.composer.input
        return {"draft": box, "system prompt": prompt, "edit": editors[0]}
"""
TYPE = """
    def begin(self):
        branch = self.session.branch
        branch.create("Question", self.session.model)
        message = branch.new_message(None, "user", "")
        branch.add(message)
        self.chat.open_conversation(branch.here.id)
        branch.opened.connect(lambda *_: self.type_into(message.id))
    def type_into(self, message_id):
        self.chat.header.open_system_prompt()
        self.chat.transcript.edit_message(message_id)
        self.typed = []
        self.keys = QTimer(self, interval=50)
        self.keys.timeout.connect(self.key)
        self.keys.start()
    def key(self):
        letter = "abcdefghij"[len(self.typed) % 10]
        for field in self.fields().values():
            QTest.keyClicks(field, letter)
        self.typed.append([time.monotonic(), self.chat.composer.text()])
        if self.typed[-1][0] - self.typed[0][0] > 2.5:
            print(json.dumps([[self.typed[-1][0] - at, text] for at, text in self.typed]), flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
"""
LOOK = """
    def begin(self):
        self.until = time.monotonic() + 20
        self.looks = QTimer(self, interval=50)
        self.looks.timeout.connect(self.look)
        self.looks.start()
    def look(self):
        fields = self.fields()
        if fields or time.monotonic() > self.until:
            self.looks.stop()
            print(json.dumps({name: field.toPlainText() for name, field in fields.items()}))
            QApplication.closeAllWindows()
"""
RUN = """
bootstrap.Program = Program
sys.exit(bootstrap.run_window())
"""


def type_until_killed() -> list[tuple[float, str]]:
    """Seconds before the end, and what had been typed into each field by then."""
    done = subprocess.run(
        [sys.executable, "-c", COMMON + TYPE + RUN],
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    typed: list[tuple[float, str]] = json.loads(done.stdout.strip().splitlines()[-1])
    return typed


def test_what_is_typed_steadily_survives(starter_path: Path, data_home: Path) -> None:
    data_home.mkdir()
    (data_home / "settings.json").write_text(json.dumps({"welcomed": True}))
    typed = type_until_killed()
    last = typed[-1][1]
    due = next(text for ago, text in reversed(typed) if ago >= LATE)
    assert len(due) > 10
    kept: dict[str, Any] = json.loads(run_code(COMMON + LOOK + RUN).stdout.strip().splitlines()[-1])
    assert set(kept) == {"draft", "system prompt", "edit"}
    for field, text in kept.items():
        assert last.startswith(text), field
        assert text.startswith(due), field
