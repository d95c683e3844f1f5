"""The contestants: chips, what is done with them, and where one is put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from benchtop.domain.generation import SamplingParams
from benchtop.ui.chat.model_picker import ModelPicker
from benchtop.ui.chat.sampling_panel import SamplingPanel
from benchtop.ui.compare.compare_rows import AdapterRow, ContestantDraft
from benchtop.ui.compare.contestant_chip import ContestantChip
from benchtop.ui.compare.contestant_editor import ContestantEditor
from benchtop.ui.compare.contestants_bar import ContestantsBar
from ui.compare.compare_makers import ADAPTERS, CONTESTANTS, MODELS

Key = Qt.Key


@pytest.fixture
def bar(show: Callable[..., ContestantsBar]) -> ContestantsBar:
    made = show(ContestantsBar(), 900, 200)
    made.set_models(MODELS)
    made.set_adapters(ADAPTERS)
    return made


def chip(bar: ContestantsBar, key: str) -> ContestantChip:
    found = bar.findChild(ContestantChip, f"compare.contestant.{key}")
    assert found is not None
    return found


def add(bar: ContestantsBar) -> QPushButton:
    found = bar.findChild(QPushButton, "compare.add")
    assert found is not None
    return found


def hint(bar: ContestantsBar) -> QLabel:
    return bar.findChild(QLabel, "compare.contestants.hint")


def editor(bar: ContestantsBar, qtbot: QtBot) -> ContestantEditor:
    found = bar.findChild(ContestantEditor)
    assert found is not None
    qtbot.waitUntil(found.isVisible)
    return found


def press(qtbot: QtBot, widget: QWidget, name: str) -> None:
    found = widget.findChild(QAbstractButton, name)
    assert found is not None
    qtbot.mouseClick(found, Qt.MouseButton.LeftButton)


def chosen(menu_owner: QWidget, name: str) -> None:
    menu = menu_owner.findChild(QMenu)
    action = next(a for a in menu.actions() if a.objectName() == name)
    action.trigger()
    menu.close()
    QCoreApplication.sendPostedEvents(None, 52)


def test_none_is_one_sentence_and_one_button(bar: ContestantsBar, qtbot: QtBot) -> None:
    shown = [b for b in bar.findChildren(QAbstractButton) if b.isVisible()]
    assert [b.objectName() for b in shown] == ["compare.add"]
    assert hint(bar).text() == "Two to six contestants answer the same prompt side by side."
    with qtbot.waitSignal(bar.opened):
        qtbot.mouseClick(add(bar), Qt.MouseButton.LeftButton)
    editor(bar, qtbot).reject()


def test_one_says_that_another_is_needed_and_two_say_nothing(bar: ContestantsBar) -> None:
    bar.set_contestants(CONTESTANTS[:1])
    assert "One more is needed" in hint(bar).text()
    assert hint(bar).isVisible()
    bar.set_contestants(CONTESTANTS[:2])
    assert not hint(bar).isVisible()


def test_chips_say_what_is_known(bar: ContestantsBar) -> None:
    bar.set_contestants(CONTESTANTS)
    assert chip(bar, "c1").lines() == ("starter", "3.6M · Q8_0")
    third = chip(bar, "c3")
    assert third.lines() == (
        "starter, pirate",  # its model is there twice: what differs comes first
        "pirate × 0.5 · system prompt · temperature 0, seed 7 · starter · 3.6M · Q8_0",
    )
    for spoken in (third.accessibleName(), third.toolTip()):
        assert spoken.count("seed 7") == 1
    assert "You are a pirate." in third.toolTip()
    assert "pirate × 0.5" in third.accessibleName()
    bar.set_contestants(CONTESTANTS[1:])
    assert chip(bar, "c3").lines()[1].startswith("starter · 3.6M · Q8_0 · pirate × 0.5")
    gone = chip(bar, "c5")
    assert gone.lines()[1].startswith("The file gemma-3-1b.gguf is not in its place")
    assert "import it again" in gone.accessibleName()


def test_the_same_model_twice_and_six_at_most(bar: ContestantsBar, qtbot: QtBot) -> None:
    bar.set_contestants(CONTESTANTS[:5])
    assert add(bar).isEnabled()
    with qtbot.waitSignal(bar.duplicated) as told:
        chip(bar, "c1").menu()
        chosen(chip(bar, "c1"), "compare.contestant.menu.duplicate")
    assert told.args == ["c1"]
    bar.set_contestants((*CONTESTANTS[:5], replace(CONTESTANTS[0], key="c9")))
    assert [row.model_id for row in bar.rows].count("s") == 3
    assert not add(bar).isEnabled()
    assert "six" in add(bar).toolTip()
    menu = chip(bar, "c1").menu()
    usable = {a.objectName().rpartition(".")[2]: a.isEnabled() for a in menu.actions()}
    assert usable == {"edit": True, "duplicate": False, "remove": True}
    menu.close()
    with qtbot.assertNotEmitted(bar.opened):
        bar.open_new()


def test_the_keyboard_does_everything(bar: ContestantsBar, qtbot: QtBot) -> None:
    bar.set_contestants(CONTESTANTS[:3])
    chip(bar, "c1").setFocus()
    visited = []
    for _ in range(7):
        visited.append(QApplication.focusWidget().objectName())
        qtbot.keyClick(QApplication.focusWidget(), Key.Key_Tab)
    stops = [
        f"compare.contestant.{key}{part}" for key in ("c1", "c2", "c3") for part in ("", ".more")
    ]
    assert visited == [*stops, "compare.add"]
    chip(bar, "c2").setFocus()
    with qtbot.waitSignal(bar.removed) as told:
        qtbot.keyClick(chip(bar, "c2"), Key.Key_Delete)
    assert told.args == ["c2"]
    bar.set_contestants([CONTESTANTS[0], CONTESTANTS[2]])
    assert chip(bar, "c1").hasFocus()
    bar.set_contestants([])
    assert add(bar).hasFocus()


def test_nothing_changes_before_it_is_said(bar: ContestantsBar, qtbot: QtBot) -> None:
    bar.set_contestants(CONTESTANTS[:2])
    with qtbot.waitSignal(bar.removed):
        qtbot.keyClick(chip(bar, "c1"), Key.Key_Delete)
    assert [row.key for row in bar.rows] == ["c1", "c2"]


def test_a_new_one_begins_with_a_model_that_is_not_there_yet(
    bar: ContestantsBar, qtbot: QtBot
) -> None:
    suggested = SamplingParams(temperature=0.2)
    bar.set_suggested({"q": suggested})
    bar.set_contestants(CONTESTANTS[:1])
    bar.open_new()
    dialog = editor(bar, qtbot)
    with qtbot.waitSignal(bar.added) as told:
        press(qtbot, dialog, "compare.editor.done")
    assert told.args == [ContestantDraft(model_id="q", params=suggested)]
    qtbot.waitUntil(lambda: bar.findChild(ContestantEditor) is None)


def test_editing_tells_every_part_of_it(bar: ContestantsBar, qtbot: QtBot) -> None:
    bar.set_contestants(CONTESTANTS[:3])
    qtbot.keyClick(chip(bar, "c3"), Key.Key_Return)
    dialog = editor(bar, qtbot)
    name = dialog.findChild(QLineEdit, "compare.editor.name")
    assert name.text() == "starter, pirate"
    name.selectAll()
    qtbot.keyClicks(name, "  Blue   beard ")
    prompt = dialog.findChild(QPlainTextEdit, "compare.editor.system_prompt")
    assert prompt.toPlainText() == "You are a pirate."
    prompt.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClicks(prompt, " Be brief.")
    scale = dialog.findChild(QDoubleSpinBox, "compare.editor.adapter.0.scale")
    assert scale.value() == 0.5
    scale.setValue(0.8)
    panel = dialog.findChild(SamplingPanel)
    assert panel.params() == SamplingParams(temperature=0, seed=7)
    panel.findChild(QDoubleSpinBox, "chat.sampling.temperature").setValue(1.1)
    with qtbot.waitSignal(bar.changed) as told:
        press(qtbot, dialog, "compare.editor.done")
    draft = told.args[0]
    assert (draft.key, draft.name, draft.model_id) == ("c3", "Blue beard", "s")
    assert draft.system_prompt == "You are a pirate. Be brief."
    assert draft.adapters == (AdapterRow("/a/pirate.gguf", "pirate", 0.8),)
    assert draft.params == SamplingParams(temperature=1.1, seed=7)


def test_a_name_that_is_the_models_own_follows_the_model(bar: ContestantsBar, qtbot: QtBot) -> None:
    bar.set_contestants(CONTESTANTS[:1])
    bar.open_editor("c1")
    dialog = editor(bar, qtbot)
    name = dialog.findChild(QLineEdit, "compare.editor.name")
    assert (name.text(), name.placeholderText()) == ("", "starter")
    dialog.findChild(ModelPicker).chosen.emit("q")
    assert name.placeholderText() == "Qwen3 4B"
    with qtbot.waitSignal(bar.changed) as told:
        press(qtbot, dialog, "compare.editor.done")
    assert (told.args[0].name, told.args[0].model_id) == ("", "q")


def test_adapters_of_another_model_leave(bar: ContestantsBar, qtbot: QtBot) -> None:
    bar.set_contestants(CONTESTANTS[:3])
    bar.open_editor("c3")
    dialog = editor(bar, qtbot)
    dialog.findChild(ModelPicker).chosen.emit("q")
    assert dialog.draft().adapters == ()
    assert not dialog.findChild(QPushButton, "compare.editor.add_adapter").isVisible()
    dialog.findChild(ModelPicker).chosen.emit("s")
    press(qtbot, dialog, "compare.editor.add_adapter")
    menu = dialog.findChild(QMenu, "compare.editor.adapter_menu")
    assert [a.text().split("\t")[0] for a in menu.actions()] == ["pirate", "haiku"]
    menu.actions()[1].trigger()
    menu.close()
    assert dialog.draft().adapters == (AdapterRow("/a/haiku.gguf", "haiku", 1.0),)
    press(qtbot, dialog, "compare.editor.adapter.0.remove")
    assert dialog.draft().adapters == ()
    dialog.reject()


def test_a_model_whose_file_is_gone_cannot_be_taken(bar: ContestantsBar, qtbot: QtBot) -> None:
    bar.set_contestants(CONTESTANTS[4:5])
    bar.open_editor("c5")
    dialog = editor(bar, qtbot)
    done = dialog.findChild(QPushButton, "compare.editor.done")
    assert not done.isEnabled()
    assert "file is there" in done.toolTip()
    bar.set_models([replace(one, missing=False) for one in MODELS])
    assert done.isEnabled()
    dialog.reject()


def test_escape_changes_nothing(bar: ContestantsBar, qtbot: QtBot) -> None:
    bar.set_contestants(CONTESTANTS[:2])
    bar.open_editor("c1")
    dialog = editor(bar, qtbot)
    qtbot.keyClicks(dialog.findChild(QLineEdit, "compare.editor.name"), "x")
    with qtbot.assertNotEmitted(bar.changed):
        qtbot.keyClick(dialog, Key.Key_Escape)
    qtbot.waitUntil(lambda: bar.findChild(ContestantEditor) is None)


def test_the_editors_list_of_models_has_names_of_its_own(bar: ContestantsBar, qtbot: QtBot) -> None:
    bar.open_new()
    dialog = editor(bar, qtbot)
    names = [w.objectName() for w in dialog.findChild(ModelPicker).findChildren(QWidget)]
    assert not [name for name in names if name.startswith("chat.")]
    assert "compare.editor.models.list" in names
    with qtbot.waitSignal(bar.import_requested):
        dialog.findChild(QPushButton, "compare.editor.models.import").click()
    dialog.reject()
