"""A store that cannot be used: said plainly, nothing overwritten, the window stays alive."""

import sqlite3
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from benchtop.bootstrap import Program
from benchtop.domain.errors import StoreBusy, StoreReadOnly
from benchtop.domain.model_errors import ModelFileMissing
from benchtop.services.data_folder import DataFolder, find_data_folder
from benchtop.store.database import open_store
from ui.window.conftest import WAIT_MS, StartWindow, full_disk


def notice(qtbot: QtBot, program: Program) -> str:
    qtbot.waitUntil(lambda: bool(program.window.info_bar.notices()), timeout=WAIT_MS)
    (found,) = program.window.info_bar.notices()
    assert found.kind == "error"
    return found.text


@pytest.fixture
def database() -> Path:
    folder = find_data_folder()
    folder.prepare()
    open_store(folder.database).close()
    return folder.database


def test_a_store_of_a_newer_version(qtbot: QtBot, start: StartWindow, database: Path) -> None:
    connection = sqlite3.connect(database)
    names = [row[0] for row in connection.execute("select name from sqlite_master").fetchall()]
    (table,) = [name for name in names if "migration" in name and not name.startswith("sqlite_")][
        :1
    ]
    columns = [row[1] for row in connection.execute(f"pragma table_info({table})").fetchall()]
    values = ", ".join(
        "'9999_from_the_future'" if c == "name" else f'"{c}"' for c in columns if c != "id"
    )
    targets = ", ".join(f'"{c}"' for c in columns if c != "id")
    connection.execute(f"insert into {table} ({targets}) select {values} from {table} limit 1")
    connection.commit()
    connection.close()
    before = database.read_bytes()
    program = start()
    assert "newer Benchtop" in notice(qtbot, program)
    assert database.read_bytes() == before
    assert not program.chat.composer.send_button.isEnabled()


def test_a_file_that_is_no_database(qtbot: QtBot, start: StartWindow) -> None:
    folder = find_data_folder()
    folder.prepare()
    folder.database.write_bytes(b"these are somebody's words, not a database" * 50)
    before = folder.database.read_bytes()
    program = start()
    assert str(folder.database) in notice(qtbot, program)
    assert folder.database.read_bytes() == before
    empty = program.chat.sidebar.findChild(QLabel, "chat.conversations.empty")
    assert empty is not None
    assert "could not be opened" in empty.text()
    assert program.chat.transcript.empty_state.cards == []
    reason = program.chat.composer.input.toolTip()
    program.chat.new_chat()
    assert program.chat.composer.input.toolTip() == reason
    assert "Nothing can be kept" in reason
    program.settings.failed.emit(StoreReadOnly(path=str(folder.settings)))
    (told,) = program.window.info_bar.notices()
    action = told.findChild(QPushButton, "notice.action")
    assert action is not None
    assert action.text() == "Open the folder"
    program.window.info_bar.clear()
    program.conversations.add_folder("new")
    assert str(folder.database) in notice(qtbot, program)


def test_a_folder_that_cannot_be_made_is_said_once(
    qtbot: QtBot, qapp: QApplication, starter_path: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    folder = DataFolder(tmp_path / "file" / "data")
    program = Program(qapp, folder)
    with pytest.raises(StoreReadOnly) as refusal:
        folder.prepare()
    program.folder_problem = refusal.value
    try:
        program.show()
        assert str(folder.root) in notice(qtbot, program)
        program.chat.new_chat()
        program.settings.set("text_size", 110)
        assert str(folder.root) in notice(qtbot, program)
        assert "Nothing can be kept" in program.chat.composer.input.toolTip()
        assert program.chat.transcript.empty_state.cards == []
    finally:
        program.window.close()
        program.window.deleteLater()
        program.deleteLater()
        qapp.processEvents()


def test_a_busy_store_that_opens_after_all_is_as_ever(qtbot: QtBot, program: Program) -> None:
    chat = program.chat
    chat.set_store_problem(StoreBusy(path="x"))
    assert chat.transcript.empty_state.cards == []
    chat.set_store_open()
    assert len(chat.transcript.empty_state.cards) == 3
    assert program.window.info_bar.notices() == []


def test_an_error_that_has_nothing_to_do_with_the_store_stays(program: Program) -> None:
    chat, bar = program.chat, program.window.info_bar
    missing = ModelFileMissing(path="/gone.gguf")

    def shown() -> list[str]:
        return [notice.text for notice in bar.notices() if notice.kind == "error"]

    chat.show_error(missing)
    (stays,) = shown()
    chat.set_store_problem(StoreBusy(path="x"))
    assert len(shown()) == 2
    chat.set_store_open()
    assert shown() == [stays]
    for busy in ("x", "y"):  # held for another reason meanwhile: one notice says why
        program.store.held.emit(StoreBusy(path=busy))
    held = [text for text in shown() if "waits in this window's memory" in text]
    assert len(held) == 1
    assert "y" in held[0]
    program.store.saved_again.emit()
    assert shown() == [stays]
    assert bar.notices()[-1].text == "Everything is saved again."


def test_a_dismissed_notice_of_a_full_disk_is_no_trouble_later(program: Program) -> None:
    bar = program.window.info_bar
    program.store.held.emit(StoreBusy(path="x"))
    bar.dismiss()
    program.chat.show_error(ModelFileMissing(path="/gone.gguf"))
    program.store.saved_again.emit()
    assert [notice.kind for notice in bar.notices()] == ["error", "info"]


def test_a_full_disk_is_said_once_and_the_words_are_kept_when_there_is_room(
    qtbot: QtBot, program: Program
) -> None:
    with full_disk():
        with qtbot.waitSignal(program.session.reply_ended, timeout=WAIT_MS):
            program.session.send("Hello!")
        qtbot.waitUntil(lambda: bool(program.window.info_bar.notices()), timeout=WAIT_MS)
        said = [notice.text for notice in program.window.info_bar.notices()]
    assert all("is full" in text for text in said)
    assert len(said) == len(set(said))
    shown = program.session.branch.messages()
    assert shown[0].content == "Hello!"
    with qtbot.waitSignal(program.store.saved_again, timeout=WAIT_MS):
        pass
    with open_store(find_data_folder().database) as store:
        kept = store.messages.of(program.session.branch.here.id)
    assert [m.content for m in kept] == [m.content for m in shown]
