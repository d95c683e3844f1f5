"""The settings page shows values without a word and tells each change a person makes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QPushButton, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from benchtop.ui.settings.settings_page import LEAST_CONTEXT, SettingsPage
from benchtop.ui.settings.settings_view import SettingsView
from benchtop.ui.theme import ThemeController
from benchtop.ui.widgets.switch import Switch

VIEW = SettingsView(
    data_folder="/home/ada/data/benchtop",
    theme="dark",
    text_size=120,
    threads=4,
    threads_in_use=2,
    measured_threads={1: 640.0, 2: 1190.4},
    most_threads=8,
    context_length=2048,
    cache_megabytes=256,
    bin_days=7,
    bin_count=3,
    offline=True,
)


@pytest.fixture
def page(theme: ThemeController, qtbot: QtBot) -> SettingsPage:
    made = SettingsPage()
    qtbot.addWidget(made)
    made.resize(800, 600)
    made.show()
    return made


def part(page: SettingsPage, kind: type, name: str):
    found = page.findChild(kind, f"settings.{name}")
    assert found is not None
    return found


def test_values_are_shown_without_telling_anyone(page: SettingsPage, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(page.changed):
        page.set_values(VIEW)
    assert part(page, QComboBox, "theme").currentData() == "dark"
    assert part(page, QSpinBox, "text_size").value() == 120
    assert part(page, QSpinBox, "threads").value() == 4
    assert part(page, QSpinBox, "threads").maximum() == 8
    assert part(page, QSpinBox, "context_length").value() == 2048
    assert part(page, QSpinBox, "cache_megabytes").value() == 256
    assert part(page, QSpinBox, "bin_days").value() == 7
    assert part(page, QLabel, "data_folder").text() == "/home/ada/data/benchtop"
    measured = part(page, QLabel, "measured_threads").text()
    assert "1: 640, 2: 1,190" in measured
    assert "In use: 2" in measured


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("text_size", 150, 150),
        ("threads", 6, 6),
        ("threads", 0, None),
        ("context_length", 8192, 8192),
        ("context_length", 0, None),
        ("cache_megabytes", 0, 0),
        ("bin_days", 90, 90),
    ],
)
def test_numbers_are_told(page: SettingsPage, qtbot: QtBot, name: str, value: int, told) -> None:
    page.set_values(VIEW)
    with qtbot.waitSignal(page.changed) as change:
        part(page, QSpinBox, name).setValue(value)
    assert change.args == [name, told]


def test_automatic_is_a_word(page: SettingsPage) -> None:
    for name in ("threads", "context_length"):
        assert part(page, QSpinBox, name).text() == "automatic"


def test_a_context_too_small_to_work_is_raised(page: SettingsPage, qtbot: QtBot) -> None:
    told = []
    page.changed.connect(lambda key, value: told.append((key, value)))
    part(page, QSpinBox, "context_length").setValue(5)
    assert told == [("context_length", LEAST_CONTEXT)]


def test_the_theme_is_told(page: SettingsPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.changed) as change:
        part(page, QComboBox, "theme").setCurrentIndex(1)
    assert change.args == ["theme", "light"]


def test_the_offline_switch_is_told(page: SettingsPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.changed) as change:
        qtbot.keyClick(part(page, Switch, "offline"), Qt.Key.Key_Space)
    assert change.args == ["offline", False]


def test_typing_a_number_tells_it_once(page: SettingsPage, qtbot: QtBot) -> None:
    """Otherwise a model would be loaded again for every digit."""
    box = part(page, QSpinBox, "context_length")
    told = []
    page.changed.connect(lambda _key, value: told.append(value))
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, "4096")
    assert told == []
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert told == [4096]


def test_the_folder_can_be_opened(page: SettingsPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.open_data_folder_requested):
        qtbot.mouseClick(part(page, QPushButton, "open_data_folder"), Qt.MouseButton.LeftButton)


def test_the_bin_is_emptied_only_after_a_second_yes(page: SettingsPage, qtbot: QtBot) -> None:
    page.set_values(VIEW)
    ask = part(page, QPushButton, "bin_empty")
    sure, keep = (
        part(page, QPushButton, "bin_empty_sure"),
        part(page, QPushButton, "bin_empty_keep"),
    )
    assert ask.text() == "Empty the bin now (3 items)"
    with qtbot.assertNotEmitted(page.empty_bin_requested):
        ask.click()
        assert keep.isVisible()
        keep.click()
    assert ask.isVisible()
    assert not sure.isVisible()
    ask.click()
    assert sure.text() == "Delete 3 items for good"
    with qtbot.waitSignal(page.empty_bin_requested):
        sure.click()


def test_the_training_tools_say_what_they_take_and_go_after_a_second_yes(
    page: SettingsPage, qtbot: QtBot
) -> None:
    ask = part(page, QPushButton, "tools_remove")
    assert (ask.text(), ask.isEnabled()) == ("None are set up", False)
    page.tools.set_bytes(1_110_000_000)
    assert (ask.text(), ask.isEnabled()) == ("Remove them (1.1 GB)", True)
    with qtbot.assertNotEmitted(page.tools.confirmed):
        ask.click()
        part(page, QPushButton, "tools_remove_keep").click()
    ask.click()
    with qtbot.waitSignal(page.tools.confirmed):
        part(page, QPushButton, "tools_remove_sure").click()
    page.tools.set_removing()
    assert not ask.isEnabled()


@pytest.mark.parametrize(
    ("count", "words"), [(0, "The bin is empty"), (1, "Empty the bin now (1 item)")]
)
def test_the_bin_counts(page: SettingsPage, count: int, words: str) -> None:
    page.set_values(SettingsView(bin_count=count))
    ask = part(page, QPushButton, "bin_empty")
    assert ask.text() == words
    assert ask.isEnabled() is (count > 0)


def wheel(widget: QWidget) -> None:
    """One notch of the wheel over a widget."""
    centre = QPointF(widget.rect().center())
    event = QWheelEvent(
        centre,
        QPointF(widget.mapToGlobal(widget.rect().center())),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def test_scrolling_past_changes_nothing(page: SettingsPage, qtbot: QtBot) -> None:
    page.set_values(VIEW)
    part(page, QPushButton, "open_data_folder").setFocus()
    with qtbot.assertNotEmitted(page.changed):
        wheel(part(page, QSpinBox, "bin_days"))
        wheel(part(page, QComboBox, "theme"))


def test_every_control_explains_itself_to_a_screen_reader(page: SettingsPage) -> None:
    for name in ("theme", "text_size", "threads", "context_length", "offline", "bin_days"):
        control = part(page, QWidget, name)
        assert control.accessibleName()
        assert len(control.accessibleDescription()) > 20
