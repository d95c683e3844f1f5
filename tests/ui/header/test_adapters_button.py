"""The header's adapters: what the button says, the list beneath it by keyboard, what gives way."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from benchtop.ui.chat.adapter_line import AdapterLine
from benchtop.ui.chat.adapter_rows import AdapterRow
from benchtop.ui.chat.adapters_button import AdaptersButton
from benchtop.ui.chat.adapters_popover import AdaptersPopover
from benchtop.ui.chat.header import ChatHeader, ModelChoice
from benchtop.ui.chat.parameter_spin import ParameterSlider, ParameterSpin
from benchtop.ui.widgets.switch import Switch

W = TypeVar("W", bound=QWidget)
Key = Qt.Key
MINE = AdapterRow("/a/mine.gguf", "My answers", "rank 16 · 2.3 MB")
SHORT = AdapterRow("/a/short.gguf", "Shorter, kinder", "rank 8 · 1.1 MB")
OTHER = AdapterRow("/a/other.gguf", "Other", "rank 8 · 1.1 MB", problem="Made for Qwen")


def part(parent: QWidget, kind: type[W], name: str) -> W:
    found = parent.findChild(kind, f"chat.adapters.{name}")
    assert found is not None, name
    return found


def opened(header: ChatHeader) -> AdaptersPopover:
    header.adapters.open()
    found = header.findChild(AdaptersPopover)
    assert found is not None
    assert found.isVisible()
    return found


def words(popover: AdaptersPopover) -> str:
    return next(one.text() for one in popover.findChildren(QLabel) if one.wordWrap())


def test_the_button_names_what_is_attached(header: ChatHeader) -> None:
    button = header.adapters
    header.set_adapters([MINE, OTHER], "starter")
    assert (button.text(), button.accessibleName()) == ("Adapters", "Adapters")
    header.set_adapters([replace(MINE, on=True, scale=0.5), SHORT], "starter")
    assert button.text() == "My answers"
    assert button.accessibleName() == "Adapters: My answers at 0.5"
    on = [replace(one, on=True) for one in (MINE, SHORT)]
    header.set_adapters(on, "starter")
    assert button.text() == "My answers + Shorter, kinder"
    header.set_adapters([*on, replace(OTHER, on=True)], "starter")
    assert button.text() == "3 adapters"
    assert "Other: Made for Qwen" in button.toolTip()


def test_nothing_to_attach_is_said(header: ChatHeader, qtbot: QtBot) -> None:
    header.set_adapters([], "starter")
    popover = opened(header)
    assert "Teach makes one from your own chats" in words(popover)
    more = part(popover, QPushButton, "more")
    assert more.hasFocus()
    with qtbot.waitSignal(header.adapters.more_requested):
        qtbot.keyClick(more, Key.Key_Space)
    assert not popover.isVisible()
    header.set_adapters([OTHER], "starter")
    assert words(opened(header)) == "No adapter on this machine was made for starter."
    popover.close()


def test_the_disk_is_looked_at_before_the_list_opens(header: ChatHeader) -> None:
    header.adapters.wanted.connect(lambda: header.set_adapters([MINE], "starter"))
    popover = opened(header)
    assert len(popover.findChildren(AdapterLine)) == 1
    popover.close()


def test_all_by_keyboard(header: ChatHeader, qtbot: QtBot) -> None:
    header.set_adapters([MINE, SHORT, OTHER], "starter")
    popover = opened(header)
    switch = part(popover, Switch, "0.switch")
    assert switch.hasFocus()
    assert switch.accessibleName() == "Use My answers"
    assert not part(popover, ParameterSpin, "0.scale").isVisible()
    with qtbot.waitSignal(header.adapters.changed) as told:
        qtbot.keyClick(switch, Key.Key_Space)
    assert told.args[0] == [replace(MINE, on=True), SHORT, OTHER]
    seen = []
    for _ in range(4):
        qtbot.keyClick(QApplication.focusWidget(), Key.Key_Tab)
        seen.append(QApplication.focusWidget().objectName())
    assert seen == [
        "chat.adapters.0.slider",
        "chat.adapters.0.scale",
        "chat.adapters.1.switch",
        "chat.adapters.more",
    ]
    assert not part(popover, Switch, "2.switch").isEnabled()
    popover.close()
    assert header.adapters.hasFocus()


def test_a_scale_is_told_once_it_rests_and_when_the_list_goes_away(
    header: ChatHeader, qtbot: QtBot
) -> None:
    header.set_adapters([replace(MINE, on=True)], "starter")
    popover = opened(header)
    spin, slider = (
        part(popover, ParameterSpin, "0.scale"),
        part(popover, ParameterSlider, "0.slider"),
    )
    told: list[float] = []
    header.adapters.changed.connect(lambda rows: told.append(rows[0].scale))
    with qtbot.waitSignal(header.adapters.changed):
        for _ in range(3):
            qtbot.keyClick(slider, Key.Key_Right)
    assert told == [1.15]
    assert spin.value() == 1.15
    qtbot.keyClick(spin, Key.Key_Up)
    assert told == [1.15]
    popover.close()
    assert told == [1.15, 1.2]
    spin.setValue(7)
    assert spin.value() == 2.0
    assert header.adapters.accessibleName() == "Adapters: My answers at 1.2"


@pytest.mark.parametrize("gone", [MINE, OTHER])
def test_what_cannot_be_used_can_be_switched_off(
    header: ChatHeader, qtbot: QtBot, gone: AdapterRow
) -> None:
    gone = replace(gone, on=True, problem="Its file is not there any more")
    header.set_adapters([gone], "starter")
    popover = opened(header)
    with qtbot.waitSignal(header.adapters.changed) as told:
        qtbot.keyClick(part(popover, Switch, "0.switch"), Key.Key_Space)
    assert not told.args[0][0].on
    popover.close()


def test_a_click_on_the_name_is_one_on_the_switch(header: ChatHeader, qtbot: QtBot) -> None:
    header.set_adapters([MINE, OTHER], "starter")
    popover = opened(header)
    for number, on in ((0, True), (1, False)):
        line = part(popover, AdapterLine, str(number))
        name = line.findChildren(QLabel)[0]
        qtbot.mouseClick(name, Qt.MouseButton.LeftButton)
        assert line.row.on is on
    popover.close()


def test_a_newer_list_keeps_the_keyboard_and_many_lines_scroll(header: ChatHeader) -> None:
    rows = [replace(MINE, path=f"/a/{n}.gguf", name=f"Number {n}") for n in range(30)]
    header.set_adapters(rows, "starter")
    popover = opened(header)
    part(popover, Switch, "3.switch").setFocus()
    header.set_adapters([replace(rows[0], problem="Its file is gone"), *rows[1:]], "starter")
    assert part(popover, Switch, "3.switch").hasFocus()
    line = part(popover, AdapterLine, "0")
    assert popover.height() < line.height() * 12
    header.set_adapters(rows[:2], "starter")
    assert len([one for one in popover.findChildren(AdapterLine) if one.isVisible()]) == 2
    popover.close()


def test_what_is_attached_gives_way_last(
    header: ChatHeader, models: list[ModelChoice], qtbot: QtBot
) -> None:
    header.set_models(models, "s")
    page = header.window()
    header.set_adapters([MINE], "starter")
    page.resize(560, 600)
    assert header.adapters.compact()
    header.set_adapters([replace(MINE, on=True)], "starter")
    assert not header.adapters.compact()
    for width in (1_000, 700, 520, 400):
        page.resize(width, 600)
        buttons = [one for one in header.findChildren(QWidget) if one.objectName() in _ROW]
        ends = sorted((one.x(), one.x() + one.width()) for one in buttons if one.isVisible())
        assert all(end <= begin for (_, end), (begin, _) in itertools.pairwise(ends))
        assert ends[-1][1] <= header.width()
    assert isinstance(header.adapters, AdaptersButton)


_ROW = {
    "chat.sidebar.toggle",
    "chat.model",
    "chat.adapters",
    "chat.system_prompt",
    "chat.preset",
    "chat.sampling",
}
