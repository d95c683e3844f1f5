"""Starts with a data folder that is not as Benchtop left it: the window opens, and says so."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QPushButton
from pytestqt.qtbot import QtBot

from benchtop.bootstrap import Program
from benchtop.domain.chat import Conversation
from benchtop.domain.generation import SamplingParams
from benchtop.services.data_folder import find_data_folder
from benchtop.store.database import open_store
from benchtop.ui.chat.model_picker import ModelPicker
from ui.window.conftest import WAIT_MS, StartWindow, wait_ready


def said(program: Program) -> list[tuple[str, str]]:
    return [(notice.kind, notice.text) for notice in program.window.info_bar.notices()]


@pytest.mark.parametrize("params", [{"temperature": "hot", "top_k": 7}, {"stop": 5, "top_k": 7}])
def test_a_wrong_parameter_in_the_settings_is_left_out(
    qtbot: QtBot, start: StartWindow, params: dict[str, object]
) -> None:
    folder = find_data_folder()
    folder.prepare()
    folder.settings.write_text(json.dumps({"params": params}))
    program = start()
    wait_ready(qtbot, program)
    assert program.session.branch.params == SamplingParams(top_k=7)
    ((kind, text),) = said(program)
    assert kind == "warning"
    assert next(iter(params)) in text


def test_a_wrong_parameter_in_a_conversation_is_left_out(qtbot: QtBot, start: StartWindow) -> None:
    folder = find_data_folder()
    folder.prepare()
    odd = Conversation("odd", "Odd", 1.0, 1.0, params={"temperature": "hot", "top_k": 7})
    with open_store(folder.database) as store:
        store.conversations.add(odd)
    folder.settings.write_text(json.dumps({"conversation_id": "odd"}))
    program = start()
    wait_ready(qtbot, program)
    assert program.session.branch.conversation == replace(odd)
    assert program.session.branch.params == SamplingParams(top_k=7)
    assert ["temperature" in text for _kind, text in said(program)] == [True]


def test_a_remembered_conversation_that_is_gone_is_a_new_one(
    qtbot: QtBot, start: StartWindow
) -> None:
    folder = find_data_folder()
    folder.prepare()
    folder.settings.write_text(json.dumps({"conversation_id": "gone"}))
    program = start()
    wait_ready(qtbot, program)
    qtbot.waitUntil(program.chat.composer.send_button.isVisible)
    qtbot.waitUntil(lambda: program.settings.values.conversation_id is None)
    assert program.session.branch.conversation is None
    assert said(program) == []


def test_damaged_settings_are_told_and_kept(qtbot: QtBot, start: StartWindow) -> None:
    folder = find_data_folder()
    folder.prepare()
    folder.settings.write_text('{"theme": "dark"')
    program = start()
    wait_ready(qtbot, program)
    ((kind, text),) = said(program)
    copy = folder.settings.with_name("settings.json.damaged")
    assert kind == "error"
    assert str(folder.settings) in text
    assert str(copy) in text
    program.settings.set("text_size", 120)
    assert copy.read_text() == '{"theme": "dark"'


def test_a_model_that_cannot_be_loaded_offers_the_other_models(
    qtbot: QtBot, program: Program, tmp_path: Path
) -> None:
    program.window.show_page("settings")
    model = program.session.model
    assert model is not None
    gone = replace(model, id="gone", path=str(tmp_path / "gone.gguf"))
    program.engine.choose(gone)
    qtbot.waitUntil(lambda: bool(program.window.info_bar.notices()), timeout=WAIT_MS)
    (notice,) = program.window.info_bar.notices()
    button = notice.findChild(QPushButton, "notice.action")
    assert button is not None
    assert button.text() == "Choose another model"
    button.click()
    assert program.chat.isVisible()
    qtbot.waitUntil(lambda: program.chat.findChild(ModelPicker) is not None)


def test_the_starter_says_what_it_is_for(qtbot: QtBot, program: Program) -> None:
    page = program.window.page("models")
    table = page.findChild(QAbstractItemView, "models.list")
    assert table is not None
    tip = table.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "knows very little" in tip
