"""A removed folder comes back with its place and what was in it."""

from pytestqt.qtbot import QtBot

from benchtop.bootstrap import Program
from benchtop.domain.chat import Conversation, Folder
from benchtop.services.data_folder import find_data_folder
from benchtop.store.database import open_store
from ui.window.conftest import StartWindow, wait_ready


def stored() -> tuple[list[Folder], dict[str, str | None]]:
    with open_store(find_data_folder().database) as store:
        folders = store.folders.all()
        every = [*store.conversations.all(), *store.conversations.in_bin()]
    return folders, {one.id: one.folder_id for one in every}


def window_with_folders(qtbot: QtBot, start: StartWindow) -> Program:
    folder = find_data_folder()
    folder.prepare()
    with open_store(folder.database) as store:
        for name in ("first", "work", "last"):
            store.folders.add(name, name)
        for one, place in (("a", "work"), ("b", "work"), ("c", "last"), ("d", "work")):
            store.conversations.add(Conversation(one, one, 1.0, 1.0, folder_id=place))
        store.conversations.delete(["d"])
    program = start()
    wait_ready(qtbot, program)
    return program


def remove(qtbot: QtBot, program: Program, folder_id: str) -> None:
    with qtbot.waitSignal(program.conversations.folder_removed):
        program.chat.sidebar.folder_removed.emit(folder_id)


def test_the_folder_its_place_and_its_conversations_come_back(
    qtbot: QtBot, start: StartWindow
) -> None:
    program = window_with_folders(qtbot, start)
    before = stored()
    remove(qtbot, program, "work")
    assert [folder.id for folder in stored()[0]] == ["first", "last"]
    (notice,) = program.window.info_bar.notices()
    assert "“work”" in notice.text
    program.window.action_set["chat.undo"].trigger()
    qtbot.waitUntil(lambda: len(stored()[0]) == 3)
    qtbot.waitUntil(lambda: stored()[1] == before[1])
    assert [(f.id, f.name) for f in stored()[0]] == [(f.id, f.name) for f in before[0]]
    assert program.window.info_bar.notices() == []


def test_what_was_filed_elsewhere_since_stays_there(qtbot: QtBot, start: StartWindow) -> None:
    program = window_with_folders(qtbot, start)
    remove(qtbot, program, "work")
    program.conversations.move(["a"], "first")
    program.chat.undo_stack.undo()
    qtbot.waitUntil(lambda: stored()[1]["b"] == "work")
    assert stored()[1] == {"a": "first", "b": "work", "c": "last", "d": "work"}


def test_each_undo_takes_back_its_own(qtbot: QtBot, start: StartWindow) -> None:
    program = window_with_folders(qtbot, start)
    remove(qtbot, program, "work")
    with qtbot.waitSignal(program.conversations.deleted):
        program.chat.sidebar_wiring.delete(["c"])
    older, _newer = program.window.info_bar.notices()
    older._act()
    qtbot.waitUntil(lambda: len(stored()[0]) == 3)
    with open_store(find_data_folder().database) as store:
        assert "c" in [one.id for one in store.conversations.in_bin()]
