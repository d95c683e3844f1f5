"""One Undo for everything that is removed: the newest first, each with its own notice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QTableWidget
from pytestqt.qtbot import QtBot

from benchtop.bootstrap import Program
from benchtop.domain.chat import Preset
from benchtop.services.data_folder import find_data_folder
from benchtop.store.database import open_store
from benchtop.ui.chat.bin_dialog import BinDialog
from ui.window.conftest import WAIT_MS

CONTROL = Qt.KeyboardModifier.ControlModifier
PROMPT = "Words that I wrote myself."


def until(qtbot: QtBot, condition: Callable[[], object]) -> None:
    qtbot.waitUntil(lambda: bool(condition()), timeout=WAIT_MS)


def presets(program: Program) -> list[tuple[str, str]]:
    return [(one.name, one.system_prompt) for one in program.chat.header_wiring._own]


def notices(program: Program) -> list[str]:
    return [notice.text for notice in program.window.info_bar.notices()]


def undo(program: Program) -> None:
    program.window.action_set["chat.undo"].trigger()


@pytest.fixture
def chat(qtbot: QtBot, program: Program) -> str:
    """A conversation that was deleted, with its notice on show."""
    model = program.session.model
    assert model is not None
    made = program.session.branch.create("Dragons", model).id
    until(qtbot, lambda: program.chat.sidebar_wiring.known(made))
    with qtbot.waitSignal(program.conversations.deleted):
        program.chat.sidebar_wiring.delete([made])
    until(qtbot, lambda: program.chat.sidebar_wiring.known(made) is None)
    return made


@pytest.fixture
def removed(qtbot: QtBot, program: Program, chat: str) -> Preset:
    """A preset that was removed after the conversation."""
    program.conversations.save_preset("Mine", PROMPT, {})
    until(qtbot, lambda: presets(program))
    with qtbot.waitSignal(program.conversations.preset_removed) as signal:
        program.chat.header.preset_removed.emit(program.chat.header_wiring._own[0].id)
    until(qtbot, lambda: not presets(program))
    found: Preset = signal.args[0]
    return found


def test_undo_takes_back_the_preset_and_then_the_conversation(
    qtbot: QtBot, program: Program, chat: str, removed: Preset
) -> None:
    assert ["Dragons" in notices(program)[0], "Mine" in notices(program)[1]] == [True, True]
    undo(program)
    until(qtbot, lambda: presets(program) == [("Mine", PROMPT)])
    assert program.chat.sidebar_wiring.known(chat) is None
    (left,) = notices(program)
    assert "Dragons" in left
    undo(program)
    until(qtbot, lambda: program.chat.sidebar_wiring.known(chat))
    assert notices(program) == []


def test_undo_outlives_the_notices(
    qtbot: QtBot, program: Program, chat: str, removed: Preset
) -> None:
    program.window.info_bar.clear()
    undo(program)
    until(qtbot, lambda: presets(program) == [("Mine", PROMPT)])
    undo(program)
    until(qtbot, lambda: program.chat.sidebar_wiring.known(chat))
    undo(program)  # nothing is left, and nothing happens


def test_a_model_off_the_list_is_taken_back_on_its_own_page(
    qtbot: QtBot, program: Program, chat: str, starter_path: Path, tmp_path: Path
) -> None:
    file = tmp_path / "copy.gguf"
    file.write_bytes(starter_path.read_bytes())
    with qtbot.waitSignal(program.models.imported, timeout=WAIT_MS):
        program.models.import_file(file)
    until(qtbot, lambda: len(program.models.models) == 2)
    model = next(one for one in program.models.models if one.path == str(file))
    program.window.show_page("models")
    with qtbot.waitSignal(program.models.removed):
        program.models.remove(model.id)
    until(qtbot, lambda: program.models.by_id(model.id) is None)
    QTest.keyClick(program.window.windowHandle(), Qt.Key.Key_Z, CONTROL)
    until(qtbot, lambda: program.models.by_id(model.id))
    assert program.chat.sidebar_wiring.known(chat) is None
    (left,) = notices(program)
    assert "Dragons" in left


def test_emptying_the_bin_ends_only_what_lay_in_it(
    qtbot: QtBot, program: Program, removed: Preset
) -> None:
    with qtbot.waitSignal(program.conversations.listed):
        program.conversations.add_folder("Work")
    until(qtbot, lambda: stored_folders() == ["Work"])
    with open_store(find_data_folder().database) as store:
        folder = store.folders.all()[0]
    with qtbot.waitSignal(program.conversations.folder_removed):
        program.conversations.remove_folder(folder.id)
    page = program.window.page("settings")
    page.empty_bin_requested.emit()  # type: ignore[attr-defined]
    until(qtbot, lambda: stored_bin() == [])
    (left,) = notices(program)
    assert "Work" in left
    undo(program)
    until(qtbot, lambda: stored_folders() == ["Work"])
    undo(program)
    assert stored_bin() == []


def stored_folders() -> list[str]:
    with open_store(find_data_folder().database) as store:
        return [folder.name for folder in store.folders.all()]


def stored_bin() -> list[str]:
    with open_store(find_data_folder().database) as store:
        return [one.id for one in [*store.conversations.in_bin(), *store.presets.in_bin()]]


def test_a_preset_comes_back_from_the_bin(
    qtbot: QtBot, program: Program, chat: str, removed: Preset
) -> None:
    dialog, table = open_bin(qtbot, program)
    assert [table.item(row, 0).text() for row in range(2)] == ["Preset: Mine", "Dragons"]
    assert dialog.selected_ids() == [removed.id]
    restore = dialog.findChild(QPushButton, "chat.bin_dialog.restore")
    assert restore is not None
    restore.click()
    until(qtbot, lambda: presets(program) == [("Mine", PROMPT)] and table.rowCount() == 1)
    (left,) = notices(program)
    assert "Dragons" in left, "what came back needs no Undo, what did not still does"
    undo(program)
    until(qtbot, lambda: program.chat.sidebar_wiring.known(chat) and table.rowCount() == 0)


def test_a_preset_is_ended_for_good_from_the_bin(
    qtbot: QtBot, program: Program, chat: str, removed: Preset
) -> None:
    dialog, table = open_bin(qtbot, program)
    assert dialog.selected_ids() == [removed.id]
    for name in ("purge", "purge_sure"):
        button = dialog.findChild(QPushButton, f"chat.bin_dialog.{name}")
        assert button is not None
        button.click()
    until(qtbot, lambda: table.rowCount() == 1)
    assert stored_bin() == [chat]
    (left,) = notices(program)
    assert "Dragons" in left


def open_bin(qtbot: QtBot, program: Program) -> tuple[BinDialog, QTableWidget]:
    program.chat.sidebar_wiring.show_bin()
    dialog = program.chat.findChild(BinDialog)
    assert dialog is not None
    table = dialog.findChild(QTableWidget)
    assert table is not None
    until(qtbot, lambda: table.rowCount() == 2)
    return dialog, table
