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
    assert "what you ask of the Hub, and nothing else" in switch.accessibleName()


def test_setting_offline_does_not_say_that_a_person_did(status: StatusBar, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(status.offline_toggled):
        status.set_offline(False)
    assert not part(status, "offline").isChecked()
    assert "what you ask of the Hub" in part(status, "offline").text()


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


def test_a_narrow_bar_goes_on_in_a_second_line(status: StatusBar) -> None:
    status.set_model("starter", "41 MB")
    status.set_context(1, 1024)
    assert status.heightForWidth(300) > status.heightForWidth(2_000)


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
    assert switch.text() == "Offline"
    assert switch.accessibleName() == "Offline: nothing leaves this machine"
    assert "nothing leaves this machine" in switch.toolTip()
    assert status.heightForWidth(900) == status.heightForWidth(3_000), "on one line"
