"""The header: model, system prompt, and what gives way when there is little room."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from benchtop.domain.chat import Preset
from benchtop.domain.generation import SamplingParams
from benchtop.ui.chat.choice_list import ChoiceList
from benchtop.ui.chat.header import ChatHeader, ModelChoice
from benchtop.ui.chat.header_button import HeaderButton
from ui.header.header_kit import Key, Left, choose, find, names

# models


def test_says_which_model_answers(header: ChatHeader, models: list[ModelChoice]) -> None:
    button = find(header, HeaderButton, "chat.model")
    assert button.text() == "Choose a model"
    header.set_models(models, "s")
    assert button.text() == "starter · 3.6M · Q8_0 · 3.9 MB"
    assert button.accessibleName() == "Model: starter, 3.6M · Q8_0 · 3.9 MB"


def test_choosing_a_model(qtbot: QtBot, header: ChatHeader, models: list[ModelChoice]) -> None:
    header.set_models(models, "s")
    qtbot.mouseClick(find(header, HeaderButton, "chat.model"), Left)
    view = find(header, ChoiceList, "chat.model.list")
    assert view.isVisible()
    with qtbot.waitSignal(header.model_chosen) as chosen:
        choose(qtbot, view, "Qwen")
    assert chosen.args == ["q"]
    assert not view.isVisible()


def test_a_missing_model_says_so_and_cannot_be_chosen(
    qtbot: QtBot, header: ChatHeader, models: list[ModelChoice]
) -> None:
    header.set_models(models, "s")
    header.open_models()
    view = find(header, ChoiceList, "chat.model.list")
    header.model_chosen.connect(lambda _: pytest.fail("chosen"))
    index = view.model().index(2, 0)
    assert "not there any more" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    qtbot.mouseClick(view.viewport(), Left, pos=view.visualRect(index).center())
    assert view.isVisible()
    qtbot.keyClick(view, Key.Key_Escape)


def test_the_disk_is_looked_at_before_the_list_opens(
    qtbot: QtBot, header: ChatHeader, models: list[ModelChoice]
) -> None:
    view = find(header, ChoiceList, "chat.model.list")
    header.models_wanted.connect(lambda: header.set_models(models, "s"))
    header.open_models()
    assert names(view) == [model.name for model in models]
    qtbot.keyClick(view, Key.Key_Escape)


def test_many_models_can_be_filtered(qtbot: QtBot, header: ChatHeader) -> None:
    header.set_models([ModelChoice(str(n), f"Model {n}", "1B") for n in range(20)], "3")
    header.open_models()
    field = find(header, QLineEdit, "chat.model.filter")
    view = find(header, ChoiceList, "chat.model.list")
    assert field.isVisible()
    qtbot.keyClicks(field, "del 17")
    assert names(view) == ["Model 17"]
    with qtbot.waitSignal(header.model_chosen) as chosen:
        qtbot.keyClick(field, Key.Key_Return)
    assert chosen.args == ["17"]
    header.open_models()
    assert field.text() == ""
    qtbot.keyClicks(field, "zebra")
    assert names(view) == []
    assert not view.isVisible()
    qtbot.keyClick(field, Key.Key_Escape)


def test_few_models_need_no_filter(header: ChatHeader, models: list[ModelChoice]) -> None:
    header.set_models(models, "s")
    header.open_models()
    assert find(header, QLineEdit, "chat.model.filter").isHidden()
    find(header, QWidget, "chat.model.menu").close()


def test_importing_is_at_the_end_of_the_list(qtbot: QtBot, header: ChatHeader) -> None:
    header.open_models()
    with qtbot.waitSignal(header.import_model_requested):
        qtbot.mouseClick(find(header, QPushButton, "chat.model.import"), Left)


def test_the_state_of_loading(header: ChatHeader) -> None:
    label = find(header, QLabel, "chat.model.state")
    bar = find(header, QProgressBar, "chat.model.progress")
    assert not label.isVisible()
    assert not bar.isVisible()
    header.set_model_state("loading 40 %", 0.4)
    assert label.isVisible()
    assert label.text() == "loading 40 %"
    assert bar.isVisible()
    assert bar.value() == 40
    header.set_model_state("", None)
    assert not label.isVisible()
    assert not bar.isVisible()


# the system prompt


def test_writing_a_system_prompt(qtbot: QtBot, header: ChatHeader) -> None:
    qtbot.mouseClick(find(header, HeaderButton, "chat.system_prompt"), Left)
    editor = find(header, QPlainTextEdit, "chat.system_prompt.text")
    assert editor.hasFocus()
    with qtbot.waitSignal(header.system_prompt_changed) as changed:
        qtbot.keyClicks(editor, "Be brief.")
    assert changed.args == ["Be brief."]
    button = find(header, HeaderButton, "chat.system_prompt")
    assert button.accessibleName() == "System prompt, set"
    assert button.toolTip() == "Be brief."


def test_typing_that_never_pauses_is_told(qtbot: QtBot, header: ChatHeader) -> None:
    header.open_system_prompt()
    editor = find(header, QPlainTextEdit, "chat.system_prompt.text")
    typing = QTimer(header, interval=20)
    typing.timeout.connect(lambda: qtbot.keyClicks(editor, "a"))
    typing.start()
    with qtbot.waitSignals([header.system_prompt_changed] * 2, timeout=2_000):
        pass


def test_leaving_the_editor_tells_at_once(qtbot: QtBot, header: ChatHeader) -> None:
    header.open_system_prompt()
    editor = find(header, QPlainTextEdit, "chat.system_prompt.text")
    told: list[str] = []
    header.system_prompt_changed.connect(told.append)
    editor.insertPlainText("Be kind.")
    assert told == []
    find(header, HeaderButton, "chat.model").setFocus()
    assert told == ["Be kind."]
    editor.insertPlainText(" Always.")
    header.commit()
    assert told == ["Be kind.", "Be kind. Always."]
    header.commit()
    assert len(told) == 2


def test_an_echo_does_not_undo_newer_words(header: ChatHeader) -> None:
    header.open_system_prompt()
    editor = find(header, QPlainTextEdit, "chat.system_prompt.text")
    editor.insertPlainText("Be")
    header.commit()
    editor.insertPlainText(" kind.")
    header.set_system_prompt("Be")  # the page answers what it was told before
    assert editor.toPlainText() == "Be kind."
    told: list[str] = []
    header.system_prompt_changed.connect(told.append)
    header.commit()
    assert told == ["Be kind."]


def test_another_conversations_prompt_is_shown_and_not_told(header: ChatHeader) -> None:
    header.system_prompt_changed.connect(lambda _: pytest.fail("told"))
    header.set_system_prompt("You are a pirate.")
    editor = find(header, QPlainTextEdit, "chat.system_prompt.text")
    assert editor.toPlainText() == "You are a pirate."
    header.set_system_prompt("")
    assert editor.toPlainText() == ""
    button = find(header, HeaderButton, "chat.system_prompt")
    assert button.accessibleName() == "System prompt"
    header.commit()


def test_clearing_can_be_taken_back(qtbot: QtBot, header: ChatHeader) -> None:
    header.open_system_prompt()
    editor = find(header, QPlainTextEdit, "chat.system_prompt.text")
    editor.insertPlainText("Long work")
    header.commit()
    with qtbot.waitSignal(header.system_prompt_changed) as changed:
        qtbot.mouseClick(find(header, QPushButton, "chat.system_prompt.clear"), Left)
    assert changed.args == [""]
    editor.undo()
    assert editor.toPlainText() == "Long work"


def test_esc_closes_the_system_prompt_and_keeps_it(qtbot: QtBot, header: ChatHeader) -> None:
    header.open_system_prompt()
    editor = find(header, QPlainTextEdit, "chat.system_prompt.text")
    editor.insertPlainText("Be kind.")
    with qtbot.waitSignal(header.system_prompt_changed):
        qtbot.keyClick(editor, Key.Key_Escape)
    assert not editor.isVisible()
    assert not find(header, HeaderButton, "chat.system_prompt").isChecked()


# room and names


def compact(header: ChatHeader) -> set[str]:
    icon_only = Qt.ToolButtonStyle.ToolButtonIconOnly
    return {
        one.objectName()
        for one in header.findChildren(HeaderButton)
        if one.toolButtonStyle() == icon_only
    }


def test_texts_give_way_to_icons(header: ChatHeader, models: list[ModelChoice]) -> None:
    header.set_models(models, "s")
    page = header.parentWidget()
    assert page is not None
    assert compact(header) == {"chat.sidebar.toggle"}
    page.resize(320, 700)
    QApplication.processEvents()
    assert header.width() == 320
    assert {"chat.sampling", "chat.system_prompt", "chat.preset"} <= compact(header)
    right = max(b.geometry().right() for b in header.findChildren(HeaderButton))
    assert right <= 320
    page.resize(1000, 700)
    QApplication.processEvents()
    assert compact(header) == {"chat.sidebar.toggle"}


def test_a_text_that_fits_is_not_cut(header: ChatHeader, models: list[ModelChoice]) -> None:
    header.set_models(models, "s")
    QApplication.processEvents()
    for button in header.findChildren(HeaderButton):
        assert button.width() >= button.sizeHint().width(), button.text()


def test_everything_is_named(
    header: ChatHeader, models: list[ModelChoice], presets: list[Preset]
) -> None:
    header.set_models(models, "s")
    header.set_presets(presets, "mine", modified=True)
    header.set_params(SamplingParams(stop=("x",), logit_bias={1: 2.0}))
    for whole in (header, header.sampling_panel):
        for widget in whole.findChildren(QAbstractButton):
            if widget.objectName().startswith("chat.preset.name") or not widget.objectName():
                continue  # named when it asks; or Qt's own, inside a field
            assert widget.accessibleName(), widget.objectName()


def test_everything_that_takes_the_focus_has_a_name(header: ChatHeader) -> None:
    """Before anything was opened as well: a popover's fields are there from the start."""
    page = header.parentWidget()
    assert page is not None
    unnamed = []
    for widget in page.findChildren(QWidget):
        inside = isinstance(widget.parentWidget(), QComboBox | QAbstractSpinBox | QLineEdit)
        takes_focus = widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        if takes_focus and not inside and not widget.accessibleName():
            unnamed.append(f"{type(widget).__name__} {widget.objectName()!r}")
    assert unnamed == []


def test_the_sidebar_button(qtbot: QtBot, header: ChatHeader) -> None:
    with qtbot.waitSignal(header.sidebar_toggled):
        qtbot.mouseClick(find(header, HeaderButton, "chat.sidebar.toggle"), Left)


def test_every_look_can_be_painted_both_ways(
    header: ChatHeader, models: list[ModelChoice], presets: list[Preset]
) -> None:
    header.set_models(models, "s")
    header.set_presets(presets, "mine", modified=True)
    header.set_system_prompt("Be kind.")
    for direction in (Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft):
        header.setLayoutDirection(direction)
        assert not header.grab().isNull()
        for name, show in (("model", header.open_models), ("preset", header.open_presets)):
            show()
            menu = find(header, QWidget, f"chat.{name}.menu")
            assert not menu.grab().isNull()
            menu.close()
