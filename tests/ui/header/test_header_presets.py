"""The presets in the header: chosen, saved, renamed, removed."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QLineEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from benchtop.domain.chat import Preset
from benchtop.ui.chat.choice_list import ChoiceList
from benchtop.ui.chat.header import ChatHeader
from benchtop.ui.chat.header_button import HeaderButton
from ui.header.header_kit import Key, Left, choose, find, names

# presets


def test_says_the_preset_and_whether_it_was_changed(
    header: ChatHeader, presets: list[Preset]
) -> None:
    button = find(header, HeaderButton, "chat.preset")
    header.set_presets(presets, "balanced", modified=False)
    assert button.text() == "Preset: Balanced"
    header.set_presets(presets, "balanced", modified=True)
    assert button.text() == "Preset: Balanced (changed)"
    header.set_presets(presets, None, modified=True)
    assert button.text() == "Preset: none"


def test_choosing_a_preset(qtbot: QtBot, header: ChatHeader, presets: list[Preset]) -> None:
    header.set_presets(presets, "mine", modified=False)
    header.open_presets()
    view = find(header, ChoiceList, "chat.preset.list")
    assert names(view) == ["Balanced (built in)", "My teacher"]
    with qtbot.waitSignal(header.preset_chosen) as chosen:
        choose(qtbot, view, "Balanced (built in)")
    assert chosen.args == ["balanced"]


def test_a_built_in_preset_cannot_be_changed(header: ChatHeader, presets: list[Preset]) -> None:
    header.set_presets(presets, "balanced", modified=True)
    header.open_presets()
    shown = {
        name: find(header, QPushButton, f"chat.preset.{name}").isVisible()
        for name in ("update", "save", "rename", "remove")
    }
    assert shown == {"update": False, "save": True, "rename": False, "remove": False}
    find(header, QWidget, "chat.preset.menu").close()


def test_saving_under_a_new_name(qtbot: QtBot, header: ChatHeader, presets: list[Preset]) -> None:
    header.set_presets(presets, "balanced", modified=True)
    header.open_presets()
    qtbot.mouseClick(find(header, QPushButton, "chat.preset.save"), Left)
    field = find(header, QLineEdit, "chat.preset.name")
    save = find(header, QPushButton, "chat.preset.name.save")
    assert field.isVisible()
    assert not save.isEnabled()
    qtbot.keyClicks(field, "my TEACHER")
    assert not save.isEnabled()  # the name is taken
    qtbot.keyClicks(field, " two ")
    assert save.isEnabled()
    with qtbot.waitSignal(header.preset_saved) as saved:
        qtbot.keyClick(field, Key.Key_Return)
    assert saved.args == ["my TEACHER two"]


def test_updating_renaming_and_deleting_the_one_in_use(
    qtbot: QtBot, header: ChatHeader, presets: list[Preset]
) -> None:
    header.set_presets(presets, "mine", modified=True)
    header.open_presets()
    update = find(header, QPushButton, "chat.preset.update")
    assert update.text() == "Update “My teacher”"
    with qtbot.waitSignal(header.preset_saved) as saved:
        qtbot.mouseClick(update, Left)
    assert saved.args == ["My teacher"]
    header.open_presets()
    qtbot.mouseClick(find(header, QPushButton, "chat.preset.rename"), Left)
    field = find(header, QLineEdit, "chat.preset.name")
    assert field.text() == "My teacher"
    field.setText("Teacher")
    with qtbot.waitSignal(header.preset_renamed) as renamed:
        qtbot.keyClick(field, Key.Key_Return)
    assert renamed.args == ["mine", "Teacher"]
    header.open_presets()
    with qtbot.waitSignal(header.preset_removed) as removed:
        qtbot.mouseClick(find(header, QPushButton, "chat.preset.remove"), Left)
    assert removed.args == ["mine"]


def test_esc_leaves_the_name_first(qtbot: QtBot, header: ChatHeader, presets: list[Preset]) -> None:
    header.set_presets(presets, "balanced", modified=True)
    header.open_presets()
    qtbot.mouseClick(find(header, QPushButton, "chat.preset.save"), Left)
    field = find(header, QLineEdit, "chat.preset.name")
    qtbot.keyClick(field, Key.Key_Escape)
    menu = find(header, QWidget, "chat.preset.menu")
    assert menu.isVisible()
    assert not field.isVisible()
    qtbot.keyClick(find(header, ChoiceList, "chat.preset.list"), Key.Key_Escape)
    assert not menu.isVisible()
