"""`benchtop open`: what a file manager or a menu asks for, at a start and of a window that is there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QFileOpenEvent
from pytestqt.qtbot import QtBot

from benchtop.bootstrap import Program
from benchtop.cli.open_window import wish_of
from benchtop.domain.opening import OpenWish
from benchtop.resources import starter_model
from benchtop.services.single_instance import SingleInstance
from benchtop.ui.application import Application, desktop_file_name
from ui.window.conftest import WAIT_MS, StartWindow, wait_ready


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "a model.gguf"
    path.write_bytes(starter_model().read_bytes())
    return path


def names(program: Program) -> list[str]:
    return [one.path for one in program.models.models]


def test_a_file_that_is_opened_is_on_the_list(
    start: StartWindow, qtbot: QtBot, model: Path
) -> None:
    program = start()
    program.wishes.append(OpenWish((str(model),)))  # before the store is open
    wait_ready(qtbot, program)
    qtbot.waitUntil(lambda: str(model) in names(program), timeout=WAIT_MS)
    assert program.window.current_page == "models"


def test_a_second_start_hands_its_files_to_the_first(
    program: Program, qtbot: QtBot, model: Path
) -> None:
    instance = SingleInstance(program.folder, program)
    assert instance.claim()
    instance.raise_requested.connect(program.come_forward)
    second = subprocess.Popen(
        [sys.executable, "-m", "benchtop", "open", model.as_uri()], cwd=model.parent
    )
    qtbot.waitUntil(lambda: str(model) in names(program), timeout=WAIT_MS)
    assert second.wait(30) == 0
    instance.release()


def test_files_that_macos_sends_as_events_are_on_the_list(
    program: Program, qtbot: QtBot, qapp: Application, tmp_path: Path, model: Path
) -> None:
    second = tmp_path / "ein größeres.gguf"
    second.write_bytes(model.read_bytes() + b"more")
    wishes: list[OpenWish] = []
    qapp.opened.connect(wishes.append)
    qapp.opened.connect(program.come_forward)
    try:
        for url in (QUrl.fromLocalFile(str(model)), QUrl.fromLocalFile(str(second))):
            assert QCoreApplication.sendEvent(qapp, QFileOpenEvent(url))
        QCoreApplication.sendEvent(qapp, QFileOpenEvent(QUrl("https://example.org/x.gguf")))
        qtbot.waitUntil(lambda: {str(model), str(second)} <= set(names(program)), timeout=WAIT_MS)
    finally:
        qapp.opened.disconnect(wishes.append)
        qapp.opened.disconnect(program.come_forward)
    assert wishes == [OpenWish((str(model), str(second)))], "one wish, and of files only"
    assert program.window.current_page == "models"


@pytest.mark.parametrize(("told", "name"), [("org.benchtop.Benchtop", None), ("", "benchtop")])
def test_the_window_names_the_entry_that_started_it(
    monkeypatch: pytest.MonkeyPatch, told: str, name: str | None
) -> None:
    monkeypatch.setenv("FLATPAK_ID", told)
    assert desktop_file_name() == (name or told)


def test_a_menu_may_begin_a_chat_or_show_a_page(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []
    monkeypatch.setattr(program.chat, "new_chat", lambda: begun.append("a chat"))
    program.come_forward(OpenWish(page="compare"))
    assert program.window.current_page == "compare"
    program.come_forward(OpenWish(new_chat=True))
    assert (program.window.current_page, begun) == ("chat", ["a chat"])
    program.come_forward(OpenWish())
    assert (program.window.current_page, begun) == ("chat", ["a chat"]), "nothing more"


def test_what_is_said_is_what_is_wished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["x.gguf", "file:///models/a%20b.gguf", "--page", "teach", "--new-chat"]
    wish = wish_of(words)
    assert wish == OpenWish((str(tmp_path / "x.gguf"), "/models/a b.gguf"), "teach", True)
    with pytest.raises(SystemExit):
        wish_of(["--page", "nowhere"])
