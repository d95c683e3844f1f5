"""Benchtop is updated or removed while its window is open."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from benchtop import bootstrap
from benchtop.bootstrap import Program
from benchtop.services import program_file
from ui.window.conftest import WAIT_MS, StartWindow, wait_ready


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What stands for the frozen program."""
    path = tmp_path / "benchtop"
    path.write_text("one")
    monkeypatch.setattr(bootstrap, "frozen_program", lambda: path)
    monkeypatch.setattr(program_file, "SETTLED_MS", 0)
    return path


def words(program: Program) -> list[str]:
    return [one.text for one in program.window.info_bar.notices()]


def test_the_new_one_is_started_when_that_is_wished(
    file: Path, start: StartWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = start()
    wait_ready(qtbot, program)
    file.rename(file.with_name("old"))
    file.write_text("two")
    qtbot.waitUntil(lambda: bool(words(program)), timeout=WAIT_MS)
    (said,) = words(program)
    assert said.startswith("Benchtop was updated while this window was open.")
    (notice,) = program.window.info_bar.notices()
    button = next(one for one in notice.findChildren(QPushButton) if one.text() == "Restart")
    assert not program.starts_again
    monkeypatch.setattr(sys, "executable", str(file.with_name("nothing")))
    program.restart()
    assert program.window.isVisible()
    assert any("cannot be started from" in one for one in words(program))
    monkeypatch.undo()
    button.click()
    assert program.starts_again
    assert not program.window.isVisible()


def test_a_window_that_has_gone_watches_no_more(
    file: Path, start: StartWindow, qtbot: QtBot
) -> None:
    program = start()
    wait_ready(qtbot, program)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    watched = program.findChild(program_file.ProgramFile)
    assert watched is not None
    with qtbot.waitSignal(watched.destroyed):
        watched.deleteLater()
    app.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)  # raises nothing


def test_where_it_was_removed_one_may_go_on(file: Path, start: StartWindow, qtbot: QtBot) -> None:
    program = start()
    wait_ready(qtbot, program)
    file.unlink()
    qtbot.waitUntil(lambda: bool(words(program)), timeout=WAIT_MS)
    assert words(program)[0].startswith("Benchtop was removed from this machine")
    assert program.window.isVisible()
