"""The starter's context is full: the dialog blames the model's own limit, not the memory."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from benchtop.bootstrap import Program
from benchtop.ui.chat.context_full_dialog import ContextFullDialog
from ui.window.conftest import WAIT_MS


def test_the_starter_cannot_read_more_than_it_was_made_for(qtbot: QtBot, program: Program) -> None:
    said: list[str] = []

    def read_and_leave() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, ContextFullDialog):
            label = dialog.findChild(QLabel, "chat.context_full.larger.text")
            assert label is not None
            said.append(label.text())
            dialog.reject()

    look = QTimer(program, interval=20)
    look.timeout.connect(read_and_leave)
    look.start()
    program.session.send("a word and another " * 600)
    qtbot.waitUntil(lambda: bool(said), timeout=WAIT_MS)
    look.stop()
    assert said[0].startswith("This model cannot read more than ")
