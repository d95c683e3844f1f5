"""The status bar says what is so, and a press on it asks for more."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from benchtop.ui.status_bar import StatusBar
from benchtop.ui.theme import ThemeController


@pytest.fixture
def status(theme: ThemeController, qtbot: QtBot) -> StatusBar:
    bar = StatusBar()
    qtbot.addWidget(bar)
    bar.resize(1_000, 40)
    bar.show()
    return bar


def part(status: StatusBar, name: str) -> QAbstractButton:
    found = status.findChild(QAbstractButton, f"status.{name}")
    assert found is not None
    return found


def test_offline_is_a_switch_with_words(status: StatusBar, qtbot: QtBot) -> None:
    switch = part(status, "offline")
    assert switch.isChecked()
    assert switch.accessibleName() == "Offline: nothing leaves this machine"
    assert "no connection to another machine is made" in switch.toolTip()
    with qtbot.waitSignal(status.offline_toggled) as told:
        qtbot.keyClick(switch, Qt.Key.Key_Space)
    assert told.args == [False]
    assert "what you ask for, and nothing else" in switch.accessibleName()


def test_setting_offline_does_not_say_that_a_person_did(status: StatusBar, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(status.offline_toggled):
        status.set_offline(False)
    assert not part(status, "offline").isChecked()
    assert "what you ask for" in part(status, "offline").text()


def test_the_model_and_its_memory(status: StatusBar, qtbot: QtBot) -> None:
    model = part(status, "model")
    assert model.accessibleName() == "no model loaded"
    status.set_model("starter", "41 MB")
    assert model.accessibleName() == "starter loaded, 41 MB"
    status.set_model("a" * 300, "1 GB")
    assert len(model.text()) < 80
    assert "a" * 300 in model.toolTip()
    with qtbot.waitSignal(status.model_clicked):
        qtbot.mouseClick(model, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(
    ("used", "total", "words"),
    [
        (212, 1024, "context 212 / 1,024"),
        (869, 1024, "context 869 / 1,024"),
        (871, 1024, "context 871 / 1,024, nearly full"),
        (1024, 1024, "context 1,024 / 1,024, full"),
    ],
)
def test_the_context_meter(status: StatusBar, used: int, total: int, words: str) -> None:
    meter = part(status, "context")
    status.set_context(used, total)
    assert meter.isVisible()
    assert meter.accessibleName() == words
    assert "never drops anything by itself" in meter.toolTip()


def test_the_meter_warns_in_colour_too(status: StatusBar) -> None:
    meter = part(status, "context")
    status.set_context(100, 1000)
    calm = {
        meter.grab().toImage().pixelColor(x, meter.height() // 2).name()
        for x in range(meter.width())
    }
    status.set_context(990, 1000)
    shown = meter.grab().toImage()
    warned = {shown.pixelColor(x, meter.height() // 2).name() for x in range(meter.width())}
    assert "#8a5a00" in warned - calm


def test_without_a_model_there_is_no_meter(status: StatusBar, qtbot: QtBot) -> None:
    status.set_context(10, 100)
    with qtbot.waitSignal(status.context_clicked):
        qtbot.mouseClick(part(status, "context"), Qt.MouseButton.LeftButton)
    status.set_context(0, 0)
    assert not part(status, "context").isVisible()


def test_jobs_come_and_go(status: StatusBar, qtbot: QtBot) -> None:
    status.set_job("import", "Importing chats", 0.4)
    job = part(status, "job.import")
    assert job.accessibleName() == "Importing chats, 40 %"
    status.set_job("import", "Importing chats", 0.9)
    assert job.accessibleName() == "Importing chats, 90 %"
    with qtbot.waitSignal(status.job_clicked) as told:
        qtbot.mouseClick(job, Qt.MouseButton.LeftButton)
    assert told.args == ["import"]
    status.end_job("import")
    status.end_job("import")
    assert not job.isVisible()


@pytest.mark.parametrize("size", [100, 150, 200])
def test_nothing_changes_its_height(status: StatusBar, theme: ThemeController, size: int) -> None:
    theme.set_text_size(size)
    status.resize(900, status.height())
    status.set_context(1, 1024)
    before = status.height()
    status.set_model("Qwen2.5-Coder-7B-Instruct-abliterated-Q4_K_M", "4.7 GB")
    status.set_job("downloads", "unsloth/Meta-Llama-3.1-8B-Instruct-GGUF Q4_K_M", 0.4)
    status.set_offline(False)
    assert status.height() == before
    assert status.minimumWidth() == 0
    parts = [part(status, name) for name in ("offline", "model", "context", "job.downloads")]
    assert all(one.x() >= 0 and one.geometry().right() < status.width() for one in parts)
    for one in parts:  # nothing is squeezed: what is cut says so
        assert one.width() >= one.sizeHint().width()
    job = part(status, "job.downloads")
    assert "…" in job.text()
    assert job.toolTip() == "unsloth/Meta-Llama-3.1-8B-Instruct-GGUF Q4_K_M, 40 %"


def test_a_long_download_leaves_the_sentence_on_the_network(status: StatusBar) -> None:
    status.resize(1_180, status.height())
    status.set_model("starter", "41 MB")
    status.set_context(212, 1024)
    status.set_offline(False)
    status.set_job("downloads", "Meta-Llama-3.1-8B-Instruct-GGUF Q4_K_M", 0.4)
    assert part(status, "offline").text() == "Online: what you ask for, and nothing else"


def test_where_there_is_no_room_offline_is_one_word(
    status: StatusBar, theme: ThemeController
) -> None:
    status.set_model("starter", "41 MB")
    status.set_context(940, 1024)
    switch = part(status, "offline")
    status.resize(2_000, 40)
    assert switch.text() == "Offline: nothing leaves this machine"
    theme.set_text_size(150)
    status.resize(900, 80)
    status.set_job("import", "Importing all of my chats", 0.5)
    assert switch.text() == "Offline"
    assert switch.accessibleName() == "Offline: nothing leaves this machine"
    assert "nothing leaves this machine" in switch.toolTip()
    assert status.sizeHint().width() <= 900


@pytest.mark.parametrize("offline", [True, False])
def test_a_larger_text_does_not_cut_the_sentence_on_the_network(
    status: StatusBar, theme: ThemeController, qtbot: QtBot, offline: bool
) -> None:
    """Its parts may have the new font after the bar has it, and with it the room of before."""
    status.set_offline(offline)
    status.set_model("starter", "61.2 MB")
    status.set_context(0, 1024)
    status.resize(900, 80)
    theme.set_text_size(150)
    switch = part(status, "offline")
    qtbot.waitUntil(lambda: switch.text() == ("Offline" if offline else "Online"))
    assert switch.width() >= switch.sizeHint().width()
    assert part(status, "model").width() >= part(status, "model").sizeHint().width()
