"""Chatting in the real window: what is typed, what is seen, what is kept."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from benchtop.bootstrap import Program
from benchtop.domain.chat import Message
from benchtop.domain.models import bytes_text
from benchtop.protocol.messages import Finished
from benchtop.services.data_folder import find_data_folder
from benchtop.store.database import open_store
from benchtop.ui.chat.conversation_view import ConversationView
from benchtop.ui.models.models_page import ModelsPage
from benchtop.ui.settings.settings_page import SettingsPage
from ui.window.conftest import WAIT_MS, StartWindow, wait_ready


def until(qtbot: QtBot, condition: Callable[[], object]) -> None:
    qtbot.waitUntil(lambda: bool(condition()), timeout=WAIT_MS)


def type_and_send(qtbot: QtBot, program: Program, text: str) -> None:
    """Type into the message box, press Enter, and wait for the end of the reply."""
    with qtbot.waitSignal(program.session.reply_ended, timeout=WAIT_MS):
        QTest.keyClicks(program.chat.composer.input, text)
        QTest.keyClick(program.chat.composer.input, Qt.Key.Key_Return)
    assert not program.chat.composer.text()


def path(program: Program) -> list[str]:
    return [message.content for message in program.session.branch.messages()]


def test_a_first_conversation(qtbot: QtBot, program: Program) -> None:
    type_and_send(qtbot, program, "Hello!")
    assert path(program)[0] == "Hello!"
    assert path(program)[1]
    assert program.session.branch.conversation is not None


def test_the_status_bar_tells_the_memory_after_a_reply(qtbot: QtBot, program: Program) -> None:
    finished: list[Finished] = []
    program.engine.answered.connect(
        lambda answer: finished.append(answer) if isinstance(answer, Finished) else None
    )
    button = program.window.status.findChild(QToolButton, "status.model")
    assert button is not None
    loaded = button.accessibleName()
    type_and_send(qtbot, program, "Hello! " * 20)
    until(qtbot, lambda: button.accessibleName() != loaded)
    assert button.accessibleName().endswith(bytes_text(finished[-1].memory_bytes))


def test_regenerate_by_its_shortcut_and_walk_back(qtbot: QtBot, program: Program) -> None:
    type_and_send(qtbot, program, "Tell me a story.")
    first = path(program)[1]
    with qtbot.waitSignal(program.session.reply_ended, timeout=WAIT_MS):
        program.window.action_set["reply.regenerate"].trigger()
    assert program.session.branch.path()[-1].siblings == 2
    program.window.action_set["reply.previous"].trigger()
    assert path(program)[1] == first


def test_a_draft_survives_the_window(qtbot: QtBot, start: StartWindow) -> None:
    first = start()
    wait_ready(qtbot, first)
    QTest.keyClicks(first.chat.composer.input, "half a thou")
    first.window.close()
    second = start()
    until(qtbot, lambda: second.chat.composer.text() == "half a thou")


def test_each_conversation_has_its_own_draft(qtbot: QtBot, program: Program) -> None:
    type_and_send(qtbot, program, "Hello!")
    here = program.session.branch.here.id
    QTest.keyClicks(program.chat.composer.input, "to be continued")
    program.window.action_set["chat.new"].trigger()
    until(qtbot, lambda: program.session.branch.conversation is None)
    assert program.chat.composer.text() == ""
    program.chat.open_conversation(here)
    until(qtbot, lambda: program.chat.composer.text() == "to be continued")


def test_the_last_conversation_is_there_again(qtbot: QtBot, start: StartWindow) -> None:
    first = start()
    wait_ready(qtbot, first)
    type_and_send(qtbot, first, "Hello!")
    said = path(first)
    first.window.close()
    second = start()
    until(qtbot, lambda: path(second) == said)


def test_delete_and_undo(qtbot: QtBot, program: Program) -> None:
    type_and_send(qtbot, program, "Hello!")
    here = program.session.branch.here.id
    until(qtbot, lambda: program.chat.sidebar_wiring.known(here))
    program.window.action_set["chat.delete"].trigger()
    until(qtbot, lambda: program.chat.sidebar_wiring.known(here) is None)
    assert path(program) == []
    (notice,) = program.window.info_bar.notices()
    assert notice.kind == "undo"
    program.window.action_set["chat.undo"].trigger()
    until(qtbot, lambda: program.chat.sidebar_wiring.known(here))


def test_search_finds_and_shows_the_message(qtbot: QtBot, program: Program) -> None:
    type_and_send(qtbot, program, "Tell me a story about a zebra.")
    here = program.session.branch.here.id
    program.window.action_set["chat.new"].trigger()
    until(qtbot, lambda: program.session.branch.conversation is None)
    with qtbot.waitSignal(program.conversations.searched, timeout=WAIT_MS) as found:
        program.window.action_set["chat.search"].trigger()
        program.chat.sidebar.search_changed.emit("zebra")
    words, hits = found.args
    assert words == "zebra"
    assert hits[-1].conversation_id == here
    program.chat.sidebar.hit_selected.emit(here, hits[-1].message_id)
    until(qtbot, lambda: path(program)[:1] == ["Tell me a story about a zebra."])


def test_settings_change_what_they_say(qtbot: QtBot, program: Program) -> None:
    program.window.show_page("settings")
    page = program.window.page("settings")
    assert isinstance(page, SettingsPage)
    page.changed.emit("theme", "dark")
    assert program.theme.dark
    page.changed.emit("text_size", 130)
    assert program.theme.text_size == 130
    page.changed.emit("context_length", 512)
    facts = program.engine.state
    until(qtbot, lambda: program.engine.state.facts is not facts.facts)
    assert program.engine.state.facts is not None
    assert program.engine.state.facts.context_length == 512
    program.theme.set_text_size(100)
    program.theme.set_choice("light")


def test_a_file_that_is_no_model_leaves_the_choice(qtbot: QtBot, program: Program) -> None:
    before = program.session.model
    program.models.import_file("/etc/hostname")
    until(qtbot, program.window.info_bar.notices)
    (notice,) = program.window.info_bar.notices()
    assert notice.kind == "error"
    assert "/etc/hostname" in notice.text
    assert program.session.model == before
    type_and_send(qtbot, program, "Hello!")


def test_typed_words_survive_a_regenerate(qtbot: QtBot, program: Program) -> None:
    type_and_send(qtbot, program, "Hello!")
    QTest.keyClicks(program.chat.composer.input, "next question")
    with qtbot.waitSignal(program.session.reply_ended, timeout=WAIT_MS):
        program.window.action_set["reply.regenerate"].trigger()
    assert program.chat.composer.text() == "next question"


def test_a_title_given_during_the_first_reply_stays(qtbot: QtBot, program: Program) -> None:
    with qtbot.waitSignal(program.session.reply_ended, timeout=WAIT_MS):
        program.session.send("Tell me a story about an owl.")
        program.chat.sidebar.renamed.emit(program.session.branch.here.id, "My own title")
    assert program.session.branch.here.title == "My own title"
    known = program.chat.sidebar_wiring.known
    here = program.session.branch.here.id
    until(qtbot, lambda: (c := known(here)) is not None and c.title == "My own title")


def test_a_conversation_that_is_gone_leaves_a_page_to_type_in(
    qtbot: QtBot, start: StartWindow
) -> None:
    folder = find_data_folder()
    folder.prepare()
    folder.settings.write_text('{"conversation_id": "gone", "new_chat_draft": "my draft"}')
    program = start()
    until(qtbot, lambda: program.chat.composer.text() == "my draft")
    QTest.keyClick(program.chat.composer.input, Qt.Key.Key_End)
    until(qtbot, lambda: program.session.model)
    type_and_send(qtbot, program, "!")
    assert path(program)[0] == "my draft!"


def test_what_a_command_adds_is_noticed(qtbot: QtBot, program: Program) -> None:
    type_and_send(qtbot, program, "Hello!")
    here = program.session.branch.here
    with open_store(program.folder.database) as store:
        store.messages.add(Message("other", here.id, here.leaf_id, "user", "from elsewhere", 9e9))
    until(qtbot, lambda: path(program)[-1] == "from elsewhere")


def test_undo_shows_the_deleted_conversation_again(qtbot: QtBot, program: Program) -> None:
    type_and_send(qtbot, program, "Hello!")
    said = path(program)
    program.window.action_set["chat.delete"].trigger()
    until(qtbot, lambda: path(program) == [] and program.window.info_bar.notices())
    (notice,) = program.window.info_bar.notices()
    assert "Hello!" in notice.text or said[1][:10] in notice.text
    program.window.action_set["chat.undo"].trigger()
    until(qtbot, lambda: path(program) == said)


def test_versions_of_an_own_message_are_walked_by_keyboard(qtbot: QtBot, program: Program) -> None:
    type_and_send(qtbot, program, "Hello!")
    question = program.session.branch.messages()[0]
    with qtbot.waitSignal(program.session.reply_ended, timeout=WAIT_MS):
        program.session.edit(question.id, "Good evening!")
    program.window.action_set["reply.previous"].trigger()
    assert path(program)[0] == "Hello!"
    program.window.action_set["reply.next"].trigger()
    assert path(program)[0] == "Good evening!"


def test_models_are_listed_used_and_removed_with_undo(
    qtbot: QtBot, program: Program, tmp_path: Path, starter_path: Path
) -> None:
    file = tmp_path / "copy.gguf"
    file.write_bytes(starter_path.read_bytes())
    with qtbot.waitSignal(program.models.imported, timeout=WAIT_MS) as imported:
        program.models.import_file(file)
    model = imported.args[0]
    program.window.show_page("models")
    page = program.window.page("models")
    assert isinstance(page, ModelsPage)
    page.library.use_requested.emit("starter")
    assert program.window.current_page == "chat"
    assert program.session.model == program.models.by_id("starter")
    page.library.remove_requested.emit(model.id, False)
    until(qtbot, lambda: program.models.by_id(model.id) is None)
    assert file.exists()
    until(qtbot, program.window.info_bar.notices)
    program.models.put_back(model)
    until(qtbot, lambda: program.models.by_id(model.id))


def test_a_folded_folder_is_folded_again_after_a_restart(qtbot: QtBot, start: StartWindow) -> None:
    first = start()
    wait_ready(qtbot, first)
    type_and_send(qtbot, first, "Hello!")
    here = first.session.branch.here.id
    for name in ("Work", "Home"):
        first.conversations.add_folder(name, [here])
    view = conversation_view(first)
    until(qtbot, lambda: len(view.list_model().folders()) == 2)
    work = next(f.id for f in view.list_model().folders() if f.name == "Work")
    view.collapse(view.list_model().index_of_folder(work))
    first.window.close()
    second = start()
    view = conversation_view(second)
    until(qtbot, lambda: len(view.list_model().folders()) == 2)
    open_ones = {
        f.name: view.isExpanded(view.list_model().index_of_folder(f.id))
        for f in view.list_model().folders()
    }
    assert open_ones == {"Work": False, "Home": True}


def conversation_view(program: Program) -> ConversationView:
    found = program.chat.sidebar.findChild(ConversationView)
    assert found is not None
    return found
